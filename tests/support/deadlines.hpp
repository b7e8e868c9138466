// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <estate/base/deadline.hpp>

namespace estate::test {

using namespace std::chrono_literals;

[[nodiscard]] inline Deadline in(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

/// For calls that are expected to succeed at once: only a broken test waits so long.
[[nodiscard]] inline Deadline soon() { return in(5s); }

/// A deadline that has passed, but not the one that now() is.
[[nodiscard]] inline Deadline past() { return std::chrono::steady_clock::now() - 1ms; }

class Stopwatch {
public:
    [[nodiscard]] std::chrono::milliseconds elapsed() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_);
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace estate::test
