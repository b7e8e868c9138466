// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <estate/store/etcd/block_ranges.hpp>
#include <estate/store/etcd/block_wants.hpp>
#include <mutex>
#include <new>

namespace estate::detail {

/// Makes the ranges of a host's own pool what BlockClaims says, one step at a time.
///
/// A block that the host has is a range that leases; one that it has no more, or not yet, is a range that drains and
/// goes with its last lease. BlockClaims needs a block as long as there is a range of it.
template <Family F, class S, class C, class Select, class Clock>
class BlockHolder : public BlockRanges<F, S, Select> {
    using Ranges = BlockRanges<F, S, Select>;

public:
    using Event = HostEvent<F>;
    using Ranges::map;
    using Ranges::pool;

    BlockHolder(typename Ranges::Pool&& leases, C&& client, const HostSettings<F>& settings)
        : Ranges{std::move(leases), settings}, settings_{settings}, client_{std::move(client)},
          claims_{settings.host, settings.terms}, wants_{settings.blocks, settings.patience} {}

    // --- for any thread ---

    [[nodiscard]] std::int64_t fence() const noexcept { return fence_.load(std::memory_order_acquire); }
    /// The fence has not come.
    [[nodiscard]] bool may_lease() const noexcept { return Clock::now() < fence(); }
    /// Why nothing was leased that could be leased here.
    [[nodiscard]] Error why_not() const noexcept {
        if (has_other_terms()) return store_errc::other_terms;
        return may_lease() ? store_errc::busy : store_errc::fenced;
    }
    [[nodiscard]] bool has_other_terms() const noexcept { return has_other_terms_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t gains() const noexcept { return gains_.load(std::memory_order_relaxed); }
    /// Nothing is left to lease.
    void want_further() noexcept { wants_.want_further(); }
    /// The revision of the block of a lease; 0 where it is void, or the fence has come.
    [[nodiscard]] std::uint64_t token(const IpAddress<F>& ip, std::uint64_t generation) const {
        const auto block = map.block_of(ip);
        if (!block || !may_lease()) return 0;
        const std::lock_guard locked{lock_};
        return held_.token(*block, generation);
    }
    /// Blocks whose addresses can be leased, and their revisions.
    [[nodiscard]] HeldBlocks::Revisions held() const {
        const std::lock_guard locked{lock_};
        return held_.open();
    }
    /// Another host had the block of the lease since: it is void for ever. Pre  the address is in a block
    [[nodiscard]] bool is_void(const IpAddress<F>& ip, std::uint64_t generation) const {
        const auto block = map.block_of(ip);
        const std::lock_guard locked{lock_};
        return held_.is_void(*block, generation);
    }
    [[nodiscard]] bool has(std::uint32_t block) const { return opening(block) != 0; }
    /// The same, by a number that no other time has at which it was opened; 0 where not.
    [[nodiscard]] std::uint64_t opening(std::uint32_t block) const {
        const std::lock_guard locked{lock_};
        return held_.opening(block);
    }
    /// The address that this tenant's resource has, in a block that is this host's or may be so again.
    [[nodiscard]] std::optional<IpAddress<F>> sticky_address(const Owner& owner) const {
        std::set<std::uint32_t> gone;
        {
            const std::lock_guard locked{lock_};
            gone = held_.gone();
        }
        return state_access::sticky_address(pool.pool(), owner, [&](const IpAddress<F>& ip) {
            return !gone.contains(*map.block_of(ip));  // each range of the store is a block
        });
    }
    /// For HostSettings::patience from now on.
    void wish(std::uint32_t block) {
        const std::lock_guard locked{lock_};
        wants_.wish(block, Clock::now());
        claims_.wish(block);
        if (wants_.wishes(block)) held_.take_back(block);
    }
    [[nodiscard]] std::string owner_of(std::uint32_t block) const {
        const std::lock_guard locked{lock_};
        return claims_.owner_of(block);
    }
    /// From now on it gives up each block in which nobody has an address, and claims none.
    void leave() {
        const std::lock_guard locked{lock_};
        wants_.leave();
    }
    /// Pre  leave() was called
    [[nodiscard]] bool has_left() const {
        const std::lock_guard locked{lock_};
        return wants_.has_told_leave() && held_.has_left();
    }

    /// One thing is asked, at most. Where memory is too short for it, this host has stopped: what it knows may be half
    /// of what it heard.
    void step() {
        const std::lock_guard alone{stepping_};
        if (has_stopped_) return;
#if defined(__cpp_exceptions)
        try {
#endif
            step_alone();
#if defined(__cpp_exceptions)
        } catch (const std::bad_alloc&) {
            has_stopped_ = true;
            fence_.store(0, std::memory_order_release);
            if (std::exchange(was_open_, false)) tell({Event::Kind::fenced});
            tell({Event::Kind::failed, {}, 0, Error::system(ENOMEM)});
        }
#endif
    }

private:
    /// The hosts of a pool have the same terms. False where that is not known yet, or not so.
    bool agree() {
        if (has_other_terms() || Clock::now() < agree_at_) return false;
        agree_at_ = Clock::now() + settings_.terms.time_to_live / 16;
        const std::string mine = text_of_terms(settings_);
        const auto all = client_.agree(mine);
        has_agreed_ = all && all.assume_value() == mine;
        if (!all) tell({Event::Kind::failed, {}, 0, all.assume_error()});
        if (all && !has_agreed_) {
            has_other_terms_.store(true, std::memory_order_relaxed);
            tell({Event::Kind::failed, {}, 0, store_errc::other_terms});
        }
        return has_agreed_;
    }
    void step_alone() {
        look_at_fence();
        if (!has_agreed_ && !agree()) return;
        give_up_idle();
        const auto used = this->blocks();  // without lock_: an observer of the pool may ask here
        std::optional<BlockRequest> request;
        {
            const std::lock_guard locked{lock_};
            wants_.tell(claims_, held_, used, Clock::now());
            // a claim says in the hosts' store that nobody else had the block, so the file says first what is void
            claims_.pause(std::any_of(losing_.begin(), losing_.end(), [](const auto& lost) { return lost.second; }));
            request = claims_.next(Clock::now());
        }
        bool has_ended = false;
        if (request) {
            const auto answer = client_.ask(*request);
            const std::lock_guard locked{lock_};
            const bool had_session = claims_.has_session();
            if (answer) {
                claims_.hear(answer.assume_value(), Clock::now());
            } else {
                claims_.fail(Clock::now());
                noted_ = answer.assume_error();
            }
            has_ended = had_session && !claims_.has_session();
        }
        if (lose(has_ended)) gain();
        look_at_fence();
        if (const auto why = std::exchange(noted_, std::nullopt)) tell({Event::Kind::failed, {}, 0, *why});
    }
    /// A block in which nobody has an address, beyond one for the next lease, goes to other hosts.
    void give_up_idle() {
        bool leaves = false;
        std::vector<std::uint32_t> idle;
        std::size_t may_go = 0;
        {
            const std::lock_guard locked{lock_};
            leaves = wants_.leaves();
            if (!leaves && Clock::now() < look_for_idle_at_) return;
            look_for_idle_at_ = Clock::now() + settings_.terms.time_to_live;
            const std::size_t has = held_.all().size();
            may_go = leaves ? has : has - (std::min)(has, wants_.least());
            for (const auto& [block, revision] : held_.all()) {
                if (!wants_.wishes(block)) idle.push_back(block);
            }
            // what cannot lease goes before what can
            std::partition(idle.begin(), idle.end(), [&](std::uint32_t block) { return !held_.is_open(block); });
        }
        std::erase_if(idle, [&](std::uint32_t block) { return !this->is_idle(block); });
        const std::size_t stay = leaves || idle.empty() ? 0 : 1;
        may_go = (std::min)(may_go, idle.size() - stay);
        idle.resize(may_go);
        for (const std::uint32_t block : idle) give_up(block);
    }
    /// A caller that wants an address of it meanwhile wishes for it, and has it back.
    void give_up(std::uint32_t block) {
        bool was_open = false;
        {
            const std::lock_guard locked{lock_};
            was_open = held_.is_open(block);
            held_.close(block);
        }
        const CidrRange<F> range = map.range_of(block);
        result<void> done = pool.drain(range);
        const bool has_drained = done.has_value();
        if (has_drained) done = pool.pool().stats_of(range) ? pool.undrain(range) : errc::range_unknown;
        const bool stays = done || done.assume_error() != errc::range_unknown;
        if (!done && stays) noted_ = done.assume_error();
        const std::lock_guard locked{lock_};
        if (!stays) {
            held_.give_up(block);
            if (wants_.wishes(block)) held_.take_back(block);
        } else if (was_open && (done || !has_drained)) {  // somebody was faster, or the next time
            held_.opened(block);
        }
    }
    /// Blocks that are this host's no more. After the end of a session those are claimed again that somebody leases
    /// from, as after a restart; otherwise another host has them, and their leases are void.
    bool lose(bool session_has_ended) {
        {
            const std::lock_guard locked{lock_};
            for (const std::uint32_t block : claims_.take_lost()) {
                held_.lose(block);
                bool& is_void = losing_[block];
                is_void = is_void || !session_has_ended;
            }
            if (claims_.fence() < fence()) fence_.store(claims_.fence(), std::memory_order_release);
        }
        for (; !losing_.empty(); losing_.erase(losing_.begin())) {
            const auto [block, is_void] = *losing_.begin();
            result<void> done = this->close(block);
            if (done && is_void) done = this->end_leases(block);
            if (!done) {
                noted_ = done.assume_error();
                fence_.store(0, std::memory_order_release);  // until it works
                return false;
            }
            if (!is_void) continue;
            const std::uint64_t last = state_access::generation(pool.pool());
            {
                const std::lock_guard locked{lock_};
                held_.end_leases(block, last);
            }
            tell({Event::Kind::lost, map.range_of(block)});
        }
        const std::lock_guard locked{lock_};
        fence_.store(claims_.fence(), std::memory_order_release);
        return true;
    }
    /// Ranges of the blocks that are this host's now.
    void gain() {
        HeldBlocks::Revisions gained;
        {
            const std::lock_guard locked{lock_};
            gained = held_.gain(claims_.mine());
        }
        for (const auto& [block, revision] : gained) {
            if (const auto done = this->open(block); !done) {
                noted_ = done.assume_error();
                continue;
            }
            {
                const std::lock_guard locked{lock_};
                held_.opened(block);
            }
            gains_.fetch_add(1, std::memory_order_relaxed);
            tell({Event::Kind::gained, map.range_of(block), revision});
        }
    }
    void look_at_fence() {
        const bool is_open = may_lease();
        if (is_open == was_open_) return;
        was_open_ = is_open;
        if (!is_open || has_been_open_) tell({is_open ? Event::Kind::resumed : Event::Kind::fenced});
        has_been_open_ = true;
    }
    void tell(const Event& event) const noexcept {
        const HostObserver<F>& told = settings_.observer;
        if (told.notify != nullptr) told.notify(told.context, event);
    }

    HostSettings<F> settings_;
    C client_;
    std::mutex stepping_;  // the thread that steps has what follows
    bool has_agreed_ = false;
    bool was_open_ = false;
    bool has_been_open_ = false;
    bool has_stopped_ = false;
    std::int64_t agree_at_ = (std::numeric_limits<std::int64_t>::min)();
    std::map<std::uint32_t, bool> losing_;  // and whether their leases are void
    std::optional<Error> noted_;  // what is to be reported

    mutable std::mutex lock_;  // of what follows
    BlockClaims claims_;
    HeldBlocks held_;
    BlockWants wants_;
    std::int64_t look_for_idle_at_ = 0;

    std::atomic<std::int64_t> fence_{(std::numeric_limits<std::int64_t>::min)()};
    std::atomic<std::uint64_t> gains_{0};
    std::atomic<bool> has_other_terms_{false};
};

}  // namespace estate::detail
