// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <estate/net/deadline.hpp>
#include <mutex>
#include <thread>

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

/// Bounds the calls that have no deadline: a scope that lasts longer than 10 s ends the program.
class Watchdog {
public:
    Watchdog() = default;
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;
    ~Watchdog() {
        {
            const std::lock_guard lock(mutex_);
            done_ = true;
        }
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool done_ = false;
    std::jthread thread_{[this] {
        std::unique_lock lock(mutex_);
        if (changed_.wait_for(lock, 10s, [this] { return done_; })) return;
        std::fputs("a call without a deadline hangs\n", stderr);
        std::abort();
    }};
};

}  // namespace estate::test
