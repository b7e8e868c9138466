// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <estate/socket/recv_container.hpp>
#include <estate/stop_token.hpp>
#include <estate/tcp.hpp>
#include <string>
#include <thread>

#include "../support/datagrams.hpp"
#include "../support/descriptors.hpp"
#include "../support/faulty.hpp"
#include "../support/signals.hpp"
#include "../support/sockets.hpp"
#include "../support/waiting_calls.hpp"

// Every call that can wait ends with errc::stopped once its waker is raised, and leaves what the table says.

namespace {
using namespace estate;
using namespace estate::test;

/// The error of call(until), whose waker another thread raises while it waits.
template <class Call>
[[nodiscard]] Error woken(Call call, Deadline deadline = Deadline::never()) {
    const auto waker = Waker::open().value();
    const Watchdog watchdog;
    const Stopwatch watch;  // before the thread, whose 20 ms may begin at once
    const std::jthread other([&] {
        std::this_thread::sleep_for(20ms);
        waker.wake();
    });
    const Error why = call(Until{waker, deadline});
    BOOST_TEST(watch.elapsed().count() >= 19);
    return why;
}

BOOST_AUTO_TEST_SUITE(stop)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_wake_from_another_thread_ends_each_call_that_waits, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    const auto& peer = pair.client;
    const std::string much(64 << 20, 'x');
    for (const auto deadline : {Deadline::never(), soon()}) {
        const auto check = [deadline](auto call) { BOOST_TEST((woken(call, deadline) == errc::stopped)); };
        check([&](Until until) { return peer.recv(waiting_room, until).error(); });
        check([&](Until until) { return peer.recv_exact(waiting_room, until).error().code; });
        check([&](Until until) { return peer.recv_vectored(into, until).error(); });
        check([&](Until until) { return peer.recv(4, until).error(); });
        check([&](Until until) { return peer.send_all(much, until).error().code; });
        (void)fill(peer);
        check([&](Until until) { return peer.send("x", until).error(); });
        check([&](Until until) { return peer.send_vectored(two_parts, until).error(); });
        const auto listener = listening_on_loopback<F>();
        check([&](Until until) { return listener.accept(until).error(); });
        const FullListener<F> full;
        check([&](Until until) { return created<F>().connect(full.address(), until).error().code; });
        check([&](Until until) {
            return created<F>().begin_connect(full.address()).value().finish_connect(until).error().code;
        });
        auto ending = connected_pair<F>();
        check([&](Until until) { return std::move(ending.client).finish(until).error().code; });
        auto datagrams = datagrams_on_loopback<F>();
        check([&](Until until) { return datagrams.recv_from(waiting_room, until).error(); });
        const auto self = datagrams.local_addr().value();
        const auto fixed = std::move(datagrams).connect(self).value();
        check([&](Until until) { return fixed.recv(waiting_room, until).error(); });
    }
}

BOOST_AUTO_TEST_CASE(a_raised_waker_ends_each_call_before_it_moves_anything) {
    const auto waker = FaultyWaker::open().value();
    waker.wake();
    every_waiting_call([&](Call call, auto run) {
        for (const auto deadline : {Deadline::never(), Deadline::at_once()}) {
            const Faults none;
            BOOST_TEST((run({waker, deadline}) == errc::stopped));
            BOOST_TEST(none.made(call) == 0);
            BOOST_TEST(none.made(Call::poll) == 0);
        }
    });
}

BOOST_AUTO_TEST_CASE(a_call_that_never_has_to_wait_is_stopped_too) {
    const auto waker = FaultyWaker::open().value();
    every_waiting_call([&](Call call, auto run) {
        waker.reset();
        const std::jthread other([&] {
            std::this_thread::sleep_for(5ms);
            waker.wake();
        });
        const Faults faults{refuse(call, EINTR, always)};  // always in a round, never in a wait
        BOOST_TEST((run({waker, soon()}) == errc::stopped));
    });
}

BOOST_AUTO_TEST_CASE(of_deadline_and_waker_the_first_ends_the_call) {
    const auto pair = connected_pair<V4>();
    const auto waker = Waker::open().value();
    BOOST_TEST(fails_with(pair.client.recv(waiting_room, {waker, in(20ms)}), errc::deadline_exceeded));
    waker.wake();
    BOOST_TEST(fails_with(pair.client.recv(waiting_room, {waker, in(20ms)}), errc::stopped));
    BOOST_TEST(fails_with(pair.client.recv(waiting_room, {waker, past()}), errc::stopped));
    waker.reset();
    (void)pair.server.send("abcd").value();
    BOOST_TEST(pair.client.recv(waiting_room, waker).value() == 4u);
}

BOOST_AUTO_TEST_CASE(a_stopped_call_leaves_the_stream_as_it_is) {
    const auto pair = connected_pair<V4>();
    const auto waker = Waker::open().value();
    (void)pair.server.send("ab").value();
    waker.wake();
    BOOST_TEST(fails_with(pair.client.recv(waiting_room, waker), errc::stopped));
    BOOST_TEST(fails_with(pair.client.send("x", waker), errc::stopped));
    waker.reset();
    const Error why = woken([&](Until until) {
        const auto cut = pair.client.recv_exact(waiting_room, until);
        BOOST_TEST(cut.error().transferred == 2u);
        return cut.error().code;
    });
    BOOST_TEST((why == errc::stopped));
    (void)pair.client.send("y").value();
    BOOST_TEST(read_text(pair.server, 1) == "y");
}

BOOST_AUTO_TEST_CASE(a_stopped_send_all_says_how_much_went) {
    auto pair = connected_pair<V4>();
    const std::string much(64 << 20, 'x');
    std::size_t went = 0;
    const Error why = woken([&](Until until) {
        const auto cut = pair.client.send_all(much, until);
        went = cut.error().transferred;
        return cut.error().code;
    });
    BOOST_TEST((why == errc::stopped));
    BOOST_TEST(went > 0u);
    BOOST_TEST(succeeds(std::move(pair.client).close()));
    BOOST_TEST(count_to_end(pair.server) == went);
}

BOOST_AUTO_TEST_CASE(a_stopped_connect_closes_and_a_stopped_finish_connect_goes_on) {
    const FullListener<V4> full;
    const auto waker = Waker::open().value();
    waker.wake();
    auto socket = created<V4>();
    const int descriptor = socket.handle();
    BOOST_TEST(fails_with(std::move(socket).connect(full.address(), waker), errc::stopped));
    BOOST_TEST(!is_open(descriptor));

    auto stopped = created<V4>().begin_connect(full.address()).value().finish_connect(waker);
    BOOST_REQUIRE(fails_with(stopped, errc::stopped));
    BOOST_REQUIRE(stopped.error().socket.is<Connecting>());
    waker.reset();
    full.make_room();
    full.make_room();
    BOOST_TEST(succeeds(std::move(stopped.error().socket).take<Connecting>().finish_connect({waker, soon()})));
}

BOOST_AUTO_TEST_CASE(of_a_waker_that_was_moved_from_nothing_is_lost) {
    auto waker = Waker::open().value();
    const auto moved = std::move(waker);
    const auto pair = connected_pair<V4>();
    BOOST_TEST(fails_with(pair.client.recv(waiting_room, waker), errc::moved_from));
    BOOST_TEST(fails_with(pair.client.send("x", waker), errc::moved_from));
    const FullListener<V4> full;
    auto refused = created<V4>().begin_connect(full.address()).value().finish_connect(waker);
    BOOST_REQUIRE(fails_with(refused, errc::moved_from));
    BOOST_TEST(refused.error().socket.is<Connecting>());
    waker.reset();
    BOOST_TEST(fails_with(pair.client.recv(waiting_room, waker), errc::moved_from));
    BOOST_TEST(fails_with(pair.client.recv(waiting_room, {moved, Deadline::at_once()}), errc::deadline_exceeded));
}

const Waker* raised_by_signal = nullptr;

BOOST_AUTO_TEST_CASE(a_signal_handler_ends_a_receive) {
    const auto waker = Waker::open().value();
    raised_by_signal = &waker;
    struct sigaction waking {};
    struct sigaction before {};
    waking.sa_handler = [](int) { raised_by_signal->wake(); };
    ::sigaction(SIGUSR2, &waking, &before);
    const auto pair = connected_pair<V4>();
    const Watchdog watchdog;
    {
        const std::jthread other([caller = ::pthread_self()] {
            std::this_thread::sleep_for(20ms);
            ::pthread_kill(caller, SIGUSR2);
        });
        BOOST_TEST(fails_with(pair.client.recv(waiting_room, waker), errc::stopped));
    }
    ::sigaction(SIGUSR2, &before, nullptr);
}

BOOST_AUTO_TEST_CASE(a_request_to_stop_ends_what_its_thread_waits_for) {
    const auto pair = connected_pair<V4>();
    const auto waker = Waker::open().value();
    Error why = errc::invalid_argument;
    {
        const Watchdog watchdog;
        std::jthread reader([&](std::stop_token token) {
            const WakeOnStop stop(std::move(token), waker);
            why = pair.client.recv(waiting_room, waker).error();
        });
        std::this_thread::sleep_for(10ms);
        reader.request_stop();
    }
    BOOST_TEST((why == errc::stopped));
    waker.reset();
    std::stop_source source;
    source.request_stop();
    const WakeOnStop late(source.get_token(), waker);
    BOOST_TEST(fails_with(pair.client.recv(waiting_room, waker), errc::stopped));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
