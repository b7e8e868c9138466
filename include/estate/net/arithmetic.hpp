// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/ip_address.hpp>

// Addresses as numbers. Nothing wraps.

namespace estate {

/// The address that many after this one.
/// Errors  errc::address_overflow.
template <Family F>
[[nodiscard]] constexpr result<IpAddress<F>> checked_add(const IpAddress<F>& ip, Uint128 count) noexcept {
    const Uint128 last = (Uint128::max)() >> static_cast<unsigned>(128 - F::bits);
    if (count > last - ip.bits()) return errc::address_overflow;
    return IpAddress<F>::from_bits(ip.bits() + count);
}

/// The address that many before this one.
/// Errors  errc::address_overflow.
template <Family F>
[[nodiscard]] constexpr result<IpAddress<F>> checked_subtract(const IpAddress<F>& ip, Uint128 count) noexcept {
    if (count > ip.bits()) return errc::address_overflow;
    return IpAddress<F>::from_bits(ip.bits() - count);
}

/// How many steps lie between the two, whichever comes first.
template <Family F>
[[nodiscard]] constexpr Uint128 distance(const IpAddress<F>& a, const IpAddress<F>& b) noexcept {
    return a < b ? b.bits() - a.bits() : a.bits() - b.bits();
}

}  // namespace estate
