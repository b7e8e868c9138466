// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstdint>
#include <estate/backend/posix/descriptor.hpp>
#include <estate/backend/posix/kernel.hpp>
#include <estate/backend/until.hpp>
#include <estate/error/result.hpp>

namespace estate::posix {

static_assert(EAGAIN == EWOULDBLOCK);
static_assert(Deadline::never().nanoseconds() == never);

template <System S>
class Waker;

template <System S>
using Until = BasicUntil<Waker<S>>;

/// No end, as a type: a program that never names one carries neither the clock nor wakers.
struct Forever {
    static constexpr Deadline deadline() noexcept { return Deadline::never(); }
    static constexpr bool is_stopped() noexcept { return false; }
    static constexpr Error why_stopped() noexcept { return errc::stopped; }
    static constexpr int event() noexcept { return -1; }
};

/// Has the deadline passed, by the clock of the system?
template <System S>
[[nodiscard]] bool is_over(S system, Deadline until) noexcept {
    if (until.is_never() || until.nanoseconds() <= 0) return !until.is_never();
    return system.now() >= until.nanoseconds();
}

/// Takes the error that the socket has, where it has one. Source  socket(7) SO_ERROR.
template <System S>
[[nodiscard]] ESTATE_COLD result<void> take_error(Packed<S> packed) noexcept {
    const auto [system, number] = unpack<S>(packed);
    int error = 0;
    socklen_t size = sizeof error;
    if (system.getsockopt(number, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return failure<S>(packed);
    if (error != 0) return Error::system(error);
    return success();
}

/// Drops what stands first in the error queue (IP_RECVERR, MSG_ZEROCOPY), which no call of ours reads: poll() would
/// find it for ever, and the call nothing. Source  recv(2) MSG_ERRQUEUE.
template <System S>
void drop_queued_error(S system, int number) noexcept {
    if constexpr (Kernel::error_queue != 0) {
        msghdr message{};
        static_cast<void>(system.recvmsg(number, &message, Kernel::error_queue | MSG_DONTWAIT));
    }
}

/// Blocks until the socket is ready, by poll(). Where the caller has not tried yet, a deadline that has passed still
/// looks once. The clock is read in every round, whatever woke the one before.
/// Errors  errc::deadline_exceeded, errc::stopped, errc::moved_from, an error that the socket has, or poll()'s own.
/// Source  POSIX poll(); ppoll(2).
template <System S, class Until>
[[nodiscard]] ESTATE_COLD result<void> wait(Packed<S> packed, short events, Until until, bool tried = true) noexcept {
    const auto [system, number] = unpack<S>(packed);
    if (number < 0) return errc::moved_from;  // poll() would skip it and sleep
    pollfd watched[] = {{number, events, 0}, {until.event(), POLLIN, 0}};
    const std::size_t count = watched[1].fd < 0 ? 1 : 2;
    for (;; tried = true) {
        if (until.is_stopped()) return until.why_stopped();
        if (tried && is_over(system, until.deadline())) return errc::deadline_exceeded;
        const int ready = system.poll(watched, count, until.deadline().nanoseconds());
        if (ready < 0 && system.error() != EINTR) return failure<S>(packed);
        if (ready <= 0) continue;
        if (count == 2 && watched[1].revents != 0) return errc::stopped;
        if ((watched[0].revents & (events | POLLERR)) != POLLERR) return success();
        if (const auto none = take_error<S>(packed); !none) return none;
        drop_queued_error(system, number);
    }
}

// By number, not by the descriptor that owns it: one whose address is known elsewhere would have to live in memory on
// the path that succeeds, too.

/// What to do after a call that moved nothing: success means call it again.
///
/// An interrupted call is made again while there is time; one that would block is waited for, which serves
/// deadlines and descriptors that somebody made non-blocking; everything else is the error.
template <System S, class Until>
[[nodiscard]] ESTATE_COLD result<void> settle(Packed<S> packed, short events, Until until) noexcept {
    const auto system = unpack<S>(packed).system;
    const int why = system.error();
    if (why == EINTR) {
        if (is_over(system, until.deadline())) return errc::deadline_exceeded;
        return success();
    }
    if (why != EAGAIN) return failure<S>(packed);
    return wait<S>(packed, events, until);
}
template <System S, class Until>
[[nodiscard]] ESTATE_INLINE inline result<void> settle(const BasicDescriptor<S>& socket, short events,
                                                       Until until) noexcept {
    return settle<S>(pack(socket), events, until);
}

}  // namespace estate::posix
