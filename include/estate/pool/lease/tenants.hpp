// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/pool/range/slot.hpp>
#include <new>

namespace estate::detail {

/// The tenants that have leases or a quota, by name: chained hashing, doubled when there are as many as buckets.
/// A tenant without leases is kept as a spare, so that coming and going takes no heap.
template <Family F>
class Tenants {
public:
    Tenants() noexcept = default;
    ~Tenants() {
        for (std::size_t i = 0; i < size_; ++i) end_chain(buckets_[i]);
        end_chain(spare_);
        delete[] buckets_;
    }
    Tenants(const Tenants&) = delete;
    Tenants& operator=(const Tenants&) = delete;

    [[nodiscard]] Tenant<F>* find(std::string_view name) const noexcept {
        if (size_ == 0) return nullptr;
        Tenant<F>* at = buckets_[bucket_of(name)];
        while (at != nullptr && at->name.view() != name) at = at->next;
        return at;
    }
    /// Null where memory is short. A new one needs a lease, or erase_if_unused().
    [[nodiscard]] Tenant<F>* find_or_add(const TenantName& name) noexcept {
        if (Tenant<F>* const known = find(name.view())) return known;
        if (count_ >= size_) grow();
        if (size_ == 0) return nullptr;
        Tenant<F>* made = spare_;
        if (made != nullptr) {
            spare_ = made->next;
        } else {
            made = new (std::nothrow) Tenant<F>;
            if (made == nullptr) return nullptr;
        }
        made->name = name;
        made->older = newest_;
        made->newer = nullptr;
        (newest_ != nullptr ? newest_->newer : oldest_) = made;
        newest_ = made;
        push(buckets_[bucket_of(name.view())], *made);
        ++count_;
        return made;
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
        while (at != nullptr && !is_in_use(*at)) at = at->newer;
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
    void unlink(Tenant<F>& tenant) noexcept {
        (tenant.before != nullptr ? tenant.before->after : first_) = tenant.after;
        if (tenant.after != nullptr) tenant.after->before = tenant.before;
    }
    /// Forgets one that has neither leases nor a quota.
    void erase_if_unused(Tenant<F>& tenant) noexcept {
        if (is_in_use(tenant) || tenant.visits != 0) return;
        (tenant.older != nullptr ? tenant.older->newer : oldest_) = tenant.newer;
        (tenant.newer != nullptr ? tenant.newer->older : newest_) = tenant.older;
        Tenant<F>** at = &buckets_[bucket_of(tenant.name.view())];
        while (*at != &tenant) at = &(*at)->next;
        *at = tenant.next;
        push(spare_, tenant);
        --count_;
    }

private:
    static bool is_in_use(const Tenant<F>& tenant) noexcept {
        return tenant.leases.count != 0 || tenant.quota != Tenant<F>::no_quota;
    }
    static void push(Tenant<F>*& head, Tenant<F>& tenant) noexcept {
        tenant.next = head;
        head = &tenant;
    }
    static void end_chain(Tenant<F>* head) noexcept {
        while (head != nullptr) {
            Tenant<F>* const next = head->next;
            delete head;
            head = next;
        }
    }
    [[nodiscard]] std::size_t bucket_of(std::string_view name) const noexcept {
        return hash_of_name(name) & (size_ - 1);
    }
    /// Where memory is short the chains become longer.
    void grow() noexcept {
        const std::size_t old_size = size_;
        auto** const wide = new (std::nothrow) Tenant<F>*[old_size == 0 ? 16 : 2 * old_size]{};
        if (wide == nullptr) return;
        Tenant<F>** const old = buckets_;
        buckets_ = wide;
        size_ = old_size == 0 ? 16 : 2 * old_size;
        for (std::size_t i = 0; i < old_size; ++i) {
            for (Tenant<F>* at = old[i]; at != nullptr;) {
                Tenant<F>* const next = at->next;
                push(buckets_[bucket_of(at->name.view())], *at);
                at = next;
            }
        }
        delete[] old;
    }

    Tenant<F>** buckets_ = nullptr;
    std::size_t size_ = 0;  // a power of two, or 0
    std::size_t count_ = 0;
    Tenant<F>* first_ = nullptr;
    Tenant<F>* oldest_ = nullptr;
    Tenant<F>* newest_ = nullptr;
    Tenant<F>* spare_ = nullptr;
};

}  // namespace estate::detail
