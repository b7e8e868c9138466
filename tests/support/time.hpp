// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "deadlines.hpp"

namespace estate::test {

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
