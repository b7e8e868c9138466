// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <poll.h>
#include <time.h>

#include <cstdint>
#include <estate/backend/posix/failure.hpp>
#include <estate/error/result.hpp>
#include <estate/base/deadline.hpp>

namespace estate::posix {

static_assert(EAGAIN == EWOULDBLOCK);

/// Until the deadline, which is not never(); 0 or less when it has passed.
/// Units   nanoseconds. Source  CLOCK_MONOTONIC, which is what std::chrono::steady_clock reads.
[[nodiscard]] ESTATE_COLD inline std::int64_t time_left(Deadline until) noexcept {
    if (until.nanoseconds() <= 0) return 0;
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return until.nanoseconds() - (std::int64_t{now.tv_sec} * 1'000'000'000 + std::int64_t{now.tv_nsec});
}

/// Blocks until one of the descriptors is ready; revents tell which. Where the caller has not tried yet, a
/// deadline that has passed still looks once.
/// Errors  errc::deadline_exceeded, errc::moved_from, or poll()'s own.
/// Source  ppoll(2).
[[nodiscard]] ESTATE_COLD inline result<void> wait(pollfd* descriptors, nfds_t count, Deadline until,
                                                   bool tried) noexcept {
    if (descriptors[0].fd < 0) return errc::moved_from;  // poll() would skip it and sleep
    for (;;) {
        timespec left{};
        if (!until.is_never()) {
            const std::int64_t rest = time_left(until);
            if (rest > 0) {
                left.tv_sec = rest / 1'000'000'000;
                left.tv_nsec = rest % 1'000'000'000;
            } else if (tried) {
                return errc::deadline_exceeded;
            }
        }
        const int ready = ::ppoll(descriptors, count, until.is_never() ? nullptr : &left, nullptr);
        if (ready > 0) return success();
        if (ready == 0) tried = true;
        if (ready < 0 && errno != EINTR) return failure(descriptors[0].fd);
    }
}

/// What to do after a call answered -1: success means call it again.
///
/// An interrupted call is made again; one that would block is waited for, which serves deadlines and
/// descriptors that somebody made non-blocking; everything else is the error.
[[nodiscard]] ESTATE_COLD inline result<void> settle(int descriptor, short events, Deadline until) noexcept {
    if (errno == EINTR) return success();
    if (errno != EAGAIN) return failure(descriptor);
    pollfd one{descriptor, events, 0};
    return wait(&one, 1, until, true);
}

/// No deadline, as a type: a program that never names one does not carry the clock.
struct Forever {};

[[nodiscard]] ESTATE_COLD inline result<void> wait(int descriptor, short events, Forever) noexcept {
    pollfd one{descriptor, events, 0};
    while (::poll(&one, 1, -1) < 0) {
        if (errno != EINTR) return failure(descriptor);
    }
    return success();
}

[[nodiscard]] ESTATE_COLD inline result<void> settle(int descriptor, short events, Forever) noexcept {
    if (errno == EINTR) return success();
    if (errno != EAGAIN) return failure(descriptor);
    return wait(descriptor, events, Forever());
}

}  // namespace estate::posix
