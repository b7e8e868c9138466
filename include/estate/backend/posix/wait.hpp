// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstdint>
#include <estate/backend/posix/descriptor.hpp>
#include <estate/base/deadline.hpp>
#include <estate/error/result.hpp>

namespace estate::posix {

static_assert(EAGAIN == EWOULDBLOCK);
static_assert(Deadline::never().nanoseconds() == never);

/// Has the deadline passed? The clock of the system tells.
template <System S>
[[nodiscard]] ESTATE_COLD bool is_over(S system, Deadline until) noexcept {
    if (until.is_never() || until.nanoseconds() <= 0) return !until.is_never();
    return system.now() >= until.nanoseconds();
}

/// Blocks until one of the descriptors is ready; revents tell which. Where the caller has not tried yet, a
/// deadline that has passed still looks once. The clock is read in every round, whatever woke the one before.
/// Errors  errc::deadline_exceeded, errc::moved_from, or poll()'s own.
/// Source  POSIX poll(); ppoll(2).
template <System S>
[[nodiscard]] ESTATE_COLD result<void> wait(S system, pollfd* descriptors, std::size_t count, Deadline until,
                                            bool tried) noexcept {
    if (descriptors[0].fd < 0) return errc::moved_from;  // poll() would skip it and sleep
    for (;; tried = true) {
        if (tried && is_over(system, until)) return errc::deadline_exceeded;
        const int ready = system.poll(descriptors, count, until.nanoseconds());
        if (ready > 0) return success();
        if (ready < 0 && system.error() != EINTR) return failure(system, descriptors[0].fd);
    }
}

// By number, not by the descriptor that owns it: one whose address is known elsewhere would have to live in memory on
// the path that succeeds, too.

/// What to do after a call that would block.
template <System S>
[[nodiscard]] ESTATE_COLD result<void> wait(S system, int descriptor, short events, Deadline until) noexcept {
    pollfd one{descriptor, events, 0};
    return wait(system, &one, 1, until, true);
}

/// What to do after a call that moved nothing: success means call it again.
///
/// An interrupted call is made again while there is time; one that would block is waited for, which serves
/// deadlines and descriptors that somebody made non-blocking; everything else is the error.
template <System S>
[[nodiscard]] ESTATE_COLD result<void> settle(S system, int descriptor, short events, Deadline until) noexcept {
    const int why = system.error();
    if (why == EINTR) {
        if (is_over(system, until)) return errc::deadline_exceeded;
        return success();
    }
    if (why != EAGAIN) return failure(system, descriptor);
    return wait(system, descriptor, events, until);
}

/// No deadline, as a type: a program that never names one does not carry the clock.
struct Forever {};

template <System S>
[[nodiscard]] ESTATE_COLD result<void> wait(S system, int descriptor, short events, Forever) noexcept {
    pollfd one{descriptor, events, 0};
    while (system.poll(&one, 1, never) < 0) {
        if (system.error() != EINTR) return failure(system, descriptor);
    }
    return success();
}

template <System S>
[[nodiscard]] ESTATE_COLD result<void> settle(S system, int descriptor, short events, Forever) noexcept {
    const int why = system.error();
    if (why == EINTR) return success();
    if (why != EAGAIN) return failure(system, descriptor);
    return wait(system, descriptor, events, Forever());
}

// The same by the socket; an empty system is made anew in the cold function, as in failure().

template <System S, class Until>
[[nodiscard]] ESTATE_COLD result<void> settle_in_any(int descriptor, short events, Until until) noexcept {
    return settle(S(), descriptor, events, until);
}
template <System S, class Until>
[[nodiscard]] ESTATE_COLD result<void> wait_in_any(int descriptor, short events, Until until) noexcept {
    return wait(S(), descriptor, events, until);
}
template <System S, class Until>
ESTATE_INLINE [[nodiscard]] inline result<void> settle(const BasicDescriptor<S>& socket, short events,
                                                       Until until) noexcept {
    if constexpr (std::is_empty_v<S>) {
        return settle_in_any<S>(socket.number(), events, until);
    } else {
        return settle(socket.system(), socket.number(), events, until);
    }
}
template <System S, class Until>
ESTATE_INLINE [[nodiscard]] inline result<void> wait(const BasicDescriptor<S>& socket, short events,
                                                     Until until) noexcept {
    if constexpr (std::is_empty_v<S>) {
        return wait_in_any<S>(socket.number(), events, until);
    } else {
        return wait(socket.system(), socket.number(), events, until);
    }
}

}  // namespace estate::posix
