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

/// What to do after a call that would block.
template <System S>
[[nodiscard]] ESTATE_COLD result<void> wait(const BasicDescriptor<S>& socket, short events, Deadline until) noexcept {
    pollfd one{socket.number(), events, 0};
    return wait(socket.system(), &one, 1, until, true);
}

/// What to do after a call answered -1: success means call it again.
///
/// An interrupted call is made again while there is time; one that would block is waited for, which serves
/// deadlines and descriptors that somebody made non-blocking; everything else is the error.
template <System S>
[[nodiscard]] ESTATE_COLD result<void> settle(const BasicDescriptor<S>& socket, short events,
                                              Deadline until) noexcept {
    const int why = socket.system().error();
    if (why == EAGAIN) return wait(socket, events, until);
    if (why != EINTR) return failure(socket);
    if (is_over(socket.system(), until)) return errc::deadline_exceeded;
    return success();
}

/// No deadline, as a type: a program that never names one does not carry the clock.
struct Forever {
    static constexpr bool is_never() noexcept { return true; }
};

template <System S>
[[nodiscard]] ESTATE_COLD result<void> wait(const BasicDescriptor<S>& socket, short events, Forever) noexcept {
    pollfd one{socket.number(), events, 0};
    while (socket.system().poll(&one, 1, never) < 0) {
        if (socket.system().error() != EINTR) return failure(socket);
    }
    return success();
}

template <System S>
[[nodiscard]] ESTATE_COLD result<void> settle(const BasicDescriptor<S>& socket, short events, Forever) noexcept {
    const int why = socket.system().error();
    if (why == EAGAIN) return wait(socket, events, Forever());
    if (why != EINTR) return failure(socket);
    return success();
}

}  // namespace estate::posix
