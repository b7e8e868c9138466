// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/unix.hpp>

#include "support/faulty.hpp"

namespace estate::test {

/// Unix-domain sockets whose calls can fail.
template <int Kind>
struct FaultyUnix : posix::UnixSockets<Faulty, Kind> {};
using FaultyStream = BasicUnixStream<FaultyUnix<SOCK_STREAM>>;
using FaultyDatagram = BasicUnixDatagram<FaultyUnix<SOCK_DGRAM>>;
using FaultySeqpacket = BasicUnixSeqpacket<FaultyUnix<SOCK_SEQPACKET>>;

}  // namespace estate::test
