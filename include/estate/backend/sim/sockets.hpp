// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/sockets.hpp>
#include <estate/backend/sim/resolve.hpp>

namespace estate::sim {

static_assert(posix::AdoptingSystem<System>);

/// Sockets of a simulated host: the code of the POSIX backend, whose every call goes to a System. A program that is a
/// function of its network (estate/network.hpp) runs on it as on the kernel:
///
///     serve(estate::Network<estate::sim::Sockets>(host.system()));
struct Sockets : posix::BasicSockets<System> {
    using resolver = BasicResolver<System>;
};

}  // namespace estate::sim
