// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <time.h>

#include <cstdint>

namespace estate {

/// The clock by which a host knows when its fence comes: never goes back, and goes on while the machine is suspended
/// where the system has such a clock.
///
/// Units   nanoseconds.
/// Source  Linux clock_gettime(), CLOCK_BOOTTIME; elsewhere CLOCK_MONOTONIC of POSIX.1-2024: a host that is suspended
///         there must be ended before.
struct HostClock {
    [[nodiscard]] static std::int64_t now() noexcept {
#if defined(CLOCK_BOOTTIME)
        constexpr clockid_t clock = CLOCK_BOOTTIME;
#else
        constexpr clockid_t clock = CLOCK_MONOTONIC;
#endif
        timespec time{};
        ::clock_gettime(clock, &time);
        return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
    }
};

}  // namespace estate
