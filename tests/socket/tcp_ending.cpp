// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>

#include "../support/descriptors.hpp"
#include "../support/signals.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

const std::string much(300'000, 'x');

BOOST_AUTO_TEST_SUITE(tcp_close)

BOOST_AUTO_TEST_CASE_TEMPLATE(close_frees_the_descriptor_in_every_state, F, Families) {
    if (lacks<F>()) return;
    const auto closes = [](auto socket) {
        const int descriptor = socket.handle();
        BOOST_TEST(is_open(descriptor));
        const auto closed = std::move(socket).close();
        BOOST_TEST(succeeds(closed));
        return !is_open(descriptor);
    };
    BOOST_TEST(closes(created<F>()));
    BOOST_TEST(closes(bound_to_loopback<F>()));
    BOOST_TEST(closes(listening_on_loopback<F>()));
    BOOST_TEST(closes(created<F>().begin_connect(listening_on_loopback<F>().local_addr().value()).value()));
    BOOST_TEST(closes(connected_pair<F>().client));
    BOOST_TEST(closes(connected_pair<F>().server));
    auto pair = connected_pair<F>();
    BOOST_TEST(closes(std::move(pair.client).shutdown_send().value()));
    BOOST_TEST(closes(std::move(pair.server).shutdown_receive().value()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_destructor_closes_in_every_state, F, Families) {
    if (lacks<F>()) return;
    int descriptor = -1;
    const auto drop = [&](auto socket) { descriptor = socket.handle(); };
    drop(created<F>());
    BOOST_TEST(!is_open(descriptor));
    drop(bound_to_loopback<F>());
    BOOST_TEST(!is_open(descriptor));
    drop(listening_on_loopback<F>());
    BOOST_TEST(!is_open(descriptor));
    drop(connected_pair<F>().client);
    BOOST_TEST(!is_open(descriptor));
    auto pair = connected_pair<F>();
    drop(std::move(pair.client).shutdown_send().value());
    BOOST_TEST(!is_open(descriptor));
    drop(std::move(pair.server).shutdown_receive().value());
    BOOST_TEST(!is_open(descriptor));
}

BOOST_AUTO_TEST_CASE(a_descriptor_is_closed_once_and_never_the_next_owner_of_its_number) {
    int number = -1;
    auto next = [&] {
        auto first = created<V4>();
        number = first.handle();
        const auto closed = std::move(first).close();
        auto second = created<V4>();
        BOOST_TEST(second.handle() == number);
        return second;
    }();  // first, closed and their shells are destroyed here
    BOOST_TEST(is_open(number));
    BOOST_TEST(succeeds(std::move(next).bind(SocketAddress<V4>::loopback(0))));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_closed_listener_refuses_and_frees_its_port, F, Families) {
    if (lacks<F>()) return;
    const auto keeper = reusing_address<F>().bind(SocketAddress<F>::loopback(0)).value();  // nobody else gets the port
    const auto at = keeper.local_addr().value();
    const auto listening = [&] { return reusing_address<F>().bind(at).value().listen(); };
    auto listener = listening().value();
    BOOST_TEST(fails_with(reusing_address<F>().bind(at), std::errc::address_in_use));
    BOOST_REQUIRE(succeeds(std::move(listener).close()));
    BOOST_TEST(fails_with(created<F>().connect(at), std::errc::connection_refused));
    BOOST_TEST(succeeds(listening()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_peer_of_a_close_reads_the_end, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    pair.client.send_all("bye").value();
    (void)std::move(pair.client).close().value();
    BOOST_TEST(count_to_end(pair.server) == 3u);
    BOOST_TEST(succeeds(pair.server.remote_addr()));  // a clean end does not unmake the connection
}

BOOST_AUTO_TEST_CASE_TEMPLATE(closing_with_unread_bytes_resets_the_peer, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    pair.client.send_all("never read").value();
    (void)std::move(pair.server).close().value();
    std::byte room[1];
    BOOST_TEST(fails_with(pair.client.recv(room, soon()), std::errc::connection_reset));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tcp_abort)

BOOST_AUTO_TEST_CASE_TEMPLATE(the_peer_of_an_abort_sees_a_reset, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    const int descriptor = pair.client.handle();
    BOOST_TEST(succeeds(std::move(pair.client).abort()));
    BOOST_TEST(!is_open(descriptor));
    std::byte room[1];
    BOOST_TEST(fails_with(pair.server.recv(room, soon()), std::errc::connection_reset));
    BOOST_TEST(fails_with(pair.server.recv(room, soon()), errc::end_of_stream));  // Linux tells it once
    BOOST_TEST(fails_with(pair.server.remote_addr(), std::errc::not_connected));
    BOOST_TEST(succeeds(pair.server.local_addr()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_half_closed_socket_aborts_too, F, Families) {
    if (lacks<F>()) return;
    std::byte room[1];
    auto one = connected_pair<F>();
    BOOST_TEST(succeeds(std::move(one.client).shutdown_receive().value().abort()));
    BOOST_TEST(fails_with(one.server.recv(room, soon()), std::errc::connection_reset));

    auto two = connected_pair<F>();
    auto half = std::move(two.client).shutdown_send().value();
    const int descriptor = half.handle();
    BOOST_TEST(succeeds(std::move(half).abort()));
    BOOST_TEST(!is_open(descriptor));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(recv_exact_tells_what_came_before_a_reset, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    pair.client.send_all("abc").value();
    BOOST_TEST(read_text(pair.server, 1) == "a");
    (void)std::move(pair.client).abort().value();
    std::array<std::byte, 8> room{};
    const auto cut = pair.server.recv_exact(room, soon());
    BOOST_REQUIRE(fails_with(cut, std::errc::connection_reset));
    BOOST_TEST(cut.error().transferred == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tcp_finish)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_farewell_ends_well_where_the_peer_ends_in_time, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    std::size_t heard = 0;
    std::jthread peer([&] {
        heard = count_to_end(pair.client);
        (void)std::move(pair.client).close();
    });
    (void)pair.server.send("hello").value();
    BOOST_TEST(succeeds(std::move(pair.server).finish_or_abort(soon())));
    peer.join();
    BOOST_TEST(heard == 5U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_farewell_resets_a_peer_that_stays, F, Families) {
    if (lacks<F>()) return;
    const auto check = [](auto socket, const auto& peer, Until until, errc why) {
        const int descriptor = socket.handle();
        BOOST_TEST(fails_with(std::move(socket).finish_or_abort(until), why));
        BOOST_TEST(!is_open(descriptor));
        BOOST_TEST(fails_with(peer.send("x", soon()), std::errc::broken_pipe));  // at once: the reset is here
    };
    auto one = connected_pair<F>();
    check(std::move(one.server), one.client, in(10ms), errc::deadline_exceeded);
    auto two = connected_pair<F>();
    check(std::move(two.server).shutdown_send().value(), two.client, in(10ms), errc::deadline_exceeded);
    auto three = connected_pair<F>();
    const auto waker = Waker::open().value();
    waker.wake();
    check(std::move(three.server), three.client, waker, errc::stopped);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_peer_gets_the_last_bytes_although_its_own_were_not_read, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    pair.client.send_all("a request that the server never reads").value();
    const int descriptor = pair.server.handle();
    const Watchdog watchdog;
    {
        const std::jthread server([&] {
            pair.server.send_all(much).value();
            std::move(pair.server).finish(soon()).value();
        });
        BOOST_TEST(count_to_end(pair.client) == much.size());
        (void)std::move(pair.client).close().value();
    }
    BOOST_TEST(!is_open(descriptor));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_the_peer_still_sends_is_dropped_until_its_end, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    const Watchdog watchdog;
    const std::jthread client([&] {
        pair.client.send_all(much).value();
        (void)std::move(pair.client).finish(soon()).value();
    });
    BOOST_TEST(succeeds(std::move(pair.server).finish(soon())));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_half_closed_socket_finishes_by_draining, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    auto half = std::move(pair.client).shutdown_send().value();
    const int descriptor = half.handle();
    pair.server.send_all("drop me").value();
    (void)std::move(pair.server).close().value();
    BOOST_TEST(succeeds(std::move(half).finish(soon())));
    BOOST_TEST(!is_open(descriptor));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_peer_that_does_not_end_is_left_at_the_deadline, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    const int descriptor = pair.client.handle();
    const Stopwatch watch;
    const auto late = std::move(pair.client).finish(in(40ms));
    BOOST_TEST(fails_with(late, errc::deadline_exceeded));
    BOOST_TEST(watch.elapsed().count() >= 39);
    BOOST_TEST(!is_open(descriptor));
    BOOST_TEST(count_to_end(pair.server) == 0u);  // it has got the FIN all the same
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_peer_that_never_stops_sending_is_left_at_the_deadline, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    const Stopwatch watch;
    {
        const std::jthread flood([&] {
            while (pair.client.send_all(much, soon())) {
            }
        });
        BOOST_TEST(fails_with(std::move(pair.server).finish(in(60ms)), errc::deadline_exceeded));
    }
    BOOST_TEST(watch.elapsed().count() < 3000);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_reset_ends_it_and_the_socket_is_closed, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    auto half = std::move(pair.client).shutdown_send().value();
    const int descriptor = half.handle();
    (void)std::move(pair.server).abort().value();
    BOOST_TEST(fails_with(std::move(half).finish(soon()), std::errc::connection_reset));
    BOOST_TEST(!is_open(descriptor));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(finishing_a_connection_that_was_seen_to_be_reset_says_so, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    (void)std::move(pair.server).abort().value();
    std::byte room[1];
    BOOST_TEST(fails_with(pair.client.recv(room, soon()), std::errc::connection_reset));
    BOOST_TEST(fails_with(std::move(pair.client).finish(soon()), std::errc::not_connected));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_has_arrived_ends_it_whatever_the_deadline, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    pair.server.send_all(std::string(10'000, 'x')).value();
    (void)std::move(pair.server).shutdown_send().value();
    pollfd end{pair.client.handle(), POLLRDHUP, 0};
    BOOST_TEST_REQUIRE(::poll(&end, 1, 5000) == 1);
    BOOST_TEST(succeeds(std::move(pair.client).finish(Deadline::at_once())));
}

BOOST_AUTO_TEST_CASE(a_time_to_linger_ends_with_the_deadline) {
    auto pair = connected_pair<V4>();
    BOOST_TEST(succeeds(pair.client.set(option::linger{true, std::chrono::seconds(30)})));
    const std::vector<std::byte> more(1U << 16U);
    while (pair.client.send(more, Deadline::at_once())) {
    }
    const Stopwatch watch;
    BOOST_TEST(fails_with(std::move(pair.client).finish(in(40ms)), errc::deadline_exceeded));
    BOOST_TEST(watch.elapsed().count() < 15'000);
}

BOOST_AUTO_TEST_CASE(a_time_to_linger_keeps_no_deadline_waiting_though_the_peer_has_ended) {
    const std::vector<std::byte> more(1U << 16U);
    const auto check = [&](auto end) {
        auto pair = connected_pair<V4>();
        BOOST_TEST(succeeds(pair.client.set(option::linger{true, std::chrono::seconds(3)})));
        while (pair.client.send(more, Deadline::at_once())) {
        }
        const auto ended = std::move(pair.server).shutdown_send().value();  // and it reads nothing
        const Stopwatch watch;
        BOOST_TEST(succeeds(end(std::move(pair.client))));
        BOOST_TEST(watch.elapsed().count() < 2'000);
    };
    check([](auto socket) { return std::move(socket).finish(in(40ms)); });
    check([](auto socket) { return std::move(socket).finish_or_abort(in(40ms)); });
    check([](auto socket) { return std::move(socket).shutdown_send().value().finish(in(40ms)); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(linux_tells_a_reset_once_and_the_stream_looks_ended_afterwards, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    (void)std::move(pair.server).abort().value();
    std::byte room[1];
    BOOST_TEST(fails_with(pair.client.recv(room, soon()), std::errc::connection_reset));
    BOOST_TEST(fails_with(pair.client.recv(room, soon()), errc::end_of_stream));
    BOOST_TEST(fails_with(std::move(pair.client).shutdown_send(), std::errc::not_connected));
}

BOOST_AUTO_TEST_CASE(an_interrupted_finish_goes_on) {
    auto pair = connected_pair<V4>();
    BOOST_TEST(succeeds(interrupting([&] { return std::move(pair.client).finish(Deadline::never()); },
                                     [&] { (void)std::move(pair.server).close().value(); })));
    BOOST_TEST(interruptions > 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
