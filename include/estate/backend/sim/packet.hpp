// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstdint>
#include <estate/backend/sim/bytes.hpp>
#include <estate/backend/sim/endpoint.hpp>
#include <vector>

namespace estate::sim {

using HostId = std::uint16_t;
using SocketId = std::uint32_t;
using PacketId = std::uint32_t;
inline constexpr std::uint32_t none = UINT32_MAX;
inline constexpr HostId no_host = UINT16_MAX;

enum class Protocol : std::uint8_t { tcp, udp, icmp, local };  // local: of Unix-domain sockets

/// Flags of a TCP segment, as RFC 9293 section 3.1 places them.
namespace flag {
inline constexpr std::uint8_t fin = 0x01;
inline constexpr std::uint8_t syn = 0x02;
inline constexpr std::uint8_t rst = 0x04;
inline constexpr std::uint8_t psh = 0x08;
inline constexpr std::uint8_t ack = 0x10;
}  // namespace flag

/// Why a packet comes to nothing, as ICMP has it.
/// Source  RFC 792, RFC 4443; Linux icmp_err_convert[], icmpv6_err_convert().
struct Reason {
    const char* text;
    const char* fate;  // of the packet
    int error;
    bool is_hard;  // a datagram socket hears of it
    std::uint8_t v4[2];  // type and code of ICMP
    std::uint8_t v6[2];  // of ICMPv6
};
namespace icmp {
inline constexpr Reason port{"port unreachable", "nobody is there", ECONNREFUSED, true, {3, 3}, {1, 4}};
inline constexpr Reason host{"host unreachable", "no host has the address", EHOSTUNREACH, false, {3, 1}, {1, 3}};
inline constexpr Reason net{"net unreachable", "there is no route", ENETUNREACH, false, {3, 0}, {1, 0}};
inline constexpr Reason time{"time exceeded", "the hop limit is over", EHOSTUNREACH, false, {11, 0}, {3, 0}};
}  // namespace icmp

/// What an ICMP packet says, and of which packet.
struct Refusal {
    const Reason* why = &icmp::port;
    Protocol of = Protocol::udp;
    Endpoint about;  // where that was to go
};

/// A segment, a datagram or a refusal; or a message within a host, which is in a queue at once.
struct Packet {
    Protocol protocol = Protocol::tcp;
    std::uint8_t flags = 0;
    std::uint8_t hop_limit = 64;
    bool is_for_router = false;  // `to` passes it on, where the address is not its own
    bool was_passed_on = false;
    HostId from = no_host;  // of this hop
    HostId to = no_host;
    Endpoint source;
    Endpoint destination;
    std::uint32_t sequence = 0;
    std::uint32_t acknowledged = 0;
    std::uint32_t window = 0;
    std::uint32_t base_sequence = 0;      // initial numbers: a trace counts from them
    std::uint32_t base_acknowledged = 0;
    Refusal refusal;
    Bytes data;
    std::size_t sent_as = 0;  // what Trace::begin() gave for its sending
    PacketId next = none;  // in a free list, or in the queue of a socket
    // A message between Unix-domain sockets.
    Bytes rights;                   // the numbers of the sockets that travel with it
    std::uint32_t name = none;      // the sender's
    SocketId sender = none;
    std::uint32_t sender_life = 0;

    [[nodiscard]] bool has(std::uint8_t bits) const noexcept { return (flags & bits) != 0; }
    /// Of the sequence: SYN and FIN count.
    [[nodiscard]] std::uint32_t length() const noexcept {
        return data.size + (has(flag::syn) ? 1U : 0U) + (has(flag::fin) ? 1U : 0U);
    }
};

/// A fixed number of packets.
class Packets {
public:
    explicit Packets(std::size_t count) : all_(count), free_{count == 0 ? none : 0} {
        for (std::size_t i = 0; i + 1 < count; ++i) all_[i].next = static_cast<PacketId>(i + 1);
    }
    /// none where there is no other.
    PacketId take() noexcept {
        const PacketId taken = free_;
        if (taken == none) return none;
        free_ = all_[taken].next;
        all_[taken] = Packet{};
        return taken;
    }
    void give_back(PacketId id, Blocks& blocks) noexcept {
        blocks.clear(all_[id].data);
        blocks.clear(all_[id].rights);
        all_[id].sender = none;
        all_[id].next = free_;
        free_ = id;
    }
    [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(all_.size()); }
    [[nodiscard]] Packet& operator[](PacketId id) noexcept { return all_[id]; }

private:
    std::vector<Packet> all_;
    PacketId free_;
};

}  // namespace estate::sim
