// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <estate/store/durable_pool.hpp>
#include <estate/store/etcd/block_claims.hpp>
#include <estate/store/etcd/host_settings.hpp>
#include <mutex>

namespace estate::detail {

/// Makes the ranges of a host's own pool what BlockClaims says, one step at a time.
///
/// A block that the host has is a range that leases; one that it has no more, or not yet, is a range that drains and
/// goes with its last lease. BlockClaims needs a block as long as there is a range of it.
template <Family F, class S, class C, class Select, class Clock>
class BlockHolder {
public:
    using Pool = DurablePool<F, S, Select>;
    using Event = HostEvent<F>;

    BlockHolder(Pool&& leases, C&& client, const HostSettings<F>& settings)
        : pool{std::move(leases)}, map{settings}, settings_{settings}, client_{std::move(client)},
          claims_{settings.host, settings.terms} {
        std::vector<CidrRange<F>> ranges;
        pool.pool().for_each_range([&](const PoolRange<F>& range) { ranges.push_back(range.cidr); });
        for (const CidrRange<F>& range : ranges) static_cast<void>(pool.drain(range));  // until it is claimed
        settings_.blocks = (std::max)(settings.blocks, std::size_t{1});
    }

    // --- for any thread ---

    [[nodiscard]] std::int64_t fence() const noexcept { return fence_.load(std::memory_order_acquire); }
    /// The fence has not come.
    [[nodiscard]] bool may_lease() const noexcept { return Clock::now() < fence(); }
    [[nodiscard]] Error why_not() const noexcept {
        return has_other_terms() ? store_errc::other_terms : store_errc::fenced;
    }
    [[nodiscard]] bool has_other_terms() const noexcept { return has_other_terms_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t gains() const noexcept { return gains_.load(std::memory_order_relaxed); }
    /// Nothing is left to lease.
    void want_further() noexcept { wants_further_.store(true, std::memory_order_relaxed); }
    /// The revision of the block of a lease; 0 where it is void, or the fence has come.
    [[nodiscard]] std::uint64_t token(const IpAddress<F>& ip, std::uint64_t generation) const {
        const auto block = map.block_of(ip);
        if (!block || !may_lease()) return 0;
        const std::lock_guard locked{lock_};
        const auto held = held_.find(*block);
        const auto gone = void_.find(*block);
        return held == held_.end() || (gone != void_.end() && generation <= gone->second) ? 0 : held->second;
    }
    [[nodiscard]] std::map<std::uint32_t, std::uint64_t> held() const {
        const std::lock_guard locked{lock_};
        return held_;
    }
    [[nodiscard]] bool has(std::uint32_t block) const {
        const std::lock_guard locked{lock_};
        return held_.contains(block);
    }
    /// For HostSettings::patience from now on.
    void wish(std::uint32_t block) {
        const std::lock_guard locked{lock_};
        wishes_[block] = Clock::now() + settings_.patience;
        claims_.wish(block);
    }
    [[nodiscard]] std::string owner_of(std::uint32_t block) const {
        const std::lock_guard locked{lock_};
        return claims_.owner_of(block);
    }
    /// From now on it gives up each block in which nobody has an address, and claims none.
    void leave() {
        const std::lock_guard locked{lock_};
        leaves_ = true;
        steps_to_leave_ = 2;
    }
    [[nodiscard]] bool has_left() const {
        const std::lock_guard locked{lock_};
        return leaves_ && steps_to_leave_ == 0 && left_.empty();
    }

    void step() {
        const std::lock_guard alone{stepping_};
        look_at_fence();
        if (!has_agreed_ && !agree()) return;
        give_up_idle();
        std::optional<BlockRequest> request;
        {
            const std::lock_guard locked{lock_};
            tell_needs();
            request = claims_.next(Clock::now());
        }
        bool has_ended = false;
        if (request) {
            const auto answer = client_.ask(*request);
            const std::lock_guard locked{lock_};
            const bool had_session = claims_.has_session();
            if (answer) claims_.hear(answer.assume_value(), Clock::now());
            has_ended = had_session && !claims_.has_session();
            if (!answer) noted_ = answer.assume_error();
        }
        if (lose(has_ended)) gain();
        look_at_fence();
        const Error why = std::exchange(noted_, Error{errc::invalid_argument});
        if (why != errc::invalid_argument) tell({Event::Kind::failed, {}, 0, why});
    }
    /// Nobody steps any more.
    void stop(Error why) noexcept {
        fence_.store(0, std::memory_order_release);
        tell({Event::Kind::failed, {}, 0, why});
    }

    Pool pool;
    const BlockMap<F> map;

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
    /// What BlockClaims is to have: the blocks of all ranges, and one more where nothing could be leased. Under lock_
    void tell_needs() {
        std::set<std::uint32_t> now;
        pool.pool().for_each_range([&](const PoolRange<F>& range) {
            const auto block = map.block_of(range.cidr);
            if (block && !gone_.contains(*block)) now.insert(*block);
        });
        for (const std::uint32_t block : needed_) {
            if (!now.contains(block)) claims_.need_no_longer(block);
        }
        for (const std::uint32_t block : now) claims_.need(block);
        needed_ = std::move(now);
        const std::int64_t time = Clock::now();
        if (wants_further_.exchange(false, std::memory_order_relaxed)) {
            further_until_ = time + settings_.patience, further_ = held_.size() + 1;
            left_.clear();  // one that was to go is had again
        }
        std::erase_if(wishes_, [&](const auto& wish) {
            if (time < wish.second && !leaves_) return false;
            claims_.wish_no_longer(wish.first);
            return true;
        });
        const std::size_t least = leaves_ ? 0 : settings_.blocks;
        const std::size_t further = !leaves_ && time < further_until_ ? further_ : 0;
        claims_.want((std::max)({least, further, needed_.size(), held_.size()}));
        if (steps_to_leave_ != 0) --steps_to_leave_;
    }
    /// A block in which nobody has an address, beyond one for the next lease, goes to other hosts.
    void give_up_idle() {
        bool leaves = false;
        std::vector<std::uint32_t> idle;
        std::size_t may_go = 0;
        {
            const std::lock_guard locked{lock_};
            leaves = leaves_;
            if (!leaves && Clock::now() < look_for_idle_at_) return;
            look_for_idle_at_ = Clock::now() + settings_.terms.time_to_live;
            may_go = leaves ? held_.size() : held_.size() - (std::min)(held_.size(), settings_.blocks);
            for (const auto& [block, revision] : held_) idle.push_back(block);
        }
        std::erase_if(idle, [&](std::uint32_t block) {
            const auto counts = pool.pool().stats_of(map.range_of(block));
            return !counts || counts.assume_value().in_use != Uint128{} || counts.assume_value().cooling != Uint128{};
        });
        const std::size_t stay = leaves || idle.empty() ? 0 : 1;
        may_go = (std::min)(may_go, idle.size() - stay);
        for (std::size_t i = 0; i < may_go; ++i) {
            const CidrRange<F> range = map.range_of(idle[i]);
            if (!pool.drain(range)) return;  // the next time
            const bool is_late = pool.pool().stats_of(range).has_value();  // somebody was faster
            if (is_late) static_cast<void>(pool.undrain(range));
            const std::lock_guard locked{lock_};
            if (!is_late) held_.erase(idle[i]), left_.insert(idle[i]);
        }
    }
    /// Blocks that are this host's no more. After the end of a session those are claimed again that somebody leases
    /// from, as after a restart; otherwise another host has them, and their leases are void.
    bool lose(bool session_has_ended) {
        {
            const std::lock_guard locked{lock_};
            for (const std::uint32_t block : claims_.take_lost()) {
                held_.erase(block);
                left_.erase(block);
                bool& is_void = losing_[block];
                is_void = is_void || !session_has_ended;
            }
            if (claims_.fence() < fence()) fence_.store(claims_.fence(), std::memory_order_release);
        }
        for (; !losing_.empty(); losing_.erase(losing_.begin())) {
            const auto [block, is_void] = *losing_.begin();
            const CidrRange<F> range = map.range_of(block);
            const auto drained = pool.drain(range);
            if (!drained && drained.assume_error() != errc::range_unknown) {
                noted_ = drained.assume_error();
                fence_.store(0, std::memory_order_release);  // until it works
                return false;
            }
            if (!is_void) continue;
            {
                const std::lock_guard locked{lock_};
                void_[block] = state_access::generation(pool.pool());
                gone_.insert(block);
            }
            end_kept(range);
            tell({Event::Kind::lost, range});
        }
        const std::lock_guard locked{lock_};
        fence_.store(claims_.fence(), std::memory_order_release);
        return true;
    }
    void end_kept(const CidrRange<F>& range) {
        pool.pool().for_each_binding([&](const IpBinding<F>& binding) {
            if (range.contains(binding.address())) static_cast<void>(pool.release(binding));
        });
    }
    /// Ranges of the blocks that are this host's now.
    void gain() {
        std::map<std::uint32_t, std::uint64_t> gained;
        {
            const std::lock_guard locked{lock_};
            std::erase_if(left_, [&](std::uint32_t block) { return !claims_.mine().contains(block); });
            for (const auto& [block, revision] : claims_.mine()) {
                if (!held_.contains(block) && !left_.contains(block)) gained.emplace(block, revision);
            }
        }
        for (const auto& [block, revision] : gained) {
            const CidrRange<F> range = map.range_of(block);
            result<void> done = pool.undrain(range);
            if (done == result<void>{errc::range_unknown}) done = pool.add_cidr_range(range, Usable::all);
            for (const auto& edge : {map.range().first(), map.range().last()}) {
                const bool is_open = range.contains(edge) && map.is_edge(edge) && !edge.is_unspecified();
                if (done && is_open) done = pool.exclude(edge);
            }
            if (!done) {
                noted_ = done.assume_error();
                continue;
            }
            {
                const std::lock_guard locked{lock_};
                held_.emplace(block, revision);
                gone_.erase(block);
            }
            gains_.fetch_add(1, std::memory_order_relaxed);
            tell({Event::Kind::gained, range, revision});
        }
    }
    void look_at_fence() {
        const bool is_open = may_lease();
        if (is_open == was_open_) return;
        was_open_ = is_open;
        if (!is_open || has_been_fenced_) tell({is_open ? Event::Kind::resumed : Event::Kind::fenced});
        has_been_fenced_ = true;
    }
    void tell(const Event& event) const noexcept {
        const HostObserver<F>& told = settings_.observer;
        if (told.notify != nullptr) told.notify(told.context, event);
    }

    HostSettings<F> settings_;
    C client_;
    std::mutex stepping_;  // who steps has what follows
    bool has_agreed_ = false;
    bool was_open_ = false;
    bool has_been_fenced_ = false;
    std::int64_t agree_at_ = (std::numeric_limits<std::int64_t>::min)();
    std::map<std::uint32_t, bool> losing_;  // and whether their leases are void
    Error noted_ = errc::invalid_argument;  // what is to be told

    mutable std::mutex lock_;  // of what follows
    BlockClaims claims_;
    std::map<std::uint32_t, std::uint64_t> held_;  // blocks that are ranges which lease, and their revisions
    std::map<std::uint32_t, std::uint64_t> void_;  // of lost ones: leases up to this generation are void
    std::set<std::uint32_t> gone_;                 // lost ones that are not had again
    std::set<std::uint32_t> left_;                 // given up here, and not yet there
    std::set<std::uint32_t> needed_;
    std::map<std::uint32_t, std::int64_t> wishes_;  // and until when
    std::size_t further_ = 0;
    std::int64_t further_until_ = (std::numeric_limits<std::int64_t>::min)();
    std::int64_t look_for_idle_at_ = 0;
    bool leaves_ = false;
    int steps_to_leave_ = 0;

    std::atomic<std::int64_t> fence_{(std::numeric_limits<std::int64_t>::min)()};
    std::atomic<std::uint64_t> gains_{0};
    std::atomic<bool> wants_further_{false};
    std::atomic<bool> has_other_terms_{false};
};

}  // namespace estate::detail
