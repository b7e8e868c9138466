// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <thread>

#include "time.hpp"

namespace estate::test {

/// How often the handler of interrupting() ran.
inline std::atomic<int> interruptions{0};

/// Makes call in this thread while another one interrupts it every 2 ms, 10 times, by a signal whose handler
/// has no SA_RESTART: each system call that blocks ends with EINTR. Then release lets the call end.
template <class Call, class Release>
auto interrupting(Call call, Release release) {
    struct sigaction counting {};
    struct sigaction before {};
    counting.sa_handler = [](int) { ++interruptions; };
    ::sigaction(SIGUSR1, &counting, &before);
    interruptions = 0;
    const Watchdog watchdog;
    auto answer = [&] {
        const std::jthread other([&release, caller = ::pthread_self()] {
            for (int i = 0; i < 10; ++i) {
                std::this_thread::sleep_for(2ms);
                ::pthread_kill(caller, SIGUSR1);
            }
            std::this_thread::sleep_for(2ms);
            release();
        });
        return call();
    }();
    ::sigaction(SIGUSR1, &before, nullptr);
    return answer;
}

}  // namespace estate::test
