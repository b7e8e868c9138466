// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <estate/pool/index/array.hpp>
#include <estate/pool/prefix/buddies.hpp>
#include <estate/pool/lease/default_lock.hpp>
#include <estate/pool/lock.hpp>
#include <estate/pool/owner.hpp>

namespace estate::detail {

template <Family F>
class PrefixCore;

/// Who has a range of a PrefixPool; while its lease lives.
template <Family F>
struct Grant {
    PrefixCore<F>& core;
    Block<F>* block;  // null once the lease has ended, while somebody visits it
    std::uint64_t generation = 0;
    Owner owner;
    Grant* previous = nullptr;
    Grant* next = nullptr;
    std::uint32_t visits = 0;  // how many for_each_binding() stand here
};

/// What a PrefixPool and its leases share; lives until the last of them has gone. What needs the lock asks for a
/// Locked, which only lock() makes.
template <Family F>
class PrefixCore {
public:
    /// That the lock is taken, as long as it lives.
    class [[nodiscard]] Locked {
        friend PrefixCore;
        explicit Locked(DefaultLock& lock) noexcept : guard_{lock} {}
        Guard<DefaultLock> guard_;
    };
    [[nodiscard]] Locked lock() noexcept { return Locked{lock_}; }

    PrefixCore() noexcept = default;
    PrefixCore(const PrefixCore&) = delete;
    PrefixCore& operator=(const PrefixCore&) = delete;

    /// The pool has gone.
    void close() noexcept { release(); }

    /// Errors  errc::range_overlaps, system ENOMEM.
    [[nodiscard]] result<void> add(const Locked&, const CidrRange<F>& range) noexcept {
        const std::size_t at = first_above(range.first());
        if (at != 0 && roots_[at - 1]->range.overlaps(range)) return errc::range_overlaps;
        if (at < roots_.size() && roots_[at]->range.overlaps(range)) return errc::range_overlaps;
        if (!roots_.make_room()) return Error::system(ENOMEM);
        Block<F>* const root = buddies_.add(range);
        if (root == nullptr) return Error::system(ENOMEM);
        roots_.insert(at, root);
        return success();
    }
    /// Errors  errc::range_unknown, range_in_use.
    [[nodiscard]] result<void> remove(const Locked& locked, const CidrRange<F>& range) noexcept {
        Block<F>* const root = root_of(locked, range.first());
        if (root == nullptr || root->range != range) return errc::range_unknown;
        if (root->state != Block<F>::State::free) return errc::range_in_use;
        roots_.erase(first_above(range.first()) - 1);
        buddies_.remove(*root);
        return success();
    }
    [[nodiscard]] Block<F>* root_of(const Locked&, const IpAddress<F>& ip) const noexcept {
        const std::size_t after = first_above(ip);
        return after != 0 && roots_[after - 1]->range.contains(ip) ? roots_[after - 1] : nullptr;
    }
    [[nodiscard]] Buddies<F>& buddies(const Locked&) noexcept { return buddies_; }

    /// A record for the range that `take(short_of_memory)` grants.
    /// Errors  system ENOMEM, and what `otherwise` says where nothing can be granted.
    template <class Take>
    [[nodiscard]] result<Grant<F>*> grant(const Locked&, const Owner& owner, errc otherwise, Take take) noexcept {
        auto* const made = new (std::nothrow) Grant<F>{*this, nullptr, generation_ + 1, owner};
        if (made == nullptr) return Error::system(ENOMEM);
        bool short_of_memory = false;
        made->block = take(short_of_memory);
        if (made->block == nullptr) {
            delete made;
            return short_of_memory ? Error::system(ENOMEM) : Error{otherwise};
        }
        ++generation_;
        made->next = first_;
        if (first_ != nullptr) first_->previous = made;
        first_ = made;
        made->block->grant = made;
        in_use_ += made->block->range.size();
        ++granted_;
        users_.fetch_add(1, std::memory_order_relaxed);
        return made;
    }
    void end(Grant<F>& grant) noexcept {
        {
            const Locked locked = lock();
            in_use_ -= grant.block->range.size();
            --granted_;
            grant.block->grant = nullptr;
            buddies_.give(*grant.block);
            grant.block = nullptr;
            if (grant.visits == 0) unlink(grant);
        }
        release();
    }
    /// The next lease, the latest for null, or null; its record stays until it is given here again.
    [[nodiscard]] Grant<F>* visit_after(const Locked& locked, Grant<F>* last) noexcept {
        Grant<F>* at = last != nullptr ? last->next : first_;
        while (at != nullptr && at->block == nullptr) at = at->next;
        if (at != nullptr) ++at->visits;
        if (last != nullptr) leave(locked, *last);
        return at;
    }
    /// A visit that ends before the last one.
    void leave(const Locked&, Grant<F>& visited) noexcept {
        if (--visited.visits == 0 && visited.block == nullptr) unlink(visited);
    }

    [[nodiscard]] Uint128 capacity(const Locked&) const noexcept {
        Uint128 sum;
        for (const Block<F>* const root : roots_) sum = saturating_add(sum, root->range.size());
        return sum;
    }
    /// What is leased in parts of the whole of IPv6 is 2^128 with the last one, which is 0 here.
    [[nodiscard]] Uint128 in_use(const Locked&) const noexcept {
        if (granted_ != 0 && in_use_ == Uint128{}) return (Uint128::max)();
        return in_use_;
    }

private:
    ~PrefixCore() {
        for (Block<F>* const root : roots_) buddies_.remove(*root);  // no lease is left
    }
    void unlink(Grant<F>& grant) noexcept {
        (grant.previous != nullptr ? grant.previous->next : first_) = grant.next;
        if (grant.next != nullptr) grant.next->previous = grant.previous;
        delete &grant;
    }
    void release() noexcept {
        if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }
    [[nodiscard]] std::size_t first_above(const IpAddress<F>& ip) const noexcept {
        return roots_.first_not([&](const Block<F>* root) { return root->range.first() <= ip; });
    }

    DefaultLock lock_;
    std::atomic<std::size_t> users_{1};
    std::uint64_t generation_ = 0;
    Uint128 in_use_;
    std::uint64_t granted_ = 0;  // ranges
    Array<Block<F>*> roots_;  // by first address
    Buddies<F> buddies_;
    Grant<F>* first_ = nullptr;
};

}  // namespace estate::detail
