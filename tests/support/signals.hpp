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

/// Makes call in this thread while another one interrupts it every 2 ms, until it has returned, by a signal whose
/// handler has no SA_RESTART: each system call that blocks ends with EINTR. After the 10th release lets the call end.
template <class Call, class Release>
auto interrupting(Call call, Release release) {
    struct sigaction counting {};
    struct sigaction before {};
    counting.sa_handler = [](int) { ++interruptions; };
    ::sigaction(SIGUSR1, &counting, &before);
    interruptions = 0;
    const Watchdog watchdog;
    auto answer = [&] {
        std::atomic<bool> has_returned{false};
        const std::jthread other([&, caller = ::pthread_self()] {
            const auto interrupt = [&] {
                std::this_thread::sleep_for(2ms);
                ::pthread_kill(caller, SIGUSR1);
            };
            for (int i = 0; i < 10 && !has_returned; ++i) interrupt();
            release();
            while (!has_returned) interrupt();
        });
        auto returned = call();
        has_returned = true;
        return returned;
    }();
    ::sigaction(SIGUSR1, &before, nullptr);
    return answer;
}

}  // namespace estate::test
