// SPDX-License-Identifier: BSL-1.0
#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "../support/child.hpp"
#include "../support/descriptors.hpp"
#include "../support/faulty.hpp"
#include "../support/no_descriptors.hpp"
#include "../support/signals.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(tcp_accept)

BOOST_AUTO_TEST_CASE_TEMPLATE(connections_come_in_their_order_and_the_listener_stays, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    const auto one = connected_to(listener);
    const auto two = connected_to(listener);
    BOOST_TEST((listener.accept().value().remote_addr().value() == one.local_addr().value()));
    BOOST_TEST((listener.accept().value().remote_addr().value() == two.local_addr().value()));
    const auto three = connected_to(listener);
    BOOST_TEST(succeeds(listener.accept()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(accept_from_tells_the_peer_with_the_connection, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    const auto waker = Waker::open().value();
    for (const auto& until : {Until::never(), Until(soon()), Until(waker, soon())}) {
        const auto client = connected_to(listener);
        const auto accepted = listener.accept_from(until).value();
        BOOST_TEST((accepted.peer == client.local_addr().value()));
        BOOST_TEST((accepted.peer == accepted.socket.remote_addr().value()));
    }
    BOOST_TEST(fails_with(listener.accept_from(in(10ms)), errc::deadline_exceeded));
    waker.wake();
    BOOST_TEST(fails_with(listener.accept_from(waker), errc::stopped));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(accept_from_knows_a_peer_that_has_gone, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    auto client = connected_to(listener);
    const auto at = client.local_addr().value();
    BOOST_TEST(succeeds(std::move(client).abort()));
    const auto accepted = listener.accept_from().value();
    BOOST_TEST((accepted.peer == at));
    BOOST_TEST(fails_with(accepted.socket.remote_addr(), std::errc::not_connected));
}

BOOST_AUTO_TEST_CASE(a_loop_that_finds_no_descriptors_does_not_spin_and_loses_no_connection) {
    const auto listener = listening_on_loopback<V4>();
    const auto waker = Waker::open().value();
    const auto client = connected_to(listener);
    const auto rests = [&](auto accept) {
        const NoDescriptors none;
        const Stopwatch watch;
        for (int i = 0; i < 5; ++i) BOOST_TEST((classify_accept(accept().error()) == AcceptFailure::resources));
        return watch.elapsed();
    };
    BOOST_TEST(rests([&] { return listener.accept(); }).count() >= 49);
    BOOST_TEST(rests([&] { return listener.accept(soon()); }).count() >= 49);
    BOOST_TEST(rests([&] { return listener.accept({waker, soon()}); }).count() >= 49);
    BOOST_TEST(rests([&] { return listener.accept_from(); }).count() >= 49);
    BOOST_TEST((listener.accept_from(soon()).value().peer == client.local_addr().value()));
}

BOOST_AUTO_TEST_CASE(the_rest_of_an_accept_without_descriptors_ends_when_the_call_does) {
    const auto listener = listening_on_loopback<V4, FaultySockets>();
    const auto waker = FaultyWaker::open().value();
    const auto client = connected_to(listener);
    const auto polls_of = [&](auto accept) {
        const Faults faults{refuse(Call::accept, EMFILE)};
        BOOST_TEST(fails_with(accept(), std::errc::too_many_files_open));
        return faults.made(Call::poll);
    };
    BOOST_TEST(polls_of([&] { return listener.accept(); }) == 1);
    BOOST_TEST(polls_of([&] { return listener.accept(Deadline::at_once()); }) == 2);  // it looks first, and once
    BOOST_TEST(polls_of([&] { return listener.accept({waker, soon()}); }) == 2);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(accept_ends_at_its_deadline_and_the_listener_goes_on, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    for (const auto until : {Deadline::at_once(), past()}) {
        BOOST_TEST(fails_with(listener.accept(until), errc::deadline_exceeded));
    }
    const Stopwatch watch;
    BOOST_TEST(fails_with(listener.accept(in(50ms)), errc::deadline_exceeded));
    BOOST_TEST(watch.elapsed().count() >= 49);

    const auto client = connected_to(listener);
    BOOST_TEST(succeeds(listener.accept(Deadline::at_once())));
    const auto another = connected_to(listener);
    BOOST_TEST(succeeds(listener.accept()));
}

BOOST_AUTO_TEST_CASE(an_unbounded_accept_still_waits_after_a_bounded_one) {
    const auto listener = listening_on_loopback<V4>();
    BOOST_TEST(fails_with(listener.accept(Deadline::at_once()), errc::deadline_exceeded));
    const Watchdog watchdog;
    const std::jthread other([&] {
        std::this_thread::sleep_for(20ms);
        (void)connected_to(listener);
    });
    BOOST_TEST(succeeds(listener.accept()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(accepted_sockets_block_although_the_listener_may_not, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    make_nonblocking(listener.handle());
    const auto client = connected_to(listener);
    BOOST_TEST(!is_nonblocking(listener.accept(soon()).value().handle()));
}

BOOST_AUTO_TEST_CASE(a_foreign_non_blocking_listener_accepts_as_a_blocking_one) {
    const auto listener = listening_on_loopback<V4>();
    make_nonblocking(listener.handle());
    const Watchdog watchdog;
    const std::jthread other([&] {
        std::this_thread::sleep_for(20ms);
        (void)connected_to(listener);
    });
    BOOST_TEST(succeeds(listener.accept()));
}

BOOST_AUTO_TEST_CASE(an_interrupted_accept_goes_on) {
    const auto listener = listening_on_loopback<V4>();
    BOOST_TEST(succeeds(interrupting([&] { return listener.accept(); }, [&] { (void)connected_to(listener); })));
    BOOST_TEST(interruptions > 0);
    BOOST_TEST(succeeds(interrupting([&] { return listener.accept(soon()); }, [&] { (void)connected_to(listener); })));
    BOOST_TEST(fails_with(interrupting([&] { return listener.accept(in(60ms)); }, [] {}), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_connection_that_was_reset_while_it_waited_does_not_hurt_the_listener, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    BOOST_REQUIRE(succeeds(connected_to(listener).abort()));
    const auto dead = listener.accept(soon());
    if (dead) {  // Linux hands it out, and its first use tells
        std::byte room[1];
        BOOST_TEST(fails_with(dead.value().remote_addr(), std::errc::not_connected));
        BOOST_TEST(fails_with(dead.value().recv(room, soon()), std::errc::connection_reset));
    } else {
        BOOST_TEST((classify_accept(dead.error()) == AcceptFailure::retry));
    }
    const auto client = connected_to(listener);
    BOOST_TEST(succeeds(listener.accept(soon())));
}

BOOST_AUTO_TEST_CASE(out_of_descriptors_the_connection_stays_queued_and_is_accepted_later) {
    const int code = exit_code_of_child([] {
        const auto listener = listening_on_loopback<V4>();
        const auto client = connected_to(listener);
        rlimit limit{};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        const rlimit full{static_cast<rlim_t>(client.handle()) + 1, limit.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &full);
        for (int i = 0; i < 3; ++i) {
            const auto refused = i == 0 ? listener.accept() : listener.accept(soon());
            if (refused) return 1;
            if (refused.error() != std::errc::too_many_files_open) return 2;
            if (classify_accept(refused.error()) != AcceptFailure::resources) return 3;
        }
        ::setrlimit(RLIMIT_NOFILE, &limit);
        const auto accepted = listener.accept(Deadline::at_once());
        if (!accepted) return 4;
        return accepted.value().remote_addr().value() == client.local_addr().value() ? 0 : 5;
    });
    BOOST_TEST(code == 0);
}

BOOST_AUTO_TEST_CASE(out_of_descriptors_no_socket_is_made) {
    const int code = exit_code_of_child([] {
        const auto last = created<V4>();
        rlimit limit{};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        const rlimit full{static_cast<rlim_t>(last.handle()) + 1, limit.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &full);
        const auto refused = tcp_v4();
        ::setrlimit(RLIMIT_NOFILE, &limit);
        if (refused) return 1;
        return refused.error() == std::errc::too_many_files_open ? 0 : 2;
    });
    BOOST_TEST(code == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(each_connection_goes_to_one_of_many_accepting_threads, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    constexpr int connections = 40;
    std::atomic<int> accepted{0};
    std::atomic<int> wrong{0};
    const Watchdog watchdog;  // nobody is left behind in a blocking accept
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                while (accepted < connections) {
                    const auto got = listener.accept(in(20ms));
                    if (got) ++accepted;
                    if (!got && got.error() != errc::deadline_exceeded) ++wrong;
                }
            });
        }
        for (int i = 0; i < connections; ++i) (void)connected_to(listener);
    }
    BOOST_TEST(accepted == connections);
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_that_was_shut_from_outside_wakes_its_accept_and_accepts_no_more, F, Families) {
    if (lacks<F>()) return;
    const auto waker = Waker::open().value();
    const auto check = [&](auto accept) {
        const auto listener = listening_on_loopback<F>();
        const Watchdog watchdog;
        const std::jthread other([&] {
            std::this_thread::sleep_for(20ms);
            ::shutdown(listener.handle(), SHUT_RD);
        });
        for (int i = 0; i < 2; ++i) {
            const auto ended = accept(listener);
            BOOST_TEST(fails_with(ended, std::errc::invalid_argument));
            BOOST_TEST((classify_accept(ended.error()) == AcceptFailure::fatal));
        }
    };
    check([](const auto& listener) { return listener.accept(); });
    check([](const auto& listener) { return listener.accept(soon()); });
    check([&](const auto& listener) { return listener.accept(waker); });
}

BOOST_AUTO_TEST_CASE(accept_errors_are_told_apart_in_four_classes) {
    for (const int number : {ECONNABORTED, EPERM, EPROTO, ENOPROTOOPT, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH,
                             ENONET, EOPNOTSUPP, ETIMEDOUT}) {
        BOOST_TEST((classify_accept(Error::system(number)) == AcceptFailure::retry));
    }
    for (const int number : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
        BOOST_TEST((classify_accept(Error::system(number)) == AcceptFailure::resources));
    }
    for (const int number : {EBADF, EINVAL, EFAULT, ENOTSOCK}) {
        BOOST_TEST((classify_accept(Error::system(number)) == AcceptFailure::fatal));
    }
    BOOST_TEST((classify_accept(errc::deadline_exceeded) == AcceptFailure::retry));
    BOOST_TEST((classify_accept(errc::stopped) == AcceptFailure::stopped));
    BOOST_TEST((classify_accept(errc::moved_from) == AcceptFailure::fatal));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
