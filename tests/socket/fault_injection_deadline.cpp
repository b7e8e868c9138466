// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "../support/descriptors.hpp"
#include "../support/faulty.hpp"
#include "../support/sockets.hpp"
#include "../support/waiting_calls.hpp"

// A call that is woken again and again, by whatever it is, ends with its deadline.

namespace {
using namespace estate;
using namespace estate::test;

[[nodiscard]] FaultyWaker quiet_waker() {
    const Faults::Pause pause;
    return FaultyWaker::open().value();
}

template <class Run>
void ends_in_time(Run run) {
    const Stopwatch watch;
    BOOST_TEST((run(in(20ms)) == errc::deadline_exceeded));
    BOOST_TEST(watch.elapsed().count() >= 19);
    BOOST_TEST(watch.elapsed().count() < 2000);
    const auto waker = quiet_waker();
    BOOST_TEST((run({waker, in(2ms)}) == errc::deadline_exceeded));
}

BOOST_AUTO_TEST_SUITE(fault_deadline)

BOOST_AUTO_TEST_CASE(interrupted_for_ever_a_call_ends_with_its_deadline) {
    every_waiting_call([](Call call, auto run) {
        const Faults faults{refuse(call, EINTR, always)};
        ends_in_time(run);
        BOOST_TEST(faults.made(call) > 1);
    });
}

BOOST_AUTO_TEST_CASE(ready_and_yet_blocking_for_ever_a_call_ends_with_its_deadline) {
    every_waiting_call([](Call call, auto run) {
        const Faults faults{refuse(call, EAGAIN, always), answer(Call::poll, 1, always)};
        ends_in_time(run);
    });
}

BOOST_AUTO_TEST_CASE(a_wait_that_is_interrupted_for_ever_ends_with_the_deadline) {
    every_waiting_call([](Call call, auto run) {
        const Faults faults{refuse(call, EAGAIN, always), refuse(Call::poll, EINTR, always)};
        ends_in_time(run);
    });
}

BOOST_AUTO_TEST_CASE(a_wait_that_comes_back_early_for_ever_ends_with_the_deadline) {
    every_waiting_call([](Call call, auto run) {
        const Faults faults{refuse(call, EAGAIN, always), answer(Call::poll, 0, always)};
        ends_in_time(run);
    });
}

BOOST_AUTO_TEST_CASE(after_the_deadline_an_interrupted_call_is_not_made_again) {
    every_waiting_call([](Call call, auto run) {
        for (const auto until : {Deadline::at_once(), past()}) {
            const Faults faults{refuse(call, EINTR, always)};
            BOOST_TEST((run(until) == errc::deadline_exceeded));
            BOOST_TEST(faults.made(call) == 1);
        }
    });
}

BOOST_AUTO_TEST_CASE(after_the_deadline_an_interrupted_look_is_not_made_again) {
    every_waiting_call([](Call call, auto run) {
        for (const auto until : {Deadline::at_once(), past()}) {
            const Faults faults{refuse(call, EAGAIN, always), refuse(Call::poll, EINTR, always)};
            BOOST_TEST((run(until) == errc::deadline_exceeded));
            BOOST_TEST(faults.made(Call::poll) <= 1);
        }
    });
}

BOOST_AUTO_TEST_CASE(a_connect_that_is_interrupted_for_ever_ends_with_its_deadline) {
    const FullListener<V4> full;
    {
        const Faults faults{spoil(Call::connect, EINTR), refuse(Call::poll, EINTR, always)};
        ends_in_time([&](FaultyUntil until) { return created<V4, FaultySockets>().connect(full.address(), until).error().code; });
        BOOST_TEST(faults.made(Call::connect) == 2);  // one a run
    }
    const Faults faults{answer(Call::poll, 0, always)};
    ends_in_time([&](FaultyUntil until) {
        return created<V4, FaultySockets>().begin_connect(full.address()).value().finish_connect(until).error().code;
    });
}

BOOST_AUTO_TEST_CASE(a_send_that_takes_nothing_would_block) {
    const auto check = [](Call call, auto send) {
        {
            const Faults faults{answer(call, 0, always)};
            ends_in_time(send);
            BOOST_TEST(faults.made(Call::poll) >= faults.made(call) - 2);  // each but the last of a run is waited for
        }
        const Faults faults{answer(call, 0, always)};
        BOOST_TEST((send(Deadline::at_once()) == errc::deadline_exceeded));
        BOOST_TEST(faults.made() == 1);
    };
    const auto pair = connected_pair<V4, FaultySockets>();
    check(Call::send, [&](FaultyUntil until) { return pair.client.send("abcd", until).error(); });
    check(Call::send, [&](FaultyUntil until) { return pair.client.send_all("abcd", until).error().code; });
    check(Call::sendmsg, [&](FaultyUntil until) { return pair.client.send_vectored(two_parts, until).error(); });
    auto datagrams = datagrams_on_loopback<V4, FaultySockets>();
    const auto self = datagrams.local_addr().value();
    check(Call::sendto, [&](FaultyUntil until) { return datagrams.send_to("abcd", self, until).error(); });
    const auto fixed = std::move(datagrams).connect(self).value();
    check(Call::send, [&](FaultyUntil until) { return fixed.send("abcd", until).error(); });
}

BOOST_AUTO_TEST_CASE(without_a_deadline_a_send_that_takes_nothing_waits_until_it_takes_something) {
    const auto pair = connected_pair<V4, FaultySockets>();
    const Faults faults{answer(Call::send, 0, 3)};
    BOOST_TEST(succeeds(pair.client.send_all("abcd")));
    BOOST_TEST(faults.made(Call::send) == 4);
    BOOST_TEST(faults.made(Call::poll) == 3);
}

BOOST_AUTO_TEST_CASE(nothing_to_send_is_sent_at_once) {
    const auto pair = connected_pair<V4, FaultySockets>();
    const ConstBuffer nothing[] = {{}, {}};
    const Faults none;
    BOOST_TEST(pair.client.send(ConstBuffer{}, soon()).value() == 0u);
    BOOST_TEST(pair.client.send_vectored(nothing, soon()).value() == 0u);
    BOOST_TEST(none.made(Call::poll) == 0);
}

BOOST_AUTO_TEST_CASE(what_is_dropped_at_the_end_is_bounded_whatever_the_calls_say) {
    const auto check = [](Fault fault) {
        auto pair = connected_pair<V4, FaultySockets>();
        auto sent = std::move(pair.client).shutdown_send().value();
        auto received = std::move(pair.server).shutdown_receive().value();
        const Faults faults{fault};
        BOOST_TEST(succeeds(std::move(sent).shutdown_receive()));
        BOOST_TEST(succeeds(std::move(received).shutdown_send()));
        BOOST_TEST(faults.made(Call::recvmsg) > 2);
        BOOST_TEST(faults.made(Call::recvmsg) <= 512);
        BOOST_TEST(faults.made(Call::close) == 2);
    };
    check(refuse(Call::recvmsg, EINTR, always));
    check(answer(Call::recvmsg, 32768, always));
}

BOOST_AUTO_TEST_CASE(a_connect_that_never_began_is_no_connection) {
    // Interrupted before the kernel began: poll() finds the socket writable and SO_ERROR is 0.
    const auto listener = listening_on_loopback<V4>();
    const auto at = listener.local_addr().value();
    const auto check = [&](auto connect) {
        auto socket = created<V4, FaultySockets>();
        const int descriptor = socket.handle();
        const Faults faults{refuse(Call::connect, EINTR)};
        BOOST_TEST(fails_with(connect(std::move(socket)), std::errc::not_connected));
        BOOST_TEST(!is_open(descriptor));
    };
    check([&](auto socket) { return std::move(socket).connect(at); });
    check([&](auto socket) { return std::move(socket).connect(at, soon()); });
    check([&](auto socket) { return std::move(socket).begin_connect(at).value().finish_connect(soon()); });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
