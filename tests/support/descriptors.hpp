// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <fcntl.h>

namespace estate::test {

[[nodiscard]] inline bool is_open(int descriptor) { return ::fcntl(descriptor, F_GETFD) >= 0; }
[[nodiscard]] inline bool closes_on_exec(int descriptor) { return (::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0; }
[[nodiscard]] inline bool is_nonblocking(int descriptor) { return (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0; }

/// What a program does to a descriptor before, or behind the back of, the library.
inline void make_nonblocking(int descriptor) {
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

}  // namespace estate::test
