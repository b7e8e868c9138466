// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/lease.hpp>

namespace estate {

/// What a pool wrote down about one lease: a copyable value that does not keep the address.
///
/// share() becomes a further user of the address while that very lease lasts; once it has ended, it is
/// refused, even when the address has been leased again. Models AddressBinding. The names live inside.
/// A binding of an IpPool may outlive the pool; one of a static pool must not.
template <class Pool>
class BasicBinding {
public:
    using family = typename Pool::family;

    [[nodiscard]] const IpAddress<family>& address() const noexcept ESTATE_LIFETIMEBOUND { return address_; }
    [[nodiscard]] std::string_view tenant() const noexcept ESTATE_LIFETIMEBOUND { return tenant_.view(); }
    [[nodiscard]] std::string_view resource() const noexcept ESTATE_LIFETIMEBOUND { return resource_.view(); }
    [[nodiscard]] const ResourceType& resource_type() const noexcept ESTATE_LIFETIMEBOUND { return type_; }
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

    /// Thread-safe; takes the pool's lock.
    /// Errors  errc::stale_binding: the lease has ended, or the pool has.
    [[nodiscard]] result<BasicLease<Pool>> share() const noexcept {
        if (auto* const slot = pool_.share(address_, generation_)) {
            return detail::lease_access::make<Pool>(slot);
        }
        return errc::stale_binding;
    }

    /// They name the same lease.
    friend bool operator==(const BasicBinding& a, const BasicBinding& b) noexcept {
        return a.pool_ == b.pool_ && a.generation_ == b.generation_;
    }

private:
    using Reference = typename Pool::Reference;
    using Slot = typename Pool::Slot;
    friend class BasicLease<Pool>;
    friend struct detail::lease_access;

    BasicBinding() noexcept = default;
    BasicBinding(Reference&& pool, const Slot& slot) noexcept
        : pool_{static_cast<Reference&&>(pool)}, address_{slot.address}, generation_{slot.number()},
          tenant_{slot.tenant_name()}, resource_{slot.resource}, type_{slot.type} {}

    Reference pool_;
    IpAddress<family> address_{};
    std::uint64_t generation_ = 0;
    TenantName tenant_;
    ResourceName resource_;
    ResourceType type_;
};

/// A binding of an IpPool.
template <Family F>
using IpBinding = BasicBinding<AnyIpPool<F>>;

template <class Pool>
BasicBinding<Pool> BasicLease<Pool>::binding() const noexcept {
    if (slot_ == nullptr) return {};
    return detail::lease_access::binding<Pool>(slot_->reference(), *slot_);
}

}  // namespace estate
