// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/native.hpp>
#include <estate/lifecycle/list.hpp>
#include <estate/net/family.hpp>
#include <estate/transport/operation.hpp>

namespace estate {

/// The operations that the system under a backend does not have. Its sockets have no such members; see
/// lifecycle/given.hpp.
template <class Backend>
inline constexpr lifecycle::list<> absent_operations{};

namespace wasi {
struct StreamSockets;
struct DatagramSockets;
}  // namespace wasi

/// A resource of the host has no number that means something elsewhere and no second owner, no call asks for a reset or
/// looks ahead, and accept() reports no address: to ask for that of a peer that has gone is an error.
template <>
inline constexpr lifecycle::list<op::handle, op::release, op::abort, op::finish_or_abort, op::accept_from, op::peek,
                                 op::split>
    absent_operations<wasi::StreamSockets>{};
template <>
inline constexpr lifecycle::list<op::handle, op::release, op::peek, op::with_segments, op::send_segments,
                                 op::recv_segments, op::with_packet_info>
    absent_operations<wasi::DatagramSockets>{};

namespace sim {
struct Sockets;
}  // namespace sim
template <>
inline constexpr lifecycle::list<op::with_segments, op::send_segments, op::recv_segments, op::with_packet_info>
    absent_operations<sim::Sockets>{};

/// WASI's IPv6 sockets never carry IPv4.
template <class Backend>
inline constexpr bool has_both_families = true;
template <>
inline constexpr bool has_both_families<wasi::StreamSockets> = false;
template <>
inline constexpr bool has_both_families<wasi::DatagramSockets> = false;

#if defined(ESTATE_NATIVE_LACKS_MESSAGES)
template <>
inline constexpr lifecycle::list<op::with_segments, op::send_segments, op::recv_segments, op::with_packet_info>
    absent_operations<posix::Sockets>{};
#endif

}  // namespace estate
