// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/sockets.hpp>
#include <estate/backend/sim/system.hpp>

namespace estate::sim {

static_assert(posix::AdoptingSystem<System>);

/// Sockets of a simulated host: the code of the POSIX backend, whose every call goes to a System.
///
///     using SimTcp = estate::Tcp<estate::V4, estate::sim::Sockets>;
///     auto socket = estate::new_socket<SimTcp>(host.system());
struct Sockets : posix::BasicSockets<System> {};

}  // namespace estate::sim
