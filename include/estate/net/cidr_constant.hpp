// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/net/cidr_range.hpp>

namespace estate {

/// A CidrRange as a template argument. C++ wants the members of one to be public, which a CidrRange cannot allow, as
/// they depend on each other; so they are looked at again on the way back.
///
///     template <CidrConstant... Ranges> struct Pool;     Pool<"10.0.0.0/24"_cidr4>
template <Family F>
struct CidrConstant {
    constexpr CidrConstant(CidrRange<F> range) noexcept
        : first{range.first()}, length{static_cast<std::uint8_t>(range.prefix_length())} {}

    /// Ends the program, or the compilation, where somebody changed a member to what is no range.
    [[nodiscard]] constexpr CidrRange<F> range() const noexcept {
        const auto made = CidrRange<F>::make(first, length);
        if (!made) detail::terminate_with("estate: a CidrConstant was changed; make one from a CidrRange");
        return made.assume_value();
    }
    constexpr operator CidrRange<F>() const noexcept { return range(); }

    IpAddress<F> first;
    std::uint8_t length;
};

}  // namespace estate
