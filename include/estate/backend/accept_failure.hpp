// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstdint>

namespace estate {

/// What a server should do after accept failed; the listener is sound in every case but fatal.
enum class AcceptFailure {
    retry,      ///< this connection died, or the network passed an error of it on: accept the next one
    stopped,    ///< by its waker; the listener accepts again after reset()
    resources,  ///< out of descriptors or memory: the connection stays queued; close one, or try again
    fatal,      ///< the listener cannot accept any more
};

/// How long a caller of accept() should rest when there are no resources, so that a loop that tries again does not
/// spin. A POSIX accept() that waits rests so long before it fails, and a poller lets the listener rest. An Async, a
/// ring, WASI and a socket that never waits fail at once: there the program rests.
/// Units  nanoseconds.
inline constexpr std::int64_t rest_of_accept = 10'000'000;

/// Of an accept() that failed with the number `error`: the system had no descriptor or memory left.
[[nodiscard]] constexpr bool is_out_of_resources(int error) noexcept {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace estate
