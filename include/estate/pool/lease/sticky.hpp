// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/index/hash_table.hpp>
#include <estate/pool/index/keyed_hash.hpp>
#include <estate/pool/range/slot.hpp>

namespace estate::detail {

/// Leases by tenant and resource, those that were asked for so.
template <Family F>
class Sticky {
public:
    explicit Sticky(SecretKey key) noexcept : key_{key} {}

    /// The first lease of this tenant and resource that is(slot) is true for, or null.
    template <class Is>
    [[nodiscard]] Slot<F>* find(const Tenant<F>& tenant, std::string_view resource, Is is) const noexcept {
        return slots_.find(hash(tenant, resource), [&](Slot<F>& slot) {
            return slot.holder == &tenant && slot.resource.view() == resource && is(slot);
        });
    }
    /// Room for one more; false where memory is short.
    [[nodiscard]] bool make_room() noexcept { return slots_.make_room(); }
    /// Pre  make_room() said yes
    void insert(Slot<F>& slot) noexcept {
        slot.sticky = true;
        slot.sticky_hash = hash(*slot.holder, slot.resource.view());
        slots_.insert(slot);
    }
    void erase(Slot<F>& slot) noexcept {
        slots_.erase(slot);
        slot.sticky = false;
    }

private:
    [[nodiscard]] std::uint64_t hash(const Tenant<F>& tenant, std::string_view resource) const noexcept {
        return keyed_hash({key_.low ^ tenant.hash, key_.high}, resource);
    }

    SecretKey key_;
    HashTable<Slot<F>, &Slot<F>::sticky_hash> slots_;
};

}  // namespace estate::detail
