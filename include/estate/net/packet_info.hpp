// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/net/address_hold.hpp>
#include <estate/net/ip_address.hpp>

namespace estate {

/// Where a datagram is sent from: an address of this host, an interface, or both. What is not given the system chooses.
template <Family F>
struct Source {
    constexpr Source() noexcept = default;
    constexpr Source(IpAddress<F> from, std::uint32_t interface = 0) noexcept
        : address{from}, interface_index{interface} {}
    /// The address that a lease keeps. One that was moved from keeps none, and nothing is sent from it.
    template <class Hold>
        requires(!std::is_same_v<Hold, Source> && AddressHold<Hold, F>)  // in this order: the other asks of a Source
    constexpr Source(const Hold& hold) noexcept : address{hold.address()}, is_gone_{address.is_unspecified()} {}

    [[nodiscard]] constexpr bool is_gone() const noexcept { return is_gone_ && address.is_unspecified(); }

    IpAddress<F> address{};
    std::uint32_t interface_index = 0;

private:
    bool is_gone_ = false;
};

/// What a receive reports with packet information: where the datagram was sent to, beside what Base has.
template <class Base>
struct Delivered : Base {
    using family = typename decltype(Base::sender)::family;
    IpAddress<family> destination;    ///< one of this host's addresses, a group or a broadcast address
    std::uint32_t interface_index;    ///< where it came in; 0 for one that waited since before with_packet_info()
    Source<family> source;            ///< what an answer is sent from, so that it comes from the address that was asked
    std::int64_t arrived;             ///< nanoseconds since 1970, by the kernel; 0 without option::timestamps
};

}  // namespace estate
