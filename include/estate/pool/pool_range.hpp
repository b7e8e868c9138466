// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/free_index.hpp>
#include <estate/pool/usable.hpp>
#include <vector>

namespace estate::detail {

/// One CIDR range of an IpPool and where its next free address may be.
///
/// Up to 2^24 addresses the free ones are an index; a larger range keeps none, and a candidate is asked
/// after among the leased ones: memory and time never grow with the range.
template <Family F>
class PoolRange {
public:
    explicit PoolRange(const CidrRange<F>& cidr)
        : cidr_{cidr}, usable_{cidr}, index_{words(usable_), dense_size(usable_)}, cursor_{usable_.first} {
        for (std::size_t at = 0; at < dense_size(usable_); ++at) index_.release(at);
    }

    [[nodiscard]] const CidrRange<F>& cidr() const noexcept { return cidr_; }
    [[nodiscard]] const Usable<F>& usable() const noexcept { return usable_; }
    [[nodiscard]] bool is_dense() const noexcept { return index_.size() != 0; }

    [[nodiscard]] Uint128 offset_of(IpAddress<F> ip) const noexcept { return ip.bits() - cidr_.first().bits(); }
    [[nodiscard]] IpAddress<F> address_at(Uint128 offset) const noexcept {
        return IpAddress<F>::from_bits(cidr_.first().bits() + offset);
    }

    void mark_free(Uint128 offset) noexcept {
        if (is_dense() && !index_.is_free(position(offset))) index_.release(position(offset));
    }
    void mark_taken(Uint128 offset) noexcept {
        if (is_dense() && index_.is_free(position(offset))) index_.claim(position(offset));
    }

    /// A free address at or after the one after the last answer, going round; mark_taken() is the caller's.
    /// refused(address) tells for a range without an index whether the address is taken or held, and how
    /// many refusals there can be is at most `limit`.
    template <class Refused>
    [[nodiscard]] bool find(Uint128& offset, Refused refused, std::size_t limit) noexcept {
        if (is_dense()) {
            auto at = index_.next(position(cursor_));
            if (at == index_.npos) at = index_.next(0);
            if (at == index_.npos) return false;
            offset = usable_.first + Uint128{at};
        } else {
            offset = cursor_;
            for (std::size_t tried = 0;; ++tried) {
                const Uint128 skip_to = refused(offset);
                if (skip_to == offset) break;
                if (tried == limit) return false;
                offset = skip_to > usable_.last ? usable_.first : skip_to;
            }
        }
        cursor_ = offset == usable_.last ? usable_.first : offset + Uint128{1};
        return true;
    }

    std::size_t leased = 0;
    bool draining = false;

private:
    using Words = std::vector<std::uint64_t>;
    static constexpr std::uint64_t max_dense = std::uint64_t{1} << 24;

    static std::size_t dense_size(const Usable<F>& usable) noexcept {
        const Uint128 count = usable.count();
        return count.high() != 0 || count.low() > max_dense ? 0 : static_cast<std::size_t>(count.low());
    }
    static Words words(const Usable<F>& usable) { return Words(FreeIndex<Words>::words_for(dense_size(usable))); }
    [[nodiscard]] std::size_t position(Uint128 offset) const noexcept {
        return static_cast<std::size_t>((offset - usable_.first).low());
    }

    CidrRange<F> cidr_;
    Usable<F> usable_;
    FreeIndex<Words> index_;
    Uint128 cursor_;
};

}  // namespace estate::detail
