// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <chrono>

namespace estate::test {

/// A clock that stands still until it is set. Each tag is a clock of its own; threads may share one.
template <class Tag>
struct ManualClock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<ManualClock>;
    static constexpr bool is_steady = true;

    static time_point now() noexcept { return time_point{duration{time_.load(std::memory_order_relaxed)}}; }
    static void set(duration since_epoch) { time_ = since_epoch.count(); }
    static void advance(duration by) { time_ += by.count(); }
    static std::int64_t nanoseconds() { return time_; }

private:
    static inline std::atomic<std::int64_t> time_{0};
};

}  // namespace estate::test
