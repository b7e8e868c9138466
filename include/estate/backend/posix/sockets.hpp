// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/native.hpp>
#include <estate/backend/posix/connect.hpp>
#include <estate/backend/posix/ending.hpp>
#include <estate/backend/posix/listen.hpp>
#include <estate/backend/posix/open.hpp>
#include <estate/backend/posix/option.hpp>
#include <estate/backend/posix/transfer.hpp>

namespace estate::posix {

// Only named, since few programs need them; estate/waker.hpp, adopt.hpp and resolve.hpp bring them.
class Waker;
struct Observe;
struct Resolver;
struct Passed;

/// The kernel's sockets; models StreamBackend. Linux first; where another POSIX system differs, the member
/// says so.
struct Sockets : Open, Connect, Listen, Transfer, Ending, Options {
    using handle = Descriptor;
    using native_handle = int;
    using waker = Waker;
    using observer = Observe;
    using resolver = Resolver;
    using passed = Passed;
};

}  // namespace estate::posix
