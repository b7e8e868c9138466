// SPDX-License-Identifier: BSL-1.0
#pragma once

// UDP sockets on the platform's backend, whole.

#include <estate/lifecycle/transition.hpp>  // first, so that diagnostics have the short way to it

#include <estate/backend/native_sockets.hpp>
#include <estate/socket/create.hpp>
#include <estate/socket/operation/bind.hpp>
#include <estate/socket/operation/close.hpp>
#include <estate/socket/operation/connect_datagram.hpp>
#include <estate/socket/operation/detach_hold.hpp>
#include <estate/socket/operation/disconnect.hpp>
#include <estate/socket/operation/handle.hpp>
#include <estate/socket/operation/local_addr.hpp>
#include <estate/socket/operation/peek_datagram.hpp>
#include <estate/socket/operation/recv_batch.hpp>
#include <estate/socket/operation/recv_datagram.hpp>
#include <estate/socket/operation/recv_from.hpp>
#include <estate/socket/operation/recv_segments.hpp>
#include <estate/socket/operation/release.hpp>
#include <estate/socket/operation/remote_addr.hpp>
#include <estate/socket/operation/send.hpp>
#include <estate/socket/operation/send_batch.hpp>
#include <estate/socket/operation/send_segments.hpp>
#include <estate/socket/operation/send_to.hpp>
#include <estate/socket/operation/set_nonblocking.hpp>
#include <estate/socket/operation/settings.hpp>
#include <estate/socket/operation/with_packet_info.hpp>
#include <estate/socket/operation/with_segments.hpp>
#include <estate/socket/option/address_reuse.hpp>
#include <estate/socket/option/binding.hpp>
#include <estate/socket/option/buffers.hpp>
#include <estate/socket/option/datagrams.hpp>
#include <estate/socket/option/multicast.hpp>
#include <estate/socket/option/packets.hpp>
#include <estate/version.hpp>
