// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/address.hpp>

namespace estate::posix {

/// How Linux reports and is given the local end of one datagram. Source  ip(7) IP_PKTINFO, RFC 3542 section 6.
template <Family F>
struct LinuxPacket;

template <>
struct LinuxPacket<V4> {
    using type = in_pktinfo;
    static constexpr int level = IPPROTO_IP;
    static constexpr int asked = IP_PKTINFO;
    static constexpr int told = IP_PKTINFO;

    template <class Source>
    static type from(const Source& source) noexcept {
        type info{};
        info.ipi_ifindex = static_cast<int>(source.interface_index);
        info.ipi_spec_dst.s_addr = htonl(source.address.to_uint());
        return info;
    }
    template <class Got>
    static void tell(const type& info, Got& got) noexcept {
        got.destination = IpAddress<V4>(ntohl(info.ipi_addr.s_addr));
        got.interface_index = static_cast<std::uint32_t>(info.ipi_ifindex);
        const IpAddress<V4> local(ntohl(info.ipi_spec_dst.s_addr));  // of one that waited before it was asked, none
        got.source = {local.is_unspecified() ? got.destination : local};
    }
};

template <>
struct LinuxPacket<V6> {
    using type = in6_pktinfo;
    static constexpr int level = IPPROTO_IPV6;
    static constexpr int asked = IPV6_RECVPKTINFO;
    static constexpr int told = IPV6_PKTINFO;

    template <class Source>
    static type from(const Source& source) noexcept {
        type info{};
        info.ipi6_ifindex = source.interface_index;
        const auto bytes = source.address.bytes();
        std::memcpy(&info.ipi6_addr, bytes.data(), bytes.size());
        return info;
    }
    template <class Got>
    static void tell(const type& info, Got& got) noexcept {
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(bytes.data(), &info.ipi6_addr, bytes.size());
        got.destination = IpAddress<V6>::from_bytes(bytes);
        got.interface_index = info.ipi6_ifindex;
        // The system chooses an address of the interface where a group was asked; a zoned one means nothing without.
        if (got.destination.is_zoned()) got.source.interface_index = got.interface_index;
        if (!got.destination.is_multicast()) got.source.address = got.destination;
    }
};

}  // namespace estate::posix
