// SPDX-License-Identifier: BSL-1.0
#pragma once

// The one place that asks which platform is compiled for. It names that platform's backend and includes nothing of
// it: each umbrella header (estate/tcp.hpp, estate/udp.hpp and so on) includes the part that it needs.
//
//   ESTATE_NATIVE_SOCKETS      the header with the definition of native_stream and native_datagram; all are
//                              absent on a platform that nothing here knows, see native_sockets.hpp
//   ESTATE_NATIVE_RESOLVER     the one with their resolver
//   ESTATE_NATIVE_DESCRIPTORS  adoption of foreign descriptors; absent where there are none
//   ESTATE_NATIVE_WAKER        what wakes a blocked call; absent where nothing could
//   ESTATE_NATIVE_MECHANISM    how pollers ask which sockets may be tried, see readiness.hpp
//   ESTATE_NATIVE_WATCH_LINK   what a watched socket has beside its handle, where handles have no number
//   ESTATE_NATIVE_POLLER       a mechanism for pollers that is better than poll(); absent where none is known
//   ESTATE_NATIVE_UNIX         Unix-domain sockets, whole; absent where there are none
//   ESTATE_NATIVE_INTERFACES   the list of network interfaces; absent where there is none
//   ESTATE_NATIVE_PACKETS      how it reports where a datagram was sent to; absent where it does not
//   ESTATE_NATIVE_SYSTEM       the calls of a POSIX system
//   ESTATE_NATIVE_LACKS_MESSAGES   it neither cuts and joins datagrams nor reports where they were sent to
//
// Strings, since `linux` is a macro in GNU modes.

#if defined(__wasi__)

#define ESTATE_NATIVE_SOCKETS "estate/backend/wasi/sockets.hpp"
#define ESTATE_NATIVE_RESOLVER "estate/backend/wasi/resolve.hpp"
#define ESTATE_NATIVE_MECHANISM "estate/backend/wasi/poll_set.hpp"
#define ESTATE_NATIVE_WATCH_LINK "estate/backend/wasi/watch.hpp"
namespace estate {
namespace wasi {
struct StreamSockets;
struct DatagramSockets;
}  // namespace wasi
using native_stream = wasi::StreamSockets;
using native_datagram = wasi::DatagramSockets;
}  // namespace estate

#elif defined(__linux__) || defined(__APPLE__) || defined(__FreeBSD__)

#define ESTATE_NATIVE_SOCKETS "estate/backend/posix/sockets.hpp"
#define ESTATE_NATIVE_RESOLVER "estate/backend/posix/resolve.hpp"
#define ESTATE_NATIVE_DESCRIPTORS "estate/backend/posix/observe.hpp"
#define ESTATE_NATIVE_WAKER "estate/backend/posix/waker.hpp"
#define ESTATE_NATIVE_MECHANISM "estate/backend/posix/native_mechanism.hpp"
#define ESTATE_NATIVE_INTERFACES "estate/backend/posix/interfaces.hpp"
#define ESTATE_NATIVE_UNIX "estate/backend/posix/unix_observe.hpp"
#if defined(__linux__)
#define ESTATE_NATIVE_POLLER "estate/backend/posix/epoll.hpp"
#define ESTATE_NATIVE_SYSTEM "estate/backend/posix/linux.hpp"
#define ESTATE_NATIVE_PACKETS "estate/backend/posix/linux_packet.hpp"
#elif defined(__APPLE__)
#define ESTATE_NATIVE_SYSTEM "estate/backend/posix/darwin.hpp"
#define ESTATE_NATIVE_LACKS_MESSAGES
#else
#define ESTATE_NATIVE_SYSTEM "estate/backend/posix/freebsd.hpp"
#define ESTATE_NATIVE_LACKS_MESSAGES
#endif
namespace estate {
namespace posix {
struct Sockets;
struct UnixStreams;
struct UnixDatagrams;
struct UnixSeqpackets;
}  // namespace posix
using native_stream = posix::Sockets;
using native_datagram = posix::Sockets;
using native_unix_stream = posix::UnixStreams;
using native_unix_datagram = posix::UnixDatagrams;
using native_unix_seqpacket = posix::UnixSeqpackets;
}  // namespace estate

#else

// No system: values, tables, pools and sockets over a backend of one's own still compile.
namespace estate {
namespace unknown {
struct Sockets;
}
using native_stream = unknown::Sockets;
using native_datagram = unknown::Sockets;
}  // namespace estate

#endif

#if !defined(ESTATE_NATIVE_UNIX)
namespace estate {
namespace unknown {
struct UnixStreams;
struct UnixDatagrams;
struct UnixSeqpackets;
}  // namespace unknown
using native_unix_stream = unknown::UnixStreams;
using native_unix_datagram = unknown::UnixDatagrams;
using native_unix_seqpacket = unknown::UnixSeqpackets;
}  // namespace estate
#endif

namespace estate {
using native = native_stream;
}
