// SPDX-License-Identifier: BSL-1.0
#pragma once

// What reads the real clock of the standard library comes before std::chrono::steady_clock is another.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "simulated.hpp"

// The laws ask std::chrono::steady_clock what time it is; here it is the world's.
namespace std::chrono {
struct estate_law_clock {
    using duration = nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<estate_law_clock>;
    static constexpr bool is_steady = true;
    static time_point now() noexcept { return time_point(nanoseconds(estate::test::law_host().now())); }
};
}  // namespace std::chrono
#define steady_clock estate_law_clock
