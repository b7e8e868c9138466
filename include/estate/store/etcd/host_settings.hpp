// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <concepts>
#include <estate/error/result.hpp>
#include <estate/net/cidr_range.hpp>
#include <estate/net/text.hpp>
#include <estate/pool/usable.hpp>
#include <estate/store/etcd/block_request.hpp>
#include <optional>

namespace estate {

/// What happened to a host of a HostPool.
template <Family F>
struct HostEvent {
    enum class Kind : std::uint8_t {
        gained,   ///< the block is this host's
        lost,     ///< another host has the block: its leases are void; not reported if nobody has a lease of it
        fenced,   ///< the fence has come: whatever is leased must be out of use within the flush time
        resumed,  ///< in touch again: leases whose is_valid() says so go on
        failed,   ///< the file could not be written, or the hosts' store not be asked; it is tried again, but for
                  ///< store_errc::other_terms and ENOMEM, with which the host has stopped
    };
    Kind kind = Kind::failed;
    CidrRange<F> block{};        ///< of gained and lost
    std::uint64_t revision = 0;  ///< of gained: the fencing token
    Error reason = errc::invalid_argument;  ///< of failed
};

/// What hears of events. Called without a lock, in the thread that steps; may use the pool, but must not end it.
template <Family F>
struct HostObserver {
    void (*notify)(void* context, const HostEvent<F>& event) noexcept = nullptr;
    void* context = nullptr;
};

/// A pool of several hosts, and how this one takes part in it.
template <Family F>
struct HostSettings {
    CidrRange<F> range{};                    ///< of all hosts together
    int block_length = F::bits - 6;          ///< of a block's prefix: 64 addresses
    Usable usable = Usable::hosts;           ///< of the whole range; no block has edges of its own
    BlockTerms terms{};                      ///< `blocks` is found out
    std::string host{};                      ///< the name of this host, without blanks; no other has it
    std::size_t blocks = 1;                  ///< that it has at least; more, as they are needed
    /// How long a call waits for a block, where it needs one that this host does not have.
    std::int64_t patience = 2'000'000'000;
    bool has_thread = true;                  ///< else the program calls step(), and no call waits
    HostObserver<F> observer{};
};

/// Where hosts agree: EtcdClient, or one of your own. ask() does what a BlockRequest says; agree() gives the text that
/// the first host wrote down, which is this one where none did. One thread at a time.
template <class C>
concept BlockStore = std::movable<C> && requires(C& client, const BlockRequest& request, const std::string& terms) {
    { client.ask(request) } -> std::same_as<result<BlockAnswer>>;
    { client.agree(terms) } -> std::same_as<result<std::string>>;
};

namespace detail {

/// The blocks of a range, by number.
template <Family F>
class BlockMap {
public:
    explicit BlockMap(const HostSettings<F>& settings) noexcept
        : range_{settings.range}, usable_{usable_addresses(settings.range, settings.usable)},
          length_{settings.block_length} {}

    /// Empty where there are none, or more than are numbered.
    [[nodiscard]] static std::optional<std::uint32_t> count(const HostSettings<F>& settings) noexcept {
        const int bits = settings.block_length - settings.range.prefix_length();
        if (settings.range == CidrRange<F>{} || bits < 0 || bits > 24 || settings.block_length > F::bits - 2)
            return std::nullopt;
        return std::uint32_t{1} << bits;
    }
    [[nodiscard]] CidrRange<F> range_of(std::uint32_t block) const noexcept {
        const Uint128 first = range_.first().bits() + (Uint128{block} << static_cast<unsigned>(F::bits - length_));
        return CidrRange<F>::masked(IpAddress<F>::from_bits(first), length_).value();
    }
    [[nodiscard]] std::optional<std::uint32_t> block_of(const IpAddress<F>& ip) const noexcept {
        if (!range_.contains(ip)) return std::nullopt;
        const Uint128 number = (ip.bits() - range_.first().bits()) >> static_cast<unsigned>(F::bits - length_);
        return static_cast<std::uint32_t>(number.low());
    }
    /// Empty where the range is no block.
    [[nodiscard]] std::optional<std::uint32_t> block_of(const CidrRange<F>& range) const noexcept {
        return range.prefix_length() == length_ ? block_of(range.first()) : std::nullopt;
    }
    [[nodiscard]] bool is_edge(const IpAddress<F>& ip) const noexcept { return !usable_.contains(ip); }
    [[nodiscard]] const CidrRange<F>& range() const noexcept { return range_; }

private:
    CidrRange<F> range_;
    UsableAddresses<F> usable_;
    int length_;
};

}  // namespace detail

/// What no two hosts of a pool may have differently, as the first one writes it down: for example "10.0.0.0/20 blocks
/// /26 hosts live 10000 flush 2000", in milliseconds.
template <Family F>
[[nodiscard]] std::string text_of_terms(const HostSettings<F>& settings) {
    std::string made{to_text(settings.range).view()};
    made += " blocks /" + std::to_string(settings.block_length);
    made += settings.usable == Usable::all ? " all" : " hosts";
    made += " live " + std::to_string(settings.terms.time_to_live / 1'000'000);
    made += " flush " + std::to_string(settings.terms.flush / 1'000'000);
    return made;
}
/// Settings with these terms, for a host that takes part in a pool that is there; its name is still to be set.
/// Errors  errc::invalid_argument (no such text, or one of a pool that HostPool::open() refuses); those of
///         CidrRange::parse().
template <Family F>
[[nodiscard]] result<HostSettings<F>> settings_with_terms(std::string_view text) {
    const auto word = [&] {
        const std::string_view first = text.substr(0, text.find(' '));
        text.remove_prefix((std::min)(first.size() + 1, text.size()));
        return first;
    };
    HostSettings<F> made;
    const auto range = CidrRange<F>::parse(word());
    if (!range) return range.assume_error();
    made.range = range.assume_value();
    const bool has_blocks = word() == "blocks" && text.substr(0, 1) == "/";
    const std::uint64_t length = has_blocks ? detail::decimal(word().substr(1)) : detail::no_number;
    if (length > std::uint64_t{F::bits}) return errc::invalid_argument;
    made.block_length = static_cast<int>(length);
    if (word() == "all") made.usable = Usable::all;
    const auto time_after = [&](std::string_view name) -> std::int64_t {
        const std::uint64_t milliseconds = word() == name ? detail::decimal(word()) : detail::no_number;
        constexpr std::uint64_t most = detail::longest_term / 1'000'000;
        return milliseconds > most ? -1 : static_cast<std::int64_t>(milliseconds) * 1'000'000;
    };
    made.terms.time_to_live = time_after("live");
    made.terms.flush = time_after("flush");
    const bool has_times = detail::is_term(made.terms.time_to_live) && detail::is_term(made.terms.flush);
    if (!has_times || !detail::BlockMap<F>::count(made)) return errc::invalid_argument;
    return made;
}

}  // namespace estate
