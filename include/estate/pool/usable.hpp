// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/cidr_range.hpp>

namespace estate {

/// Which addresses of a range can be leased.
enum class Usable : std::uint8_t {
    hosts,  ///< what usable_addresses() says
    all,    ///< the network, broadcast and anycast addresses too: for a pool of NAT or loopback addresses
};

/// The addresses of a range that hosts can have, first to last.
template <Family F>
struct UsableAddresses {
    IpAddress<F> first;
    IpAddress<F> last;

    /// At least 1; 2^128 - 1 for the whole of IPv6, even where all 2^128 are usable.
    [[nodiscard]] constexpr Uint128 count() const noexcept {
        return saturating_add(last.bits() - first.bits(), Uint128{1});
    }
    [[nodiscard]] constexpr bool contains(const IpAddress<F>& ip) const noexcept { return first <= ip && ip <= last; }
};

/// IPv4: all but the network and the broadcast address; both of a /31, the one of a /32.
/// IPv6: all but the subnet-router anycast address, the first; both of a /127, the one of a /128.
/// Source  RFC 919, RFC 3021 (/31), RFC 4291 section 2.6.1, RFC 6164 (/127).
template <Family F>
[[nodiscard]] constexpr UsableAddresses<F> usable_addresses(const CidrRange<F>& range,
                                                            Usable which = Usable::hosts) noexcept {
    const bool all = which == Usable::all || range.prefix_length() >= F::bits - 1;
    const Uint128 held_last{F::bits == 32 && !all ? 1U : 0U};
    // no socket can be bound to the unspecified address alone: it stands for any
    const bool is_first_held = !all || (range.first().is_unspecified() && range.prefix_length() != F::bits);
    return {IpAddress<F>::from_bits(range.first().bits() + Uint128{is_first_held ? 1U : 0U}),
            IpAddress<F>::from_bits(range.last().bits() - held_last)};
}

}  // namespace estate
