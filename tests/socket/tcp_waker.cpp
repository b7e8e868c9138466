// SPDX-License-Identifier: BSL-1.0
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdint>

#include "../support/descriptors.hpp"
#include "../support/signals.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(tcp_waker)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_wake_from_another_thread_ends_a_blocked_accept, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    const auto waker = Waker::open().value();
    const Watchdog watchdog;
    const Stopwatch watch;  // before the thread, whose 20 ms may begin at once
    const std::jthread other([&] {
        std::this_thread::sleep_for(20ms);
        waker.wake();
    });
    BOOST_TEST(fails_with(listener.accept(waker), errc::stopped));
    BOOST_TEST(watch.elapsed().count() >= 19);
}

BOOST_AUTO_TEST_CASE(a_wake_that_comes_first_is_not_lost) {
    const auto listener = listening_on_loopback<V4>();
    const auto waker = Waker::open().value();
    waker.wake();
    waker.wake();
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST(fails_with(listener.accept({waker, soon()}), errc::stopped));
        BOOST_TEST(fails_with(listener.accept({waker, Deadline::at_once()}), errc::stopped));
    }
    BOOST_TEST(fails_with(listener.accept({waker, soon()}), std::errc::operation_canceled));
}

BOOST_AUTO_TEST_CASE(after_reset_a_waker_can_be_waited_on_again) {
    const auto listener = listening_on_loopback<V4>();
    const auto waker = Waker::open().value();
    waker.reset();  // of one that is down: nothing
    waker.wake();
    waker.wake();
    waker.reset();
    BOOST_TEST(fails_with(listener.accept({waker, in(20ms)}), errc::deadline_exceeded));
    const auto client = connected_to(listener);
    BOOST_TEST(succeeds(listener.accept(waker)));
    waker.wake();
    BOOST_TEST(fails_with(listener.accept(waker), errc::stopped));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deadline_bounds_the_wait_for_connection_or_wake, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    const auto waker = Waker::open().value();
    const Stopwatch watch;
    BOOST_TEST(fails_with(listener.accept({waker, in(40ms)}), errc::deadline_exceeded));
    BOOST_TEST(watch.elapsed().count() >= 39);
}

BOOST_AUTO_TEST_CASE(a_deadline_that_has_passed_still_looks_once) {
    const auto listener = listening_on_loopback<V4>();
    const auto waker = Waker::open().value();
    for (const auto until : {Deadline::at_once(), past()}) {
        BOOST_TEST(fails_with(listener.accept({waker, until}), errc::deadline_exceeded));
        const auto client = connected_to(listener);
        BOOST_TEST(succeeds(listener.accept({waker, until})));
    }
}

BOOST_AUTO_TEST_CASE(a_stopped_accept_leaves_the_connection_queued) {
    const auto listener = listening_on_loopback<V4>();
    const auto waker = Waker::open().value();
    const auto client = connected_to(listener);
    waker.wake();
    BOOST_TEST(fails_with(listener.accept(waker), errc::stopped));
    BOOST_TEST(succeeds(listener.accept(Deadline::at_once())));
}

BOOST_AUTO_TEST_CASE(one_wake_stops_every_thread_that_waits) {
    const auto listener = listening_on_loopback<V4>();
    const auto waker = Waker::open().value();
    const Watchdog watchdog;
    std::atomic<int> stopped{0};
    std::atomic<int> accepted{0};
    {
        std::array<std::jthread, 4> threads;
        for (auto& thread : threads) {
            thread = std::jthread([&] {
                for (;;) {
                    const auto got = listener.accept(waker);
                    if (got) {
                        ++accepted;
                        continue;
                    }
                    if (got.error() == errc::stopped) ++stopped;
                    return;
                }
            });
        }
        for (int i = 0; i < 10; ++i) (void)connected_to(listener);
        while (accepted < 10) std::this_thread::yield();
        waker.wake();
    }
    BOOST_TEST(stopped == 4);
    BOOST_TEST(accepted == 10);
}

BOOST_AUTO_TEST_CASE(an_interrupted_wait_goes_on) {
    const auto listener = listening_on_loopback<V4>();
    const auto waker = Waker::open().value();
    BOOST_TEST(succeeds(interrupting([&] { return listener.accept(waker); }, [&] { (void)connected_to(listener); })));
    BOOST_TEST(interruptions > 0);
    BOOST_TEST(fails_with(interrupting([&] { return listener.accept(waker); }, [&] { waker.wake(); }), errc::stopped));
}

const Waker* woken_by_signal = nullptr;

BOOST_AUTO_TEST_CASE(a_signal_handler_may_wake) {
    const auto listener = listening_on_loopback<V4>();
    const auto waker = Waker::open().value();
    woken_by_signal = &waker;
    struct sigaction waking {};
    struct sigaction before {};
    waking.sa_handler = [](int) { woken_by_signal->wake(); };
    ::sigaction(SIGUSR2, &waking, &before);
    const Watchdog watchdog;
    {
        const std::jthread other([caller = ::pthread_self()] {
            std::this_thread::sleep_for(20ms);
            ::pthread_kill(caller, SIGUSR2);
        });
        BOOST_TEST(fails_with(listener.accept(waker), errc::stopped));
    }
    ::sigaction(SIGUSR2, &before, nullptr);
}

BOOST_AUTO_TEST_CASE(a_wake_leaves_errno_as_a_signal_handler_must) {
    auto waker = Waker::open().value();
    const std::uint64_t full = UINT64_MAX - 1;
    BOOST_REQUIRE(::write(waker.backend().number(), &full, sizeof full) == ssize_t{sizeof full});
    errno = EDOM;
    waker.wake();  // the counter takes no more
    BOOST_TEST(errno == EDOM);
    const auto moved = std::move(waker);
    errno = EDOM;
    waker.wake();
    BOOST_TEST(errno == EDOM);
    const auto listener = listening_on_loopback<V4>();
    BOOST_TEST(fails_with(listener.accept(moved), errc::stopped));
}

BOOST_AUTO_TEST_CASE(a_moved_from_waker_is_refused) {
    const auto listener = listening_on_loopback<V4>();
    auto waker = Waker::open().value();
    const auto moved = std::move(waker);
    BOOST_TEST(fails_with(listener.accept(waker), errc::moved_from));
    waker.wake();
    waker.reset();
    moved.wake();
    BOOST_TEST(fails_with(listener.accept(moved), errc::stopped));
}

BOOST_AUTO_TEST_CASE(a_waker_closes_its_descriptor) {
    int descriptor = -1;
    {
        const auto waker = Waker::open().value();
        descriptor = waker.backend().number();
        BOOST_TEST(is_open(descriptor));
    }
    BOOST_TEST(!is_open(descriptor));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
