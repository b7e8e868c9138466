// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace estate {

// The backend of the platform that is compiled for. Only named here: the umbrella headers (estate/tcp.hpp,
// estate/udp.hpp, estate/estate.hpp) bring its definition.

#if defined(__wasi__)
namespace wasi {
struct StreamSockets;
struct DatagramSockets;
}  // namespace wasi
using native_stream = wasi::StreamSockets;
using native_datagram = wasi::DatagramSockets;
#else
namespace posix {
struct Sockets;
}
using native_stream = posix::Sockets;
using native_datagram = posix::Sockets;
#endif
using native = native_stream;

}  // namespace estate
