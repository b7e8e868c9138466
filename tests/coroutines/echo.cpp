// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "../support/child.hpp"
#include "world.hpp"

// What tasks do with sockets: no wake-up is lost, and each has its turn.

namespace {
using namespace estate;
using namespace estate::test;

static_assert(sizeof(Peer) == 16 && !std::is_copy_constructible_v<Peer> && std::is_nothrow_move_constructible_v<Peer>);
template <class S>
inline constexpr bool awaitable = requires { typename Async<S>; };
static_assert(awaitable<ListeningSocket<T4>> && awaitable<SendClosedSocket<T4>> && awaitable<ReceiveClosedSocket<T4>> &&
              awaitable<BoundSocket<NonBlocking<Udp<V6>>>>);
static_assert(!awaitable<ConnectedSocket<Tcp<V4>>> && !awaitable<CreatedSocket<T4>> && !awaitable<BoundSocket<T4>> &&
              !awaitable<ClosedSocket<T4>> && !awaitable<ConnectingSocket<T4>>);
template <class A>
inline constexpr bool can_receive = requires(const A& a, MutableBuffer room) { a.recv(room); };
template <class A>
inline constexpr bool can_send = requires(const A& a) { a.send("x"); };
template <class A>
inline constexpr bool can_accept = requires(const A& a) { a.accept(soon()); };
static_assert(can_receive<Peer> && can_send<Peer> && !can_accept<Peer>);
static_assert(can_accept<Door> && !can_receive<Door> && !can_send<Door>);
static_assert(can_receive<Async<SendClosedSocket<T4>>> && !can_send<Async<SendClosedSocket<T4>>>);
static_assert(!can_receive<Async<ReceiveClosedSocket<T4>>> && can_send<Async<ReceiveClosedSocket<T4>>>);
static_assert(!can_receive<Mailbox>);

BOOST_AUTO_TEST_SUITE(echoes)

BOOST_AUTO_TEST_CASE_TEMPLATE(many_clients_and_their_server_live_in_one_thread, M, Mechanisms) {
    World<M> world;
    auto door = world.watch(listening_on_loopback<V4>());
    const auto here = door.socket().local_addr().value();
    Scope server(world.scope);
    start(server, echo_all(server, std::move(door)));
    int answers = 0;
    constexpr int clients = 24;
    {
        Scope asking(world.scope);
        for (int i = 0; i < clients; ++i) start(asking, ask<1000>(asking, here, 20, answers));
        BOOST_TEST(world.loop.run(asking, soon()).has_value());
    }
    BOOST_TEST(answers == clients * 20);
    server.stop();
    BOOST_TEST(world.slab.in_use() == 0u);
}

Task<> collect(Scope&, Peer peer, std::string& text, Error& end) {
    for (std::byte room[64];;) {
        const auto got = co_await peer.recv(room);
        if (!got) {
            end = got.assume_error();
            co_return success();
        }
        text += as_text(std::span(room).first(got.assume_value()));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(bytes_and_an_end_that_come_together_are_both_received, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    BOOST_TEST(client.send("abcd").value() == 4u);
    const auto half = std::move(client).shutdown_send().value();
    std::string text;
    Error end = errc::stopped;
    start(world.scope, collect(world.scope, world.watch(std::move(server)), text, end));
    BOOST_TEST(world.run().has_value());
    BOOST_TEST(text == "abcd");
    BOOST_TEST((end == errc::end_of_stream));
}

/// Bytes that come while the task waits for something else are there when it receives.
Task<> receive_late(Scope&, Peer peer, std::string& text) {
    BOOST_OUTCOME_CO_TRYV(co_await sleep_until(in(20ms)));
    std::byte room[8];
    BOOST_OUTCOME_CO_TRY(const auto got, co_await peer.recv(room, soon()));
    text = as_text(std::span(room).first(got));
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(bytes_that_come_before_anybody_waits_are_not_lost, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    std::string text;
    start(world.scope, receive_late(world.scope, world.watch(std::move(server)), text));
    BOOST_TEST(client.send("early").value() == 5u);
    BOOST_TEST(world.run().has_value());
    BOOST_TEST(text == "early");
}

Task<> send_much(Scope&, const Peer& peer, ConstBuffer bytes) {
    const auto sent = co_await peer.send_all(bytes, soon());
    if (!sent) co_return sent.assume_error();
    co_return success();
}
Task<> receive_much(Scope&, const Peer& peer, std::size_t size, std::size_t& got) {
    std::byte room[4096];
    while (got < size) {
        BOOST_OUTCOME_CO_TRY(const auto count, co_await peer.recv(room, soon()));
        got += count;
    }
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(one_task_receives_while_another_sends_more_than_the_system_holds, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    const Peer one = world.watch(std::move(client));
    const Peer other = world.watch(std::move(server));
    const std::vector<std::byte> much(4U << 20U);
    std::size_t there = 0;
    std::size_t back = 0;
    {
        Scope talk(world.scope);
        for (const auto* from : {&one, &other}) start(talk, send_much(talk, *from, much));
        start(talk, receive_much(talk, other, much.size(), there));
        start(talk, receive_much(talk, one, much.size(), back));
        BOOST_TEST(world.loop.run(talk, soon()).has_value());
    }
    BOOST_TEST(there == much.size());
    BOOST_TEST(back == much.size());
}

Task<> count_bytes(Scope&, const Peer& peer, int& count) {
    for (std::byte room[1];;) {
        BOOST_OUTCOME_CO_TRYV(co_await peer.recv(room));
        ++count;
    }
}
Task<> note(Scope&, const Peer& peer, const int& count, int& seen) {
    std::byte room[1];
    BOOST_OUTCOME_CO_TRYV(co_await peer.recv(room));
    seen = count;
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_that_never_blocks_does_not_keep_others_waiting, M, Mechanisms) {
    World<M> world;
    auto [flood, flooded] = connected_pair<V4>();
    auto [client, server] = connected_pair<V4>();
    const Peer busy = world.watch(std::move(flooded));
    const Peer quiet = world.watch(std::move(server));
    BOOST_TEST(flood.send(std::vector<std::byte>(2000)).value() == 2000u);
    BOOST_TEST(client.send("x").value() == 1u);
    int count = 0;
    int seen = -1;
    Scope both(world.scope);
    start(both, count_bytes(both, busy, count));
    start(both, note(both, quiet, count, seen));
    while (count < 2000) BOOST_TEST(world.loop.turn(soon()).has_value());
    BOOST_TEST(seen >= 0);
    BOOST_TEST(seen <= 64);  // 16 calls a turn
}

/// Receives, stops others and sets somebody to sleep, whose frame is where theirs were.
Task<> replace(Scope& scope, const Peer& peer, Scope& others, bool& is_over) {
    std::byte room[1];
    BOOST_OUTCOME_CO_TRYV(co_await peer.recv(room));
    others.stop();
    co_return scope.spawn([](Scope&, bool& has_slept) -> Task<> {
        BOOST_OUTCOME_CO_TRYV(co_await sleep_until(soon()));
        has_slept = true;
        co_return success();
    }(scope, is_over));
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_task_that_gave_way_and_was_stopped_is_not_called_any_more, M, Mechanisms) {
    World<M> world;
    auto [flood, flooded] = connected_pair<V4>();
    auto [client, server] = connected_pair<V4>();
    const Peer busy = world.watch(std::move(flooded));
    const Peer quiet = world.watch(std::move(server));
    BOOST_TEST(flood.send(std::vector<std::byte>(2000)).value() == 2000u);
    int count = 0;
    bool is_over = false;
    Scope counting(world.scope);
    Scope replacing(world.scope);
    start(replacing, replace(replacing, quiet, counting, is_over));
    start(counting, count_bytes(counting, busy, count));
    while (count == 0) BOOST_TEST(world.loop.turn(soon()).has_value());
    BOOST_TEST(!counting.is_empty());
    BOOST_TEST(client.send("x").value() == 1u);
    while (!counting.is_empty()) BOOST_TEST(world.loop.turn(soon()).has_value());
    BOOST_TEST(!is_over);
}

Task<> say_often(Scope&, const Peer& peer) {
    for (;;) {
        BOOST_OUTCOME_CO_TRYV(co_await peer.send("x"));
    }
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_second_task_is_told_also_while_the_first_gives_way, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    Peer peer = world.watch(std::move(server));
    BOOST_TEST(client.send(std::vector<std::byte>(2000)).value() == 2000u);
    int count = 0;
    Scope receiving(world.scope);
    Scope second(world.scope);
    start(receiving, count_bytes(receiving, peer, count));
    while (count == 0) BOOST_TEST(world.loop.turn(soon()).has_value());
    start(second, count_bytes(second, peer, count));
    BOOST_TEST(second.is_empty());
    second.stop();
    BOOST_TEST((second.outcome().error() == std::errc::device_or_resource_busy));
    BOOST_TEST(dying_words([&] { (void)world.loop.unwatch(std::move(peer)); }) ==
               "estate: a socket goes while a task waits for it; leave the task's scope before\n");
    receiving.stop();

    Scope sending(world.scope);
    Scope late(world.scope);
    start(sending, say_often(sending, peer));
    BOOST_TEST(!sending.is_empty());
    start(late, say_often(late, peer));
    BOOST_TEST(late.is_empty());
    late.stop();
    BOOST_TEST((late.outcome().error() == std::errc::device_or_resource_busy));
}

/// Without a wait but for the first, and more often than a turn has room for.
Task<> try_often(Scope&, const Peer& peer, int& count) {
    for (std::byte room[1]; count < 40; ++count) {
        BOOST_OUTCOME_CO_TRYV(co_await peer.recv(room, count == 0 ? soon() : Deadline::at_once()));
    }
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(calls_that_do_not_wait_are_made_however_many, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    const Peer peer = world.watch(std::move(server));
    BOOST_TEST(client.send(std::vector<std::byte>(40)).value() == 40u);
    int count = 0;
    start(world.scope, try_often(world.scope, peer, count));
    BOOST_TEST(world.run().has_value());
    BOOST_TEST(count == 40);
}

Task<> sleep_a_while(Scope&, bool& is_over) {
    BOOST_OUTCOME_CO_TRYV(co_await sleep_until(in(50ms)));
    is_over = true;
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(what_nobody_waits_for_does_not_end_each_wait, M, Mechanisms) {
    World<M> world;
    const Door door = world.watch(listening_on_loopback<V4>());
    auto [gone, server] = connected_pair<V4>();
    const Peer peer = world.watch(std::move(server));
    const auto queued = connected_to(door.socket());
    BOOST_TEST(std::move(gone).close().has_value());
    bool is_over = false;
    int turns = 0;
    Scope nap(world.scope);
    start(nap, sleep_a_while(nap, is_over));
    for (; !nap.is_empty(); ++turns) BOOST_TEST(world.loop.turn(soon()).has_value());
    BOOST_TEST(is_over);
    BOOST_TEST(turns <= 12);
}
Task<> accept_one(Scope&, const Door& door, bool& accepted) {
    BOOST_OUTCOME_CO_TRYV(co_await door.accept(soon()));
    accepted = true;
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_connection_that_was_queued_while_nobody_waited_is_accepted, M, Mechanisms) {
    World<M> world;
    const Door door = world.watch(listening_on_loopback<V4>());
    const auto queued = connected_to(door.socket());
    for (int i = 0; i < 3; ++i) BOOST_TEST(world.loop.turn(in(10ms)).has_value());
    bool accepted = false;
    Scope accepting(world.scope);
    start(accepting, accept_one(accepting, door, accepted));
    BOOST_TEST(world.loop.run(accepting, soon()).has_value());
    BOOST_TEST(accepted);
}

Task<> accept_one_from(Scope&, const Door& door, SocketAddress<V4>& peer) {
    const auto late = co_await door.accept_from(in(1ms));
    BOOST_TEST(fails_with(late, errc::deadline_exceeded));
    BOOST_OUTCOME_CO_TRY(const auto accepted, co_await door.accept_from());
    peer = accepted.peer;
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_coroutine_is_told_whose_a_connection_is, M, Mechanisms) {
    World<M> world;
    const Door door = world.watch(listening_on_loopback<V4>());
    SocketAddress<V4> peer = SocketAddress<V4>::loopback(0);
    Scope accepting(world.scope);
    start(accepting, accept_one_from(accepting, door, peer));
    for (int i = 0; i < 3; ++i) BOOST_TEST(world.loop.turn(in(5ms)).has_value());
    const auto client = connected_to(door.socket());
    BOOST_TEST(world.loop.run(accepting, soon()).has_value());
    BOOST_TEST((peer == client.local_addr().value()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(who_receives_is_not_told_that_it_could_send, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    const Peer one = world.watch(std::move(client));
    const Peer other = world.watch(std::move(server));
    const std::vector<std::byte> much(8U << 20U);
    std::size_t got = 0;
    int count = 0;
    Scope receiving(world.scope);
    start(receiving, count_bytes(receiving, one, count));
    {
        Scope talk(world.scope);
        start(talk, send_much(talk, one, much));
        start(talk, receive_much(talk, other, much.size(), got));
        BOOST_TEST(world.loop.run(talk, soon()).has_value());
    }
    bool is_over = false;
    int turns = 0;
    Scope resting(world.scope);
    start(resting, sleep_a_while(resting, is_over));
    for (; !resting.is_empty(); ++turns) BOOST_TEST(world.loop.turn(soon()).has_value());
    BOOST_TEST(turns <= 12);
}

/// Refuses to watch as often as it is told.
struct Refusing : posix::PollSet<posix::Kernel, 16> {
    explicit Refusing(posix::PollSet<posix::Kernel, 16>&& opened) noexcept : PollSet(std::move(opened)) {}
    static result<Refusing> open(posix::Kernel = {}) noexcept { return Refusing(PollSet::open().value()); }
    result<void> add(int number, std::uint64_t key, Directions directions) noexcept {
        if (refusals == 0) return PollSet::add(number, key, directions);
        --refusals;
        return Error::system(ENOMEM);
    }
    static inline int refusals = 0;
};
BOOST_AUTO_TEST_CASE(who_could_not_be_watched_anew_is_watched_in_the_next_turn) {
    World<Refusing> world;
    const Door door = world.watch(listening_on_loopback<V4>());
    {
        const auto queued = connected_to(door.socket());
        BOOST_TEST(world.loop.turn(soon()).has_value());  // reported to nobody
        BOOST_TEST(!door.socket().accept().value().would_block());
    }
    bool accepted = false;
    Refusing::refusals = 2;
    Scope accepting(world.scope);
    start(accepting, accept_one(accepting, door, accepted));
    for (int i = 0; i < 3; ++i) BOOST_TEST(world.loop.turn(in(1ms)).has_value());
    BOOST_TEST(Refusing::refusals == 0);
    const auto client = connected_to(door.socket());
    BOOST_TEST(world.loop.run(accepting, soon()).has_value());
    BOOST_TEST(accepted);
}

Task<> answer(Scope&, const Mailbox& box) {
    std::byte room[64];
    BOOST_OUTCOME_CO_TRY(const auto got, co_await box.recv_from(room, soon()));
    BOOST_OUTCOME_CO_TRYV(co_await box.send_to(ConstBuffer(room, got.size), got.sender, soon()));
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_datagram_is_answered, M, Mechanisms) {
    World<M> world;
    const Mailbox box = world.watch(datagrams_on_loopback<V4>());
    const auto client = datagrams_on_loopback<V4>();
    BOOST_TEST(client.send_to("who", box.socket().local_addr().value()).value() == 3u);
    Scope answering(world.scope);
    start(answering, answer(answering, box));
    BOOST_TEST(world.loop.run(answering, soon()).has_value());
    BOOST_TEST(next_text(client) == "who");
}

/// A transition takes the socket out of the loop, and puts it in again.
Task<> say_and_hear(Scope& scope, Peer peer, std::string& heard) {
    BOOST_OUTCOME_CO_TRYV(co_await peer.send_all("last words", soon()));
    BOOST_OUTCOME_CO_TRY(auto half, scope.loop().unwatch(std::move(peer)).shutdown_send());
    BOOST_OUTCOME_CO_TRY(const auto rest, scope.loop().watch(std::move(half)));
    std::byte room[64];
    BOOST_OUTCOME_CO_TRY(const auto got, co_await rest.recv(room, soon()));
    heard = as_text(std::span(room).first(got));
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_transition_is_made_by_the_socket_that_unwatch_gives_back, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    std::string heard;
    start(world.scope, say_and_hear(world.scope, world.watch(std::move(client)), heard));
    BOOST_TEST(read_to_end(server) == "last words");
    BOOST_TEST(server.send("farewell").value() == 8u);
    BOOST_TEST(world.run().has_value());
    BOOST_TEST(heard == "farewell");
}

Task<> refused(Scope&, SocketAddress<V4> nowhere, bool& is_closed) {
    auto failed = co_await connect(tcp_v4().value(), nowhere, soon());
    is_closed = !failed && failed.assume_error().socket.is_closed();
    if (!failed) co_return failed.assume_error().code;
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_connect_that_is_refused_leaves_a_closed_socket, M, Mechanisms) {
    World<M> world;
    const auto nobody = bound_to_loopback<V4>();
    bool is_closed = false;
    start(world.scope, refused(world.scope, nobody.local_addr().value(), is_closed));
    const auto done = world.run();
    BOOST_REQUIRE(!done);
    BOOST_TEST((done.assume_error() == std::errc::connection_refused));
    BOOST_TEST(is_closed);
}

BOOST_AUTO_TEST_CASE(a_descriptor_beyond_the_table_is_given_back) {
    BasicLoop<posix::Epoll, 3> loop(posix::Epoll::open().value());
    auto [client, server] = connected_pair<V4>();
    auto refused = loop.watch(std::move(server).set_nonblocking().value());
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code == errc::capacity_exceeded));
    BOOST_TEST(client.send("x").value() == 1u);
    const auto back = std::move(refused.error().socket).set_blocking().value();
    BOOST_TEST(read_text(back, 1) == "x");
}

Task<> move_and_use(Scope& scope, Peer peer) {
    const auto elsewhere = scope.loop().unwatch(std::move(peer));
    const auto* const behind_the_compiler = &peer;
    std::byte room[1];
    BOOST_OUTCOME_CO_TRYV(co_await behind_the_compiler->recv(room));
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_call_of_what_was_moved_from_says_so, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    start(world.scope, move_and_use(world.scope, world.watch(std::move(server))));
    BOOST_TEST((world.run().error() == errc::moved_from));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_second_task_for_the_same_direction_is_told, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    const Peer peer = world.watch(std::move(server));
    int count = 0;
    Scope both(world.scope);
    start(both, count_bytes(both, peer, count));
    start(both, count_bytes(both, peer, count));
    both.stop();
    BOOST_TEST((both.outcome().error() == std::errc::device_or_resource_busy));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
