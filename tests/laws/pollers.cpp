// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "../support/watching.hpp"
#include "host.hpp"

// What a poller promises on every system, whatever it asks which sockets may be tried.

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(pollers)

BOOST_AUTO_TEST_CASE_TEMPLATE(bytes_and_an_end_that_come_together_are_both_told, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    BOOST_TEST(succeeds(client.send_all("abcd")));
    BOOST_TEST(succeeds(std::move(client).close()));
    Streams<M> streams;
    Once once;
    streams.watch(std::move(server), std::ref(once));
    streams.turn_until([&] { return once.end != errc::invalid_argument; });
    BOOST_TEST(once.got == "abcd");
    BOOST_TEST((once.end == errc::end_of_stream));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_that_sleeps_is_told_of_each_time_that_bytes_come, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    Streams<M> streams;
    Once once;
    streams.watch(std::move(server), std::ref(once));
    std::string sent;
    for (const char* const part : {"ab", "cd", "ef", "gh"}) {
        BOOST_TEST(succeeds(client.send_all(part)));
        sent += part;
        streams.turn_until([&] { return once.got == sent; });
        BOOST_TEST(once.got == sent);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_handler_that_leaves_bytes_is_called_again_without_an_event, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    BOOST_TEST(succeeds(client.send_all("abcdef")));
    Streams<M> streams;
    std::string got;
    streams.watch(std::move(server), [&](Ready<Talk> ready) -> Next<Talk> {
        std::byte room[2];
        const auto count = ready.recv(room).value();
        if (!count.would_block()) got += as_text(std::span(room).first(count.value()));
        return std::move(ready).next();
    });
    streams.turn_until([&] { return got.size() == 6; });
    BOOST_TEST(got == "abcdef");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_endless_stream_does_not_keep_the_others_from_their_turn, M, Mechanisms) {
    auto [busy_client, busy] = connected_pair<V4>();
    auto [quiet_client, quiet] = connected_pair<V4>();
    const std::vector<std::byte> much(Talk::quantum * 4);
    BOOST_TEST(succeeds(busy_client.send_all(much)));
    BOOST_TEST(succeeds(quiet_client.send_all("x")));
    std::byte none[1];
    BOOST_TEST(fails_with(quiet_client.recv(none, in(20ms)), errc::deadline_exceeded));  // meanwhile all arrives
    Streams<M> streams;
    std::size_t received = 0;
    std::optional<std::size_t> when_quiet;
    int turns = 0;
    streams.watch(std::move(busy), [&](Ready<Talk> ready) -> Next<Talk> {
        const std::size_t before = received;
        for (std::byte room[1];;) {
            const auto count = ready.recv(room).value();
            if (count.would_block()) break;
            ++received;
        }
        ++turns;
        BOOST_TEST(received - before <= Talk::quantum);
        return std::move(ready).next();
    });
    streams.watch(std::move(quiet), [&](Ready<Talk> ready) -> Next<Talk> {
        std::byte room[8];
        if (const auto count = ready.recv(room).value(); !count.would_block()) when_quiet = received;
        return std::move(ready).next();
    });
    streams.turn_until([&] { return received == much.size() && when_quiet; });
    BOOST_TEST(received == much.size());
    BOOST_TEST(turns >= 4);
    BOOST_TEST(when_quiet.value_or(much.size()) < much.size());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_send_that_would_block_goes_on_when_the_peer_has_read, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    Streams<M> streams;
    constexpr std::size_t total = std::size_t{16} << 20U;
    std::size_t left = total;
    bool has_blocked = false;
    const auto& watched = streams.watch(std::move(server), [&](Ready<Talk> ready) -> Next<Talk> {
        has_blocked = send_until_full(ready, left) || has_blocked;
        return std::move(ready).next();
    });
    std::size_t received = 0;
    streams.poller.ask(watched);  // nothing comes in that would call the handler
    std::vector<std::byte> room(std::size_t{1} << 20U);
    for (const Stopwatch watch; received < total && watch.elapsed() < 60s;) {
        if (left > 0) streams.turn(in(20ms));
        for (;;) {
            const auto got = client.recv(room, left > 0 ? Deadline::at_once() : soon());
            if (!got) break;
            received += got.assume_value();
            if (received == total) break;
        }
    }
    BOOST_TEST(has_blocked);
    BOOST_TEST(received == total);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(connections_that_are_many_are_each_served, M, Mechanisms) {
    constexpr std::size_t count = 12;
    auto poller = M::template poller<Talk, Listen>::open().value();
    auto listener = poller.template watch<Listen>(listening_on_loopback<V4>().set_nonblocking().value()).value();
    std::vector<Watched<Talk>> served(64);
    std::vector<ConnectedSocket<Tcp<V4>>> clients;
    std::size_t accepted = 0;
    std::size_t echoed = 0;
    const auto accept = [&](Ready<Listen> ready) -> Next<Listen> {
        auto one = ready.accept().value();
        if (!one.would_block()) {
            auto watched = poller.template watch<Talk>(std::move(one).value()).value();
            const std::uint32_t index = watched.index();
            if (index >= served.size()) served.resize(index + 1);
            BOOST_TEST(served[index].is_empty());
            served[index] = std::move(watched);
            ++accepted;
        }
        return std::move(ready).next();
    };
    const auto echo = [&](Ready<Talk> ready) -> Next<Talk> {
        for (std::byte room[64];;) {
            const auto got = ready.recv(room);
            if (!got) return std::move(ready).close();
            if (got.assume_value().would_block()) return std::move(ready).next();
            const auto text = std::span(room).first(got.assume_value().value());
            BOOST_TEST(once_there_is_room([&] { return ready.send(text); }) == text.size());
            ++echoed;
        }
    };
    const auto turn_until = [&](auto done) {
        for (const Stopwatch watch; !done() && watch.elapsed() < 20s;) {
            (void)poller
                .turn(in(100ms), on(listener, accept),
                      on<Talk>([&](std::uint32_t index) { return index < served.size() ? &served[index] : nullptr; },
                               echo))
                .value();
        }
    };
    for (std::size_t i = 0; i < count; ++i) clients.push_back(connected_to(listener.socket()));
    turn_until([&] { return accepted == count; });
    BOOST_TEST(accepted == count);
    for (std::size_t round = 1; round <= 3; ++round) {
        for (const auto& each : clients) BOOST_TEST(succeeds(each.send_all("ball")));
        turn_until([&] { return echoed >= round * count; });
        for (const auto& each : clients) BOOST_TEST(read_text(each, 4) == "ball");
    }
    clients.clear();
    turn_until([&] {
        return std::all_of(served.begin(), served.end(), [](const auto& each) { return each.is_empty(); });
    });
    BOOST_TEST(std::all_of(served.begin(), served.end(), [](const auto& each) { return each.is_empty(); }));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_unwatched_socket_works_on_and_is_told_of_no_more, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    Streams<M> streams;
    auto& watched = streams.watch(std::move(server), ignore);
    auto plain = streams.poller.unwatch(std::move(watched)).set_blocking().value();
    BOOST_TEST(succeeds(client.send_all("abc")));
    BOOST_TEST(streams.turn(Deadline::at_once()).events == 0u);
    BOOST_TEST(read_text(plain, 3) == "abc");
    BOOST_TEST(watched.is_empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_handler_may_take_its_socket_away, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    Streams<M> streams;
    std::optional<Talk::socket> taken;
    streams.watch(std::move(server), [&](Ready<Talk> ready) -> Next<Talk> {
        return std::move(ready).leave(streams.poller, [&](Talk::socket&& socket) { taken.emplace(std::move(socket)); });
    });
    BOOST_TEST(succeeds(client.send_all("abc")));
    streams.turn_until([&] { return taken.has_value(); });
    BOOST_REQUIRE(taken.has_value());
    const auto plain = std::move(*taken).set_blocking().value();
    BOOST_TEST(read_text(plain, 3) == "abc");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_poller_that_is_moved_watches_on, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    auto first = M::template poller<Talk>::open().value();
    auto watched = first.template watch<Talk>(std::move(server).set_nonblocking().value()).value();
    auto second = std::move(first);
    auto moved = std::move(watched);
    BOOST_TEST(succeeds(client.send_all("abc")));
    std::size_t bytes = 0;
    for (const Stopwatch watch; bytes < 3 && watch.elapsed() < 20s;) {
        (void)second.turn(in(100ms), on(moved, count_into(bytes))).value();
    }
    BOOST_TEST(bytes == 3u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_may_outlive_its_poller, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    Watched<Talk> watched;
    {
        auto poller = M::template poller<Talk>::open().value();
        watched = poller.template watch<Talk>(std::move(server).set_nonblocking().value()).value();
        std::size_t none = 0;
        (void)poller.turn(Deadline::at_once(), on(watched, count_into(none))).value();
    }
    BOOST_TEST(once_there_is_room([&] { return watched.socket().send("abc"); }) == 3u);
    BOOST_TEST(read_text(client, 3) == "abc");
    watched.close();
    BOOST_TEST(read_to_end(client).empty());
}

template <class M>
struct Connects {
    using Connect = On<ConnectingSocket<NonBlocking<Tcp<V4>>>, interest::answered>;

    /// Whether it was connected.
    bool operator()(SocketAddress<V4> peer) {
        auto poller = M::template poller<Connect>::open().value();
        auto begun = created<V4>().begin_connect(peer);
        if (!begun) {  // a system may answer at once
            BOOST_TEST((begun.error().code == std::errc::connection_refused));
            return false;
        }
        auto watched = poller.template watch<Connect>(std::move(begun).value().set_nonblocking().value()).value();
        bool connected = false;
        std::optional<Error> failed;
        for (const Stopwatch watch; !connected && !failed && watch.elapsed() < 20s;) {
            const auto answered = [&](Ready<Connect> ready) -> Next<Connect> {
                return std::move(ready).leave(poller, [&](typename Connect::socket&& socket) {
                    auto done = std::move(socket).finish_connect();
                    if (!done) {
                        failed = done.error().code;
                    } else {
                        connected = done.value().template is<Connected>();
                        if (!connected) failed = errc::deadline_exceeded;  // told too early
                    }
                });
            };
            (void)poller.turn(in(100ms), on(watched, answered)).value();
        }
        if (failed) BOOST_TEST((*failed == std::errc::connection_refused));
        return connected;
    }
};

BOOST_AUTO_TEST_CASE_TEMPLATE(a_connect_is_told_of_when_it_is_answered, M, Mechanisms) {
    const auto listener = listening_on_loopback<V4>();
    BOOST_TEST(Connects<M>()(listener.local_addr().value()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_connect_is_told_of_when_it_is_refused, M, Mechanisms) {
    if (host_listens_at_bind()) return;
    const auto port = bound_to_loopback<V4>();
    BOOST_TEST(!Connects<M>()(port.local_addr().value()));
}

BOOST_AUTO_TEST_CASE(a_full_table_hands_the_socket_back_and_has_room_when_one_goes) {
    auto poller = PollPoller<1, Talk>::open().value();
    auto [client, server] = connected_pair<V4>();
    auto first = poller.watch<Talk>(std::move(client).set_nonblocking().value()).value();
    auto refused = poller.watch<Talk>(std::move(server).set_nonblocking().value());
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error() == errc::capacity_exceeded));
    BOOST_TEST(once_there_is_room([&] { return refused.error().socket.send("x"); }) == 1u);
    const auto back = poller.unwatch(std::move(first));
    const auto again = poller.watch<Talk>(std::move(refused.error().socket));
    BOOST_TEST(again.has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_moved_from_socket_is_not_watched, M, Mechanisms) {
    auto poller = M::template poller<Talk>::open().value();
    auto [client, server] = connected_pair<V4>();
    auto socket = std::move(client).set_nonblocking().value();
    const auto kept = std::move(socket);
    const auto refused = poller.template watch<Talk>(std::move(socket));  // NOLINT(bugprone-use-after-move)
    BOOST_TEST(fails_with(refused, errc::moved_from));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deadline_ends_a_turn_without_events, M, Mechanisms) {
    auto poller = M::template poller<Listen>::open().value();
    auto listener = poller.template watch<Listen>(listening_on_loopback<V4>().set_nonblocking().value()).value();
    const auto turn = [&](Deadline until) {
        return poller.turn(until, on(listener, [](Ready<Listen> ready) { return std::move(ready).next(); })).value();
    };
    const Stopwatch watch;
    BOOST_TEST(turn(in(20ms)).events == 0u);
    BOOST_TEST((watch.elapsed() >= 19ms));
    BOOST_TEST(turn(Deadline::at_once()).events == 0u);
    BOOST_TEST(turn(past()).events == 0u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_timer_ends_the_wait_of_a_turn, M, Mechanisms) {
    Streams<M> streams;
    auto [client, server] = connected_pair<V4>();
    auto& watched = streams.watch(std::move(server), ignore);
    Wheel wheel(streams.poller.now());
    Timer timer;
    wheel.arm(timer, in(20ms), watched.index());
    bool has_expired = false;
    const Stopwatch stopwatch;
    while (!has_expired) {
        (void)streams.poller
            .turn(soon(), on<Talk>([&](std::uint32_t) { return &watched; }, ignore),
                  on_timeout(wheel, [&](Timer& one) { has_expired = one.id() == watched.index(); }))
            .value();
    }
    BOOST_TEST((stopwatch.elapsed() >= 19ms));
    BOOST_TEST((stopwatch.elapsed() < 5s));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(datagrams_are_told_of_until_none_is_left, M, Mechanisms) {
    using Mail = On<BoundSocket<NonBlocking<Udp<V4>>>, interest::duplex>;
    auto poller = M::template poller<Mail>::open().value();
    auto box = poller.template watch<Mail>(datagrams_on_loopback<V4>().set_nonblocking().value()).value();
    const auto sender = datagrams_on_loopback<V4>();
    for (int i = 0; i < 5; ++i) BOOST_TEST(sender.send_to("hi", box.socket().local_addr().value()).value() == 2u);
    int received = 0;
    const auto answer = [&](Ready<Mail> ready) -> Next<Mail> {
        for (std::byte room[64];;) {
            const auto got = ready.recv_from(room).value();
            if (got.would_block()) return std::move(ready).next();
            ++received;
            const auto text = std::span(room).first(got.value().size);
            BOOST_TEST(once_there_is_room([&] { return ready.send_to(text, got.value().sender); }) == 2u);
        }
    };
    for (const Stopwatch watch; received < 5 && watch.elapsed() < 20s;) {
        (void)poller.turn(in(100ms), on(box, answer)).value();
    }
    BOOST_TEST(received == 5);
    for (int i = 0; i < 5; ++i) BOOST_TEST(next_text(sender) == "hi");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
