// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/resource.hpp>
#include <type_traits>

namespace estate {

/// Who gets an address: a tenant, its resource, and of what type that is. Checked once, and good for any number of
/// leases; the pool copies it.
class Owner {
public:
    /// Nobody; what a lease that holds nothing says.
    constexpr Owner() noexcept = default;

    /// Errors  errc::malformed_name (tenant or resource empty or over 63 bytes, label over 31).
    [[nodiscard]] static constexpr result<Owner> make(std::string_view tenant, std::string_view resource,
                                                      const ResourceType& type = {}) noexcept {
        if (tenant.empty() || tenant.size() > TenantName::capacity()) return errc::malformed_name;
        if (resource.empty() || resource.size() > ResourceName::capacity() || !type.valid())
            return errc::malformed_name;
        return Owner{TenantName::clipped(tenant), ResourceName::clipped(resource), type};
    }
    /// Pre  the names are not empty, the type is valid
    constexpr Owner(const TenantName& tenant, const ResourceName& resource, const ResourceType& type) noexcept
        : tenant_{tenant}, resource_{resource}, type_{type} {}

    [[nodiscard]] constexpr const TenantName& tenant() const noexcept ESTATE_LIFETIMEBOUND { return tenant_; }
    [[nodiscard]] constexpr const ResourceName& resource() const noexcept ESTATE_LIFETIMEBOUND { return resource_; }
    [[nodiscard]] constexpr const ResourceType& type() const noexcept ESTATE_LIFETIMEBOUND { return type_; }

    friend constexpr bool operator==(const Owner&, const Owner&) noexcept = default;

private:
    TenantName tenant_;
    ResourceName resource_;
    ResourceType type_;
};

namespace detail {
/// section(owner), for an owner of these names. Errors  those of Owner::make(), and of the section.
template <class Section>
auto with_owner(std::string_view tenant, std::string_view resource, const ResourceType& type, Section section)
    -> std::invoke_result_t<Section, const Owner&> {
    const auto owner = Owner::make(tenant, resource, type);
    if (!owner) return owner.assume_error();
    return section(owner.assume_value());
}
}  // namespace detail
}  // namespace estate
