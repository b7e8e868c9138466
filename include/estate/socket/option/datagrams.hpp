// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/transport/setting.hpp>

// Options about the datagrams that a socket sends and receives.

namespace estate::option {

/// No router may cut its datagrams into fragments, nor does this host: one that is longer than the path takes is
/// refused with message_size, and option::path_mtu of a connected socket then says how long one may be. False allows
/// fragments everywhere; until it is set the system decides by what it knows of the path. Linux.
/// Source  ip(7) IP_MTU_DISCOVER, IPV6_MTU_DISCOVER; RFC 1191, RFC 8201.
struct dont_fragment {
    using key = dont_fragment;
    bool value = true;
};

/// Each receive reports when its datagram came, as `arrived`; for sockets with packet information. Linux.
/// Source  socket(7) SO_TIMESTAMPNS.
struct timestamps {
    using key = timestamps;
    using needs = fact::packet_info;
    bool value = true;
};

}  // namespace estate::option
