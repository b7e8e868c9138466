// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/index/hash_table.hpp>
#include <estate/pool/index/keyed_hash.hpp>
#include <estate/pool/range/slot.hpp>
#include <new>

namespace estate::detail {

/// The tenants that have leases, a quota or a magazine, by name. One that has none of these is kept as a spare, so that
/// coming and going takes no heap.
template <Family F>
class Tenants {
public:
    explicit Tenants(SecretKey key) noexcept : key_{key} {}
    ~Tenants() {
        while (Tenant<F>* const at = oldest_) {
            oldest_ = at->newer;
            delete at;
        }
        while (Tenant<F>* const at = spare_) {
            spare_ = at->next;
            delete at;
        }
    }
    Tenants(const Tenants&) = delete;
    Tenants& operator=(const Tenants&) = delete;

    [[nodiscard]] Tenant<F>* find(std::string_view name) const noexcept { return find(name, keyed_hash(key_, name)); }
    /// The one that was asked for last, if this is its name, or null.
    [[nodiscard]] Tenant<F>* find_again(const TenantName& name) const noexcept {
        return latest_ != nullptr && latest_->name == name ? latest_ : nullptr;
    }
    /// Null where memory is short. A new one needs a lease, or erase_if_unused().
    [[nodiscard]] Tenant<F>* find_or_add(const TenantName& name) noexcept {
        if (Tenant<F>* const again = find_again(name)) return again;
        if (Tenant<F>* const before = latest_) {
            latest_ = nullptr;
            erase_if_unused(*before);
        }
        return latest_ = look_up(name);
    }
    /// False where memory is short.
    [[nodiscard]] bool set_quota(const TenantName& name, std::uint64_t most) noexcept {
        Tenant<F>* const tenant = find_or_add(name);
        if (tenant == nullptr) return false;
        tenant->quota = most;
        erase_if_unused(*tenant);
        return true;
    }
    /// The tenant may have so many more.
    [[nodiscard]] bool may_have(std::string_view name, std::uint64_t more) const noexcept {
        const Tenant<F>* const tenant = find(name);
        return tenant == nullptr ||
               (tenant->leases.count <= tenant->quota && more <= tenant->quota - tenant->leases.count);
    }
    /// The next tenant that has leases or a quota, the first for null, or null; it stays until it is given here again.
    [[nodiscard]] Tenant<F>* visit_after(Tenant<F>* last) noexcept {
        Tenant<F>* at = last != nullptr ? last->newer : oldest_;
        while (at != nullptr && at->leases.count == 0 && at->quota == Tenant<F>::no_quota) at = at->newer;
        if (at != nullptr) ++at->visits;
        if (last != nullptr) leave(*last);
        return at;
    }
    /// A visit that ends before the last tenant.
    void leave(Tenant<F>& visited) noexcept {
        --visited.visits;
        erase_if_unused(visited);
    }
    /// The first tenant that has leases, or null; Tenant::after is the next.
    [[nodiscard]] const Tenant<F>* first() const noexcept { return first_; }
    /// A share of the next lease after this one (of the first for null), tenant by tenant, or null.
    [[nodiscard]] Slot<F>* share_after(const Slot<F>* slot) const noexcept {
        const Tenant<F>* tenant = slot != nullptr ? slot->holder : nullptr;
        Slot<F>* found = slot != nullptr ? share_from(slot->next) : nullptr;
        while (found == nullptr) {
            tenant = tenant != nullptr ? tenant->after : first_;
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

    /// It has its first lease.
    void link(Tenant<F>& tenant) noexcept {
        tenant.before = nullptr;
        tenant.after = first_;
        if (first_ != nullptr) first_->before = &tenant;
        first_ = &tenant;
    }
    /// It has given its last lease back.
    ESTATE_COLD void end_last(Tenant<F>& tenant) noexcept {
        (tenant.before != nullptr ? tenant.before->after : first_) = tenant.after;
        if (tenant.after != nullptr) tenant.after->before = tenant.before;
        erase_without_leases(tenant);
    }
    /// Forgets one that has neither leases nor a quota nor a magazine.
    ESTATE_INLINE void erase_if_unused(Tenant<F>& tenant) noexcept {
        if (tenant.leases.count == 0) erase_without_leases(tenant);
    }

private:
    ESTATE_COLD void erase_without_leases(Tenant<F>& tenant) noexcept {
        const bool is_used = tenant.quota != Tenant<F>::no_quota || tenant.visits != 0 || tenant.magazines != nullptr;
        if (is_used || &tenant == latest_) return;
        (tenant.older != nullptr ? tenant.older->newer : oldest_) = tenant.newer;
        (tenant.newer != nullptr ? tenant.newer->older : newest_) = tenant.older;
        table_.erase(tenant);
        tenant.next = spare_;
        spare_ = &tenant;
    }
    [[nodiscard]] Tenant<F>* look_up(const TenantName& name) noexcept {
        const std::uint64_t hash = keyed_hash(key_, name.view());
        if (Tenant<F>* const known = find(name.view(), hash)) return known;
        if (!table_.make_room()) return nullptr;
        Tenant<F>* made = spare_;
        if (made != nullptr) {
            spare_ = made->next;
        } else {
            made = new (std::nothrow) Tenant<F>;
            if (made == nullptr) return nullptr;
        }
        made->name = name;
        made->hash = hash;
        made->older = newest_;
        made->newer = nullptr;
        (newest_ != nullptr ? newest_->newer : oldest_) = made;
        newest_ = made;
        table_.insert(*made);
        return made;
    }
    [[nodiscard]] Tenant<F>* find(std::string_view name, std::uint64_t hash) const noexcept {
        return table_.find(hash, [&](const Tenant<F>& tenant) { return tenant.name.view() == name; });
    }

    SecretKey key_;
    HashTable<Tenant<F>, &Tenant<F>::hash> table_;
    Tenant<F>* latest_ = nullptr;  // that was asked for; known until the next one is
    Tenant<F>* first_ = nullptr;   // of those that have leases
    Tenant<F>* oldest_ = nullptr;  // of all
    Tenant<F>* newest_ = nullptr;
    Tenant<F>* spare_ = nullptr;
};

}  // namespace estate::detail
