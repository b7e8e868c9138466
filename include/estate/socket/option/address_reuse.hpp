// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/transport/setting.hpp>

namespace estate::option {

/// Allows bind() to an address whose old connections are in TIME_WAIT. Off by default.
/// Linux: the socket whose connections they were must have had it too, and a listener on the address still
/// refuses. Of datagram sockets it allows more: another socket that has it too, of any user, binds the same address and
/// takes what comes; it is for groups (multicast) alone. WASI: always on, and absent there.
/// Source  socket(7) SO_REUSEADDR.
struct reuse_address {
    using key = reuse_address;
    bool value = true;
};

/// Several sockets, all with this option and of one user, share an address; the kernel spreads
/// connections and datagrams over them. Off by default.
/// Source  socket(7) SO_REUSEPORT.
struct reuse_port {
    using key = reuse_port;
    bool value = true;
};

}  // namespace estate::option
