// SPDX-License-Identifier: BSL-1.0
// Compiling is passing. Asked here and not in the header: each client would pay for it.

#include <estate/backend/backend.hpp>
#include <estate/backend/posix/sockets.hpp>

static_assert(estate::StreamBackend<estate::posix::Sockets, estate::V4>);
static_assert(estate::StreamBackend<estate::posix::Sockets, estate::V6>);
static_assert(sizeof(estate::posix::Sockets::handle) == sizeof(int));
