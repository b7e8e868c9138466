// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstring>
#include <estate/base/attributes.hpp>
#include <estate/pool/resource.hpp>
#include <type_traits>

namespace estate {

namespace detail {
struct owner_access;
}  // namespace detail

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
        : tenant_{tenant}, resource_{resource}, type_{type},
          is_brief_{is_brief(tenant.view()) && is_brief(resource.view()) && is_brief(type.label())} {}

    [[nodiscard]] constexpr const TenantName& tenant() const noexcept ESTATE_LIFETIMEBOUND { return tenant_; }
    [[nodiscard]] constexpr const ResourceName& resource() const noexcept ESTATE_LIFETIMEBOUND { return resource_; }
    [[nodiscard]] constexpr const ResourceType& type() const noexcept ESTATE_LIFETIMEBOUND { return type_; }

    friend constexpr bool operator==(const Owner&, const Owner&) noexcept = default;

private:
    friend struct detail::owner_access;
    /// The text lies in the first 16 bytes of a name, and of a type too.
    static constexpr bool is_brief(std::string_view text) noexcept { return text.size() <= 13; }

    TenantName tenant_;
    ResourceName resource_;
    ResourceType type_;
    bool is_brief_ = true;
};

namespace detail {
struct owner_access {
    /// Writes the owner over what was there. Where all is brief, as it mostly is, the first 16 bytes of each alone, in
    /// one move: what lay behind them stays there, and nobody reads it.
    ESTATE_INLINE static void write(const Owner& owner, TenantName& tenant, ResourceName& resource,
                                    ResourceType& type) noexcept {
        if (owner.is_brief_) {
            write_head(owner.tenant_, tenant);
            write_head(owner.resource_, resource);
            write_head(owner.type_, type);
        } else {
            tenant = owner.tenant_;
            resource = owner.resource_;
            type = owner.type_;
        }
    }
    ESTATE_INLINE static void write(const Owner& owner, ResourceName& resource, ResourceType& type) noexcept {
        if (owner.is_brief_) {
            write_head(owner.resource_, resource);
            write_head(owner.type_, type);
        } else {
            resource = owner.resource_;
            type = owner.type_;
        }
    }

private:
    template <class Part>
    ESTATE_INLINE static void write_head(const Part& from, Part& to) noexcept {
        static_assert(std::is_trivially_copyable_v<Part>);
        std::memcpy(static_cast<void*>(&to), &from, 16);
    }
};
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
