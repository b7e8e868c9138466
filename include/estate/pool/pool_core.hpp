// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <deque>
#include <estate/net/hash.hpp>
#include <estate/pool/lease.hpp>
#include <estate/pool/pool_range.hpp>
#include <estate/pool/stats.hpp>
#include <mutex>
#include <unordered_map>

namespace estate::detail {

/// What an IpPool, its leases and its bindings share; it lives until the last of them has gone.
template <Family F>
class PoolCore {
public:
    using family = F;
    using Lease = BasicLease<PoolCore>;
    using Binding = BasicBinding<PoolCore>;

    void attach() noexcept { users_.fetch_add(1, std::memory_order_relaxed); }
    void detach() noexcept {
        if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }

    result<void> add(const CidrRange<F>& cidr) {
        const std::lock_guard guard(mutex_);
        for (const auto& range : ranges_) {
            if (range.cidr().overlaps(cidr)) return errc::range_overlaps;
        }
        auto& added = ranges_.emplace_back(cidr);
        for (const auto& held : held_) hold_back(added, held.range);
        return success();
    }
    /// Gone at once where nothing is leased; otherwise refused, or later when it may drain.
    result<void> remove(const CidrRange<F>& cidr, bool may_drain) {
        const std::lock_guard guard(mutex_);
        for (auto range = ranges_.begin(); range != ranges_.end(); ++range) {
            if (range->cidr() != cidr) continue;
            if (range->leased == 0) {
                ranges_.erase(range);
            } else if (may_drain) {
                range->draining = true;
            } else {
                return errc::range_in_use;
            }
            return success();
        }
        return errc::range_unknown;
    }
    result<void> hold(const CidrRange<F>& range, bool excluded) {
        const std::lock_guard guard(mutex_);
        for (const auto& held : held_) {
            if (held.range.overlaps(range)) return errc::range_overlaps;
        }
        held_.push_back({range, excluded});
        for (auto& each : ranges_) hold_back(each, range);
        return success();
    }

    result<Lease> allocate(const Owner& owner) {
        const std::lock_guard guard(mutex_);
        Slot<PoolCore>& slot = idle_slot();
        for (std::size_t tried = 0; tried < ranges_.size(); ++tried, ++current_) {
            if (current_ >= ranges_.size()) current_ = 0;
            auto& range = ranges_[current_];
            Uint128 offset;
            const auto refused = [&](Uint128 candidate) { return skip(range, candidate); };
            if (range.draining || !range.find(offset, refused, range.leased + held_.size() + 1)) continue;
            return take(range, offset, owner, slot);
        }
        return errc::pool_exhausted;
    }
    result<Lease> allocate_specific(IpAddress<F> ip, const Owner& owner) {
        const std::lock_guard guard(mutex_);
        auto* range = range_of(ip);
        if (range == nullptr) return errc::address_not_in_pool;
        if (leased_.count(ip) != 0) return errc::address_leased;
        const Held* held = held_by(ip);
        if (!range->usable().contains(range->offset_of(ip)) || range->draining || (held != nullptr && held->excluded)) {
            return errc::address_held;
        }
        return take(*range, range->offset_of(ip), owner, idle_slot());
    }

    result<Binding> binding_of(IpAddress<F> ip) {
        const std::lock_guard guard(mutex_);
        if (range_of(ip) == nullptr) return errc::address_not_in_pool;
        const auto found = leased_.find(ip);
        if (found == leased_.end() || found->second->shares.load(std::memory_order_relaxed) == 0) {
            return errc::not_leased;
        }
        return Binding(*found->second);
    }
    template <class Visitor>
    void each_binding(Visitor visitor) {
        const std::lock_guard guard(mutex_);
        for (auto& slot : slots_) {
            if (slot.shares.load(std::memory_order_relaxed) != 0) visitor(Binding(slot));
        }
    }
    PoolStats stats() {
        const std::lock_guard guard(mutex_);
        PoolStats stats{};
        stats.in_use = Uint128{leased_.size()};
        for (const auto& range : ranges_) {
            const auto count = range.usable().count();
            stats.capacity = saturating_add(stats.capacity, count);
            if (range.draining) {
                stats.held = saturating_add(stats.held, count - Uint128{range.leased});
                continue;
            }
            for (const auto& held : held_) stats.held = saturating_add(stats.held, overlap(range, held.range));
        }
        for (const auto& [ip, slot] : leased_) {
            if (held_by(ip) != nullptr && !range_of(ip)->draining) stats.held -= Uint128{1};
        }
        stats.free = stats.capacity - stats.in_use - stats.held;
        return stats;
    }
    bool contains(IpAddress<F> ip) {
        const std::lock_guard guard(mutex_);
        return range_of(ip) != nullptr;
    }

    /// A lease has gone; the last one gives the address back.
    void drop(Slot<PoolCore>& slot) noexcept {
        if (slot.shares.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
        const std::lock_guard guard(mutex_);
        ++slot.generation;
        leased_.erase(slot.address);
        slot.next_idle = idle_;
        idle_ = &slot;
        auto* range = range_of(slot.address);
        --range->leased;
        if (range->draining && range->leased == 0) {
            ranges_.erase(ranges_.begin() + (range - ranges_.data()));
        } else if (held_by(slot.address) == nullptr) {
            range->mark_free(range->offset_of(slot.address));
        }
    }
    /// One share more, unless the lease of that generation has ended.
    bool join(Slot<PoolCore>& slot, std::uint32_t generation) noexcept {
        const std::lock_guard guard(mutex_);
        if (slot.generation != generation) return false;
        auto shares = slot.shares.load(std::memory_order_relaxed);
        while (shares != 0 && !slot.shares.compare_exchange_weak(shares, shares + 1, std::memory_order_relaxed)) {
        }
        return shares != 0;
    }

private:
    struct Held {
        CidrRange<F> range;
        bool excluded;  // not even by its address
    };

    PoolRange<F>* range_of(IpAddress<F> ip) noexcept {
        for (auto& range : ranges_) {
            if (range.cidr().contains(ip)) return &range;
        }
        return nullptr;
    }
    const Held* held_by(IpAddress<F> ip) const noexcept {
        for (const auto& held : held_) {
            if (held.range.contains(ip)) return &held;
        }
        return nullptr;
    }

    /// How many usable addresses of the range lie in held.
    static Uint128 overlap(const PoolRange<F>& range, const CidrRange<F>& held) noexcept {
        Uint128 first;
        Uint128 last;
        return bounds(range, held, first, last) ? last - first + Uint128{1} : Uint128{};
    }
    static bool bounds(const PoolRange<F>& range, const CidrRange<F>& held, Uint128& first, Uint128& last) noexcept {
        if (!range.cidr().overlaps(held)) return false;
        const auto lowest = std::max(held.first(), range.cidr().first());
        const auto highest = std::min(held.last(), range.cidr().last());
        first = std::max(range.offset_of(lowest), range.usable().first);
        last = std::min(range.offset_of(highest), range.usable().last);
        return first <= last;
    }
    static void hold_back(PoolRange<F>& range, const CidrRange<F>& held) noexcept {
        Uint128 offset;
        Uint128 last;
        if (!range.is_dense() || !bounds(range, held, offset, last)) return;
        for (; offset <= last; ++offset) range.mark_taken(offset);
    }

    /// The candidate itself where it can be had, else the next that may be.
    Uint128 skip(const PoolRange<F>& range, Uint128 candidate) const noexcept {
        const auto ip = range.address_at(candidate);
        if (const Held* held = held_by(ip)) {
            const auto end = std::min(held->range.last(), range.cidr().last());
            return range.offset_of(end) + Uint128{1};
        }
        return leased_.count(ip) != 0 ? candidate + Uint128{1} : candidate;
    }

    /// A slot that is not leased. It stays idle until take() uses it, so that a failure loses nothing.
    Slot<PoolCore>& idle_slot() {
        if (idle_ == nullptr) {
            auto& made = slots_.emplace_back();
            made.core = this;
            idle_ = &made;
        }
        return *idle_;
    }
    Lease take(PoolRange<F>& range, Uint128 offset, const Owner& owner, Slot<PoolCore>& slot) {
        const auto ip = range.address_at(offset);
        leased_.emplace(ip, &slot);  // the last step that can run out of memory
        idle_ = slot.next_idle;
        range.mark_taken(offset);
        ++range.leased;
        slot.address = ip;
        slot.owner = owner;
        slot.shares.store(1, std::memory_order_relaxed);
        attach();
        return Lease(&slot);
    }

    std::mutex mutex_;
    std::vector<PoolRange<F>> ranges_;
    std::vector<Held> held_;
    std::deque<Slot<PoolCore>> slots_;  // a deque never moves what it holds
    std::unordered_map<IpAddress<F>, Slot<PoolCore>*> leased_;
    Slot<PoolCore>* idle_ = nullptr;
    std::size_t current_ = 0;
    std::atomic<std::size_t> users_{1};
};

}  // namespace estate::detail
