// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/connect.hpp>
#include <estate/backend/posix/ending.hpp>
#include <estate/backend/posix/kernel.hpp>
#include <estate/backend/posix/listen.hpp>
#include <estate/backend/posix/open.hpp>
#include <estate/backend/posix/option.hpp>
#include <estate/backend/posix/messages.hpp>

namespace estate::posix {

// Only named, since few programs need them; estate/waker.hpp, adopt.hpp and resolve.hpp bring them.
template <System S>
struct Observe;
struct Resolver;
struct Interfaces;
struct Passed;

/// The sockets of a system; models StreamBackend and DatagramBackend. A backend of one's own derives from it:
///
///     struct MySockets : estate::posix::BasicSockets<MySystem> {};
template <System S>
struct BasicSockets : Open<S>, Connect<S>, Listen<S>, Messages<S>, Ending<S>, Options<S> {
    using context = S;
    using handle = BasicDescriptor<S>;
    using native_handle = int;
    using waker = Waker<S>;
    using until = Until<S>;
    using observer = Observe<S>;
    using resolver = Resolver;
    using interfaces = Interfaces;
    using passed = Passed;

    static std::int64_t now(S system = {}) noexcept { return system.now(); }
};

/// The kernel's sockets.
struct Sockets : BasicSockets<Kernel> {};

}  // namespace estate::posix
