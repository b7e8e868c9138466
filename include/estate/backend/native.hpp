// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace estate {

namespace posix {
struct Sockets;
}

/// The backend of the platform that is compiled for. Only named here: the umbrella headers
/// (estate/tcp.hpp, estate/udp.hpp, estate/estate.hpp) bring its definition.
using native = posix::Sockets;

}  // namespace estate
