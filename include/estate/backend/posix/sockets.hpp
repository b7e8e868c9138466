// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/backend.hpp>
#include <estate/backend/native.hpp>
#include <estate/backend/posix/connect.hpp>
#include <estate/backend/posix/ending.hpp>
#include <estate/backend/posix/listen.hpp>
#include <estate/backend/posix/observe.hpp>
#include <estate/backend/posix/open.hpp>
#include <estate/backend/posix/option.hpp>
#include <estate/backend/posix/transfer.hpp>

namespace estate::posix {

/// The kernel's sockets. Linux first; where another POSIX system differs, the member says so.
struct Sockets : Open, Connect, Listen, Transfer, Ending, Options, Observe {
    using handle = Descriptor;
    using native_handle = int;
    using waker = Waker;
};

static_assert(StreamBackend<Sockets, V4> && StreamBackend<Sockets, V6>);

}  // namespace estate::posix
