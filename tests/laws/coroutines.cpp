// SPDX-License-Identifier: BSL-1.0
#include <cstddef>
#include <estate/coroutines.hpp>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "host.hpp"
#include "../support/tasks.hpp"

// What coroutines promise on every system, whatever their loop asks which sockets may be tried.

namespace {
using namespace estate;
using namespace estate::test;

struct LoopByBest {
    [[maybe_unused]] static constexpr const char* name = "LoopByBest";
    using mechanism = NativeMechanism;
};
struct LoopByPoll {
    [[maybe_unused]] static constexpr const char* name = "LoopByPoll";
    using mechanism = NativePollSet<64>;
};
using Loops = std::tuple<LoopByBest, LoopByPoll>;

/// A loop, and frames for its tasks. Static, since the stack of a component is small.
template <class L>
struct Ground {
    using mechanism = typename L::mechanism;
    BasicLoop<mechanism, 1024> loop{mechanism::open().value()};
    FrameSlab<4096, 32> slab;
    Scope scope{loop, slab};

    template <class S>
    [[nodiscard]] auto watch(S&& socket) {
        return loop.watch(std::move(socket).set_nonblocking().value()).value();
    }
    [[nodiscard]] result<void> run() { return loop.run(scope, soon()); }
};

Task<> echo_all(Scope& scope, const Door& door) {
    for (;;) {
        BOOST_OUTCOME_CO_TRY(auto accepted, co_await door.accept());
        BOOST_OUTCOME_CO_TRY(auto peer, scope.loop().watch(std::move(accepted)));
        BOOST_OUTCOME_CO_TRYV(scope.spawn(echo(scope, std::move(peer))));
    }
}
BOOST_AUTO_TEST_SUITE(coroutines)

BOOST_AUTO_TEST_CASE_TEMPLATE(clients_and_their_server_live_in_one_thread, L, Loops) {
    static Ground<L> ground;
    const Door door = ground.watch(listening_on_loopback<V4>());
    const auto here = door.socket().local_addr().value();
    Scope serving(ground.scope);
    start(serving, echo_all(serving, door));
    int answers = 0;
    {
        Scope asking(ground.scope);
        for (int i = 0; i < 12; ++i) start(asking, ask<600>(asking, here, 8, answers));
        BOOST_TEST(succeeds(ground.loop.run(asking, soon())));
    }
    BOOST_TEST(answers == 12 * 8);
    serving.stop();
    BOOST_TEST(serving.is_empty());
    BOOST_TEST(ground.slab.in_use() == 0u);
}

Task<> take(Scope&, const Peer& peer, Deadline until, std::string& text) {
    std::byte room[64];
    BOOST_OUTCOME_CO_TRY(const auto got, co_await peer.recv(room, until));
    text += as_text(std::span(room).first(got));
    co_return success();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deadline_ends_a_receive_and_loses_nothing, L, Loops) {
    static Ground<L> ground;
    auto [client, server] = connected_pair<V4>();
    const Peer peer = ground.watch(std::move(server));
    std::string text;
    const Stopwatch watch;
    start(ground.scope, take(ground.scope, peer, in(20ms), text));
    BOOST_TEST(fails_with(ground.run(), errc::deadline_exceeded));
    BOOST_TEST((watch.elapsed() >= 19ms));
    BOOST_TEST(succeeds(client.send_all("abc")));
    Scope again(ground.loop, ground.slab);
    start(again, take(again, peer, soon(), text));
    BOOST_TEST(succeeds(ground.loop.run(again, soon())));
    BOOST_TEST(text == "abc");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_scope_ends_what_its_tasks_wait_for_and_their_sockets_work_on, L, Loops) {
    static Ground<L> ground;
    const Door door = ground.watch(listening_on_loopback<V4>());
    auto [client, server] = connected_pair<V4>();
    const Peer peer = ground.watch(std::move(server));
    std::string text;
    {
        Scope waiting(ground.scope, in(20ms));
        start(waiting, echo_all(waiting, door));
        start(waiting, take(waiting, peer, Deadline::never(), text));
        BOOST_TEST(fails_with(ground.loop.run(waiting, soon()), errc::deadline_exceeded));
    }
    BOOST_TEST(text.empty());
    BOOST_TEST(ground.slab.in_use() == 0u);
    BOOST_TEST(succeeds(client.send_all("abc")));
    start(ground.scope, take(ground.scope, peer, soon(), text));
    BOOST_TEST(succeeds(ground.run()));
    BOOST_TEST(text == "abc");
}

Task<> send_much(Scope&, const Peer& peer, ConstBuffer bytes) {
    const auto sent = co_await peer.send_all(bytes, soon());
    if (!sent) co_return sent.assume_error();
    co_return success();
}
Task<> receive_much(Scope&, const Peer& peer, std::size_t size, std::size_t& got) {
    static std::byte room[65536];
    while (got < size) {
        BOOST_OUTCOME_CO_TRY(const auto count, co_await peer.recv(room, soon()));
        got += count;
    }
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(one_task_receives_while_another_sends_more_than_the_system_holds, L, Loops) {
    static Ground<L> ground;
    auto [client, server] = connected_pair<V4>();
    const Peer one = ground.watch(std::move(client));
    const Peer other = ground.watch(std::move(server));
    const std::vector<std::byte> much(std::size_t{6} << 20U);
    std::size_t there = 0;
    std::size_t back = 0;
    for (const auto* from : {&one, &other}) start(ground.scope, send_much(ground.scope, *from, much));
    start(ground.scope, receive_much(ground.scope, other, much.size(), there));
    start(ground.scope, receive_much(ground.scope, one, much.size(), back));
    BOOST_TEST(succeeds(ground.run()));
    BOOST_TEST(there == much.size());
    BOOST_TEST(back == much.size());
}

Task<> nap(Scope& scope, bool& is_over) {
    BOOST_OUTCOME_CO_TRYV(co_await sleep_until(scope.loop().in(50ms)));
    is_over = true;
    co_return success();
}
Task<> accept_one(Scope& scope, const Door& door, bool& is_accepted) {
    BOOST_OUTCOME_CO_TRY(auto accepted, co_await door.accept(soon()));
    is_accepted = scope.loop().watch(std::move(accepted)).has_value();
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(what_nobody_waits_for_ends_no_wait_and_is_there_when_somebody_does, L, Loops) {
    static Ground<L> ground;
    const Door door = ground.watch(listening_on_loopback<V4>());
    auto [client, server] = connected_pair<V4>();
    const Peer peer = ground.watch(std::move(server));
    bool is_accepted = false;
    std::string text;
    {  // both have been waited for
        Scope before(ground.scope, in(5ms));
        start(before, echo_all(before, door));
        start(before, take(before, peer, Deadline::never(), text));
        BOOST_TEST(fails_with(ground.loop.run(before), errc::deadline_exceeded));
    }
    const auto queued = connected_to(door.socket());
    BOOST_TEST(succeeds(client.send_all("abc")));
    bool is_over = false;
    int turns = 0;
    start(ground.scope, nap(ground.scope, is_over));
    for (; !ground.scope.is_empty() && turns < 1000; ++turns) BOOST_TEST(succeeds(ground.loop.turn(soon())));
    BOOST_TEST(is_over);
    BOOST_TEST(turns <= 12);
    const auto both = [&](const char* heard, auto meanwhile) {
        is_accepted = false;
        Scope after(ground.scope);
        start(after, accept_one(after, door, is_accepted));
        start(after, take(after, peer, soon(), text));
        meanwhile();
        BOOST_TEST(succeeds(ground.loop.run(after, soon())));
        BOOST_TEST(is_accepted);
        BOOST_TEST(text == heard);
    };
    both("abc", [] {});
    std::vector<ConnectedSocket<Tcp<V4>>> late;
    both("abcdef", [&] {
        late.push_back(connected_to(door.socket()));
        BOOST_TEST(succeeds(client.send_all("def")));
    });
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
BOOST_AUTO_TEST_CASE_TEMPLATE(a_transition_is_made_by_the_socket_that_unwatch_gives_back, L, Loops) {
    if (host_breaks_half_close()) return;
    static Ground<L> ground;
    auto [client, server] = connected_pair<V4>();
    std::string heard;
    start(ground.scope, say_and_hear(ground.scope, ground.watch(std::move(client)), heard));
    BOOST_TEST(read_to_end(server) == "last words");
    BOOST_TEST(succeeds(server.send_all("farewell")));
    BOOST_TEST(succeeds(ground.run()));
    BOOST_TEST(heard == "farewell");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_may_leave_and_come_again_whatever_was_waited_for, L, Loops) {
    static Ground<L> ground;
    auto [client, server] = connected_pair<V4>();
    std::string text;
    Peer peer = ground.watch(std::move(server));
    for (int i = 0; i < 4; ++i) {
        Scope waiting(ground.scope, in(5ms));
        start(waiting, take(waiting, peer, Deadline::never(), text));
        BOOST_TEST(fails_with(ground.loop.run(waiting), errc::deadline_exceeded));
        if (i % 2 == 0) {
            Peer elsewhere(std::move(peer));
            peer = std::move(elsewhere);
        } else {
            auto socket = ground.loop.unwatch(std::move(peer));
            peer = ground.loop.watch(std::move(socket)).value();
        }
    }
    BOOST_TEST(succeeds(client.send_all("abc")));
    start(ground.scope, take(ground.scope, peer, soon(), text));
    BOOST_TEST(succeeds(ground.run()));
    BOOST_TEST(text == "abc");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(another_socket_takes_the_place_of_one_that_was_assigned_to, L, Loops) {
    static Ground<L> ground;
    auto [first_client, first] = connected_pair<V4>();
    auto [second_client, second] = connected_pair<V4>();
    Peer peer = ground.watch(std::move(first));
    std::string text;
    {
        Scope waiting(ground.scope, in(5ms));
        start(waiting, take(waiting, peer, Deadline::never(), text));
        BOOST_TEST(fails_with(ground.loop.run(waiting), errc::deadline_exceeded));
    }
    peer = ground.watch(std::move(second));  // closes the first, whose pollables go before it
    std::byte none[1];
    BOOST_TEST(fails_with(first_client.recv(none, soon()), errc::end_of_stream));
    BOOST_TEST(succeeds(second_client.send_all("2")));
    start(ground.scope, take(ground.scope, peer, soon(), text));
    BOOST_TEST(succeeds(ground.run()));
    BOOST_TEST(text == "2");
}

Task<> reach_nobody(Scope&, SocketAddress<V4> nowhere, bool& is_closed) {
    auto failed = co_await connect(created<V4>(), nowhere, soon());
    is_closed = !failed && failed.assume_error().socket.is_closed();
    if (!failed) co_return failed.assume_error().code;
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_connect_that_is_refused_leaves_a_closed_socket, L, Loops) {
    if (host_listens_at_bind()) return;
    static Ground<L> ground;
    const auto nobody = bound_to_loopback<V4>();
    bool is_closed = false;
    start(ground.scope, reach_nobody(ground.scope, nobody.local_addr().value(), is_closed));
    const auto done = ground.run();
    BOOST_TEST((!done && done.assume_error() == std::errc::connection_refused));
    BOOST_TEST(is_closed);
}

/// Ends while it connects, or just after.
Task<> reach_in_vain(Scope&, SocketAddress<V4> server, bool& is_settled) {
    auto connected = co_await connect(created<V4>(), server, Deadline::at_once());
    is_settled = connected || connected.assume_error().socket.is_closed();
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_connect_without_time_is_made_or_leaves_a_closed_socket, L, Loops) {
    static Ground<L> ground;
    const auto listener = listening_on_loopback<V4>();
    bool is_settled = false;
    start(ground.scope, reach_in_vain(ground.scope, listener.local_addr().value(), is_settled));
    BOOST_TEST(ground.scope.is_empty());
    BOOST_TEST(is_settled);
}

Task<> answer(Scope&, const Mailbox& box) {
    std::byte room[64];
    BOOST_OUTCOME_CO_TRY(const auto got, co_await box.recv_from(room, soon()));
    BOOST_OUTCOME_CO_TRYV(co_await box.send_to(ConstBuffer(room, got.size), got.sender, soon()));
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_datagram_is_answered, L, Loops) {
    static Ground<L> ground;
    const Mailbox box = ground.watch(datagrams_on_loopback<V4>());
    const auto client = datagrams_on_loopback<V4>();
    BOOST_TEST(client.send_to("who", box.socket().local_addr().value()).value() == 3u);
    start(ground.scope, answer(ground.scope, box));
    BOOST_TEST(succeeds(ground.run()));
    BOOST_TEST(next_text(client) == "who");
}

BOOST_AUTO_TEST_CASE(a_full_table_gives_the_socket_back_and_has_room_when_one_goes) {
    static BasicLoop<NativePollSet<1>, 1024> loop(NativePollSet<1>::open().value());
    auto [client, server] = connected_pair<V4>();
    auto first = loop.watch(std::move(client).set_nonblocking().value()).value();
    auto refused = loop.watch(std::move(server).set_nonblocking().value());
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error() == errc::capacity_exceeded));
    const auto back = loop.unwatch(std::move(first));
    const auto again = loop.watch(std::move(refused.error().socket));
    BOOST_TEST(again.has_value());
}

BOOST_AUTO_TEST_CASE(a_table_without_room_for_a_connect_leaves_a_closed_socket) {
    static BasicLoop<NativePollSet<1>, 1024> loop(NativePollSet<1>::open().value());
    static FrameSlab<4096, 1> slab;
    const auto listener = listening_on_loopback<V4>();
    const Door door = loop.watch(listening_on_loopback<V4>().set_nonblocking().value()).value();
    Scope scope(loop, slab);
    bool is_closed = false;
    start(scope, reach_nobody(scope, listener.local_addr().value(), is_closed));
    BOOST_TEST(fails_with(loop.run(scope, soon()), errc::capacity_exceeded));
    BOOST_TEST(is_closed);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_was_moved_from_is_not_watched, L, Loops) {
    static Ground<L> ground;
    auto [client, server] = connected_pair<V4>();
    auto socket = std::move(client).set_nonblocking().value();
    const auto kept = std::move(socket);
    BOOST_TEST(fails_with(ground.loop.watch(std::move(socket)), errc::moved_from));  // NOLINT(bugprone-use-after-move)
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_slab_without_a_frame_says_so, L, Loops) {
    static Ground<L> ground;
    static FrameSlab<16, 1> small;
    Scope scope(ground.scope, small);
    bool is_over = false;
    BOOST_TEST(fails_with(scope.spawn(nap(scope, is_over)), errc::capacity_exceeded));
    BOOST_TEST(small.largest_frame() > 16u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
