// SPDX-License-Identifier: BSL-1.0
#pragma once

// UDP sockets that report where a datagram was sent to, and choose where one is sent from.

#include <estate/udp.hpp>

#if defined(ESTATE_NATIVE_PACKETS)
#include ESTATE_NATIVE_PACKETS
#endif
#include <estate/socket/operation/informed/recv_from.hpp>
#include <estate/socket/operation/informed/recv_segments.hpp>
#include <estate/socket/operation/informed/send_segments.hpp>
#include <estate/socket/operation/informed/send_to.hpp>
#include <estate/socket/packet_info.hpp>
#include <estate/version.hpp>
