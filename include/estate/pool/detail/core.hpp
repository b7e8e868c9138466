// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/detail/default_lock.hpp>
#include <estate/pool/detail/dense_range.hpp>
#include <estate/pool/detail/sparse_range.hpp>
#include <estate/pool/detail/sticky.hpp>
#include <estate/pool/detail/tenants.hpp>
#include <estate/pool/lock.hpp>
#include <estate/pool/stats.hpp>

namespace estate::detail {

/// What an IpPool, its leases and its bindings share. Lives until the last of them has gone: each counts in
/// `users`, all shares of one lease as one. Ranges, slots and tenants go with the pool and its last lease.
template <Family F>
class Core {
public:
    using Locked = Guard<DefaultLock>;

    [[nodiscard]] static Core* make(SecretKey secret) noexcept { return new (std::nothrow) Core{secret}; }

    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    DefaultLock& lock() noexcept { return lock_; }

    void use() noexcept { users_.fetch_add(1, std::memory_order_relaxed); }
    void leave() noexcept {
        if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }
    /// The pool has gone.
    void close() noexcept {
        {
            const Locked locked{lock_};
            closed_ = true;
            if (in_use_ == 0) end_ranges();
        }
        leave();
    }

    // --- ranges; the caller has the lock, here and below ---

    /// The range with the address in it, or null. O(log ranges).
    [[nodiscard]] Range<F>* containing(const IpAddress<F>& ip) const noexcept {
        const std::size_t after = first_above(ip);
        return after != 0 && ranges_[after - 1]->cidr.contains(ip) ? ranges_[after - 1] : nullptr;
    }
    [[nodiscard]] Range<F>* exactly(const CidrRange<F>& cidr) const noexcept {
        Range<F>* const found = containing(cidr.first());
        return found != nullptr && found->cidr == cidr ? found : nullptr;
    }
    /// Errors  errc::range_overlaps, system ENOMEM.
    [[nodiscard]] result<void> add(const CidrRange<F>& cidr) noexcept {
        const std::size_t at = first_above(cidr.first());
        if (at != 0 && ranges_[at - 1]->cidr.overlaps(cidr)) return errc::range_overlaps;
        if (at < ranges_.size() && ranges_[at]->cidr.overlaps(cidr)) return errc::range_overlaps;
        if (!ranges_.make_room()) return out_of_memory();
        Range<F>* made = nullptr;
        if (F::bits - cidr.prefix_length() <= Range<F>::dense_bits) {
            made = DenseRange<F>::make(*this, cidr);
        } else {
            made = new (std::nothrow) SparseRange<F>{*this, cidr, secret_};
        }
        if (made == nullptr) return out_of_memory();
        ranges_.insert(at, made);
        list(*made);
        return success();
    }
    /// Pre  nothing of it is leased
    void remove(Range<F>& range) noexcept {
        range.draining = true;
        list(range);
        ranges_.erase(first_above(range.cidr.first()) - 1);
        delete &range;
    }
    void drain(Range<F>& range) noexcept {
        range.draining = true;
        list(range);
        if (range.in_use == 0) remove(range);
    }
    /// Puts the range where it belongs: among those that allocate() takes from, or not.
    void list(Range<F>& range) noexcept {
        const bool wanted = !range.draining && static_cast<bool>(range.free());
        if (wanted == range.listed) return;
        range.listed = wanted;
        if (wanted) {
            range.previous = last_open_;
            range.next = nullptr;
            (last_open_ != nullptr ? last_open_->next : first_open_) = &range;
            last_open_ = &range;
        } else {
            (range.previous != nullptr ? range.previous->next : first_open_) = range.next;
            (range.next != nullptr ? range.next->previous : last_open_) = range.previous;
        }
    }
    [[nodiscard]] PoolStats stats() const noexcept {
        PoolStats sum;
        for (const Range<F>* const range : ranges_) {
            sum.capacity += range->usable.count();
            if (!range->draining) sum.free += range->free();
        }
        sum.in_use = Uint128{in_use_};
        sum.held = sum.capacity - sum.in_use - sum.free;
        return sum;
    }

    // --- leases ---

    /// Errors  errc::pool_exhausted, quota_exceeded, system ENOMEM.
    [[nodiscard]] result<Slot<F>*> lease(const TenantName& tenant, const ResourceName& resource,
                                         const ResourceType& type) noexcept {
        if (first_open_ == nullptr) return errc::pool_exhausted;
        return begin(*first_open_, tenant, resource, type, [](Range<F>& range) { return range.take(); });
    }
    /// Errors  errc::address_not_in_pool, address_leased, address_held, capacity_exceeded, quota_exceeded, system
    ///         ENOMEM.
    [[nodiscard]] result<Slot<F>*> lease(const IpAddress<F>& ip, const TenantName& tenant,
                                         const ResourceName& resource, const ResourceType& type) noexcept {
        Range<F>* const range = containing(ip);
        if (range == nullptr) return errc::address_not_in_pool;
        if (!range->usable.contains(ip)) return errc::address_held;
        if (range->draining) return range->leased(ip.bits()) != nullptr ? errc::address_leased : errc::address_held;
        return begin(*range, tenant, resource, type, [&](Range<F>& from) { return from.take(ip.bits()); });
    }
    /// The lease of this tenant and resource that was made here, or a new one.
    /// Errors  as lease().
    [[nodiscard]] result<Slot<F>*> lease_sticky(const TenantName& tenant, const ResourceName& resource,
                                                const ResourceType& type) noexcept {
        if (const Tenant<F>* const holder = tenants_.find(tenant.view())) {
            const auto next = [&](Slot<F>* at) { return Sticky<F>::from(at, *holder, resource.view()); };
            for (Slot<F>* at = next(sticky_.chain(*holder, resource.view())); at != nullptr; at = next(at->next_sticky)) {
                if (at->try_share()) return at;  // else its last share is leaving
            }
        }
        if (!sticky_.make_room()) return out_of_memory();
        auto made = lease(tenant, resource, type);
        if (made) sticky_.insert(*made.assume_value());
        return made;
    }
    /// Errors  system ENOMEM.
    [[nodiscard]] result<void> set_quota(const TenantName& name, std::uint64_t most) noexcept {
        Tenant<F>* const tenant = tenants_.find_or_add(name);
        if (tenant == nullptr) return out_of_memory();
        tenant->quota = most;
        tenants_.leave(*tenant);
        return success();
    }
    /// The tenant may have so many more.
    [[nodiscard]] bool may_have(std::string_view name, std::uint64_t more) const noexcept {
        const Tenant<F>* const tenant = tenants_.find(name);
        return tenant == nullptr || (tenant->leases.count <= tenant->quota && more <= tenant->quota - tenant->leases.count);
    }
    /// A share of the lease of this generation, or null.
    [[nodiscard]] Slot<F>* share(const IpAddress<F>& ip, std::uint64_t generation) noexcept {
        Slot<F>* const slot = find(ip);
        if (closed_ || slot == nullptr || slot->generation != generation) return nullptr;
        return slot->try_share() ? slot : nullptr;
    }
    /// The lease of this address, or null; its last share may be leaving.
    [[nodiscard]] Slot<F>* find(const IpAddress<F>& ip) const noexcept {
        const Range<F>* const range = containing(ip);
        return range != nullptr && range->usable.contains(ip) ? range->leased(ip.bits()) : nullptr;
    }
    [[nodiscard]] Tenant<F>* tenant(std::string_view name) const noexcept { return tenants_.find(name); }

    /// A share of the next lease after this one (of the first for null), tenant by tenant, or null.
    [[nodiscard]] Slot<F>* share_after(const Slot<F>* slot) noexcept {
        const Tenant<F>* tenant = slot != nullptr ? slot->holder : nullptr;
        Slot<F>* found = slot != nullptr ? share_from(slot->next) : nullptr;
        while (found == nullptr) {
            tenant = tenant != nullptr ? tenant->after : tenants_.first();
            if (tenant == nullptr) return nullptr;
            found = share_from(tenant->leases.first);
        }
        return found;
    }
    /// The same among the leases of one tenant, from this one on.
    [[nodiscard]] static Slot<F>* share_from(Slot<F>* slot) noexcept {
        while (slot != nullptr && !slot->try_share()) slot = slot->next;
        return slot;
    }

    /// The last share has gone: the address is free again. Takes the lock.
    void end(Slot<F>& slot) noexcept {
        {
            const Locked locked{lock_};
            Range<F>& range = *slot.range;
            Tenant<F>& holder = *slot.holder;
            if (slot.sticky) sticky_.erase(slot);
            holder.leases.erase(slot);
            if (holder.leases.count == 0) tenants_.part(holder);
            tenants_.leave(holder);
            slot.generation = 0;
            range.give(slot);
            --in_use_;
            if (range.draining && range.in_use == 0) {
                remove(range);
            } else {
                list(range);
            }
            if (closed_ && in_use_ == 0) end_ranges();
        }
        leave();
    }

private:
    explicit Core(SecretKey secret) noexcept : secret_{secret} {}
    ~Core() { end_ranges(); }

    template <class Take>
    result<Slot<F>*> begin(Range<F>& range, const TenantName& tenant, const ResourceName& resource,
                           const ResourceType& type, Take take) noexcept {
        Tenant<F>* const holder = tenants_.find_or_add(tenant);
        if (holder == nullptr) return out_of_memory();
        result<Slot<F>*> taken = errc::quota_exceeded;
        if (holder->leases.count < holder->quota) taken = take(range);
        if (!taken) {
            tenants_.leave(*holder);
            return taken;
        }
        Slot<F>& slot = *taken.assume_value();
        slot.begin(++generation_, resource, type);
        slot.holder = holder;
        if (holder->leases.count == 0) tenants_.join(*holder);
        holder->leases.push_front(slot);
        range.began(slot);
        list(range);
        ++in_use_;
        use();
        return taken;
    }
    void end_ranges() noexcept {
        for (Range<F>* const range : ranges_) delete range;
        ranges_.clear();
        first_open_ = last_open_ = nullptr;
    }
    [[nodiscard]] std::size_t first_above(const IpAddress<F>& ip) const noexcept {
        std::size_t low = 0;
        for (std::size_t high = ranges_.size(); low < high;) {
            const std::size_t middle = (low + high) / 2;
            ranges_[middle]->cidr.first() <= ip ? low = middle + 1 : high = middle;
        }
        return low;
    }

    DefaultLock lock_;
    const SecretKey secret_;
    std::atomic<std::size_t> users_{1};
    bool closed_ = false;
    std::uint64_t generation_ = 0;  // of the lease made last
    std::uint64_t in_use_ = 0;
    Array<Range<F>*> ranges_;  // by first address
    Range<F>* first_open_ = nullptr;
    Range<F>* last_open_ = nullptr;
    Tenants<F> tenants_;
    Sticky<F> sticky_;
};

/// How a binding finds its pool, which may have gone.
template <Family F>
class CoreReference {
public:
    CoreReference() noexcept = default;
    explicit CoreReference(Core<F>& core) noexcept : core_{&core} { core_->use(); }
    CoreReference(const CoreReference& other) noexcept : core_{other.core_} {
        if (core_ != nullptr) core_->use();
    }
    CoreReference(CoreReference&& other) noexcept : core_{other.core_} { other.core_ = nullptr; }
    CoreReference& operator=(CoreReference other) noexcept {
        Core<F>* const mine = core_;
        core_ = other.core_;
        other.core_ = mine;
        return *this;
    }
    ~CoreReference() {
        if (core_ != nullptr) core_->leave();
    }

    [[nodiscard]] Slot<F>* share(const IpAddress<F>& ip, std::uint64_t generation) const noexcept {
        if (core_ == nullptr) return nullptr;
        const Guard locked{core_->lock()};
        return core_->share(ip, generation);
    }
    friend bool operator==(const CoreReference&, const CoreReference&) noexcept = default;

private:
    Core<F>* core_ = nullptr;
};

template <Family F>
CoreReference<F> Slot<F>::reference() const noexcept {
    return CoreReference<F>{range->core};
}
template <Family F>
void Slot<F>::end() noexcept {
    range->core.end(*this);
}

}  // namespace estate::detail
