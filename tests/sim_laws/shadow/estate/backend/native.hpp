// SPDX-License-Identifier: BSL-1.0
#pragma once

// Stands in for include/estate/backend/native.hpp, so that the laws, which are written for the platform's sockets, run on
// simulated ones: the native backend of this program is a host of a simulated world.

#define ESTATE_LAWS_SIMULATED
#define ESTATE_NATIVE_SOCKETS "sim_laws/simulated.hpp"
#define ESTATE_NATIVE_RESOLVER "estate/backend/sim/resolve.hpp"
#define ESTATE_NATIVE_DESCRIPTORS "estate/backend/posix/observe.hpp"
#define ESTATE_NATIVE_WAKER "estate/backend/posix/waker.hpp"
#define ESTATE_NATIVE_MECHANISM "sim_laws/mechanism.hpp"
#define ESTATE_NATIVE_SYSTEM "estate/backend/posix/linux.hpp"
#define ESTATE_NATIVE_UNIX "sim_laws/simulated.hpp"

namespace estate {
namespace test {
struct SimulatedSockets;
struct SimulatedUnixStreams;
struct SimulatedUnixDatagrams;
struct SimulatedUnixSeqpackets;
}  // namespace test
using native_stream = test::SimulatedSockets;
using native_datagram = test::SimulatedSockets;
using native_unix_stream = test::SimulatedUnixStreams;
using native_unix_datagram = test::SimulatedUnixDatagrams;
using native_unix_seqpacket = test::SimulatedUnixSeqpackets;
using native = native_stream;
}  // namespace estate
