// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/slot.hpp>
#include <estate/pool/index/zeroed.hpp>

namespace estate::detail {

/// Leases by tenant and resource, those that were asked for so: chained hashing, doubled when there are as many
/// as buckets.
template <Family F>
class Sticky {
public:
    /// The first of this tenant and resource at or after `at` in its chain, or null.
    [[nodiscard]] static Slot<F>* from(Slot<F>* at, const Tenant<F>& tenant, std::string_view resource) noexcept {
        while (at != nullptr && (at->holder != &tenant || at->resource.view() != resource)) at = at->next_sticky;
        return at;
    }
    [[nodiscard]] Slot<F>* chain(const Tenant<F>& tenant, std::string_view resource) const noexcept {
        return size_ == 0 ? nullptr : buckets_[bucket(tenant, resource)];
    }
    /// Room for one more; false where memory is short and there is none at all.
    [[nodiscard]] bool make_room() noexcept {
        if (count_ < size_) return true;
        const std::size_t wanted = size_ == 0 ? 64 : 2 * size_;
        Zeroed<Slot<F>*> wide{wanted};
        if (wide.data() == nullptr) return size_ != 0;  // the chains become longer
        const Zeroed<Slot<F>*> old = static_cast<Zeroed<Slot<F>*>&&>(buckets_);
        const std::size_t old_size = size_;
        buckets_ = static_cast<Zeroed<Slot<F>*>&&>(wide);
        size_ = wanted;
        for (std::size_t i = 0; i < old_size; ++i) {
            for (Slot<F>* at = old[i]; at != nullptr;) {
                Slot<F>* const later = at->next_sticky;
                push(*at);
                at = later;
            }
        }
        return true;
    }
    /// Pre  make_room() said yes
    void insert(Slot<F>& slot) noexcept {
        slot.sticky = true;
        push(slot);
        ++count_;
    }
    void erase(Slot<F>& slot) noexcept {
        Slot<F>** at = &buckets_[bucket(*slot.holder, slot.resource.view())];
        while (*at != &slot) at = &(*at)->next_sticky;
        *at = slot.next_sticky;
        slot.sticky = false;
        --count_;
    }

private:
    void push(Slot<F>& slot) noexcept {
        Slot<F>*& head = buckets_[bucket(*slot.holder, slot.resource.view())];
        slot.next_sticky = head;
        head = &slot;
    }
    [[nodiscard]] std::size_t bucket(const Tenant<F>& tenant, std::string_view resource) const noexcept {
        return (hash_of_name(resource) ^ reinterpret_cast<std::uintptr_t>(&tenant) / alignof(Tenant<F>)) & (size_ - 1);
    }

    Zeroed<Slot<F>*> buckets_;
    std::size_t size_ = 0;  // a power of two, or 0
    std::size_t count_ = 0;
};

}  // namespace estate::detail
