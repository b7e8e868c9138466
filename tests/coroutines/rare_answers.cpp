// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "../support/child.hpp"
#include "world.hpp"

// What seldom happens to tasks: waits that fail, events that come too late, calls after the end, scopes in each other.

namespace {
using namespace estate;
using namespace estate::test;

/// How often the next waits fail, or tell of the socket that was watched last without a reason.
int failures = 0;
int lies = 0;

struct FaultyEpoll : posix::Epoll {
    explicit FaultyEpoll(posix::Epoll&& opened) noexcept : Epoll(std::move(opened)) {}
    static result<FaultyEpoll> open(posix::Kernel = {}) noexcept { return FaultyEpoll(Epoll::open().value()); }
    int wait_first(Deadline until) noexcept {
        if (failures == 0) return Epoll::wait_first(until);
        --failures;
        errno = ENOMEM;
        return -1;
    }
};
struct FaultySet : posix::PollSet<posix::Kernel, 64> {
    explicit FaultySet(posix::PollSet<posix::Kernel, 64>&& opened) noexcept : PollSet(std::move(opened)) {}
    static result<FaultySet> open(posix::Kernel = {}) noexcept { return FaultySet(PollSet::open().value()); }
    result<void> add(int number, std::uint64_t key, Directions directions) noexcept {
        last = key;
        return PollSet::add(number, key, directions);
    }
    result<std::size_t> wait(Deadline until) noexcept {
        if (failures > 0) {
            --failures;
            return Error::system(ENOMEM);
        }
        if (lies == 0) return PollSet::wait(until);
        --lies;
        put_event(0, last);
        return std::size_t{1};
    }
    std::uint64_t last = 0;
};
using Faulty = std::tuple<FaultyEpoll, FaultySet>;

BOOST_AUTO_TEST_SUITE(rare_answers)

Task<> count_to_the_end(Scope&, const Peer& peer, int& count) {
    for (std::byte room[1];; ++count) {
        const auto got = co_await peer.recv(room);
        if (!got) co_return got.assume_error();
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_wait_that_fails_is_an_error_of_the_turn_and_loses_nobody, M, Faulty) {
    World<M> world;
    BOOST_TEST(world.slab.cell_size() == 6144u);
    auto [client, server] = connected_pair<V4>();
    const Peer peer = world.watch(std::move(server));
    failures = 1;
    BOOST_TEST((world.loop.turn(soon()).error() == std::errc::not_enough_memory));
    int count = 0;
    BOOST_TEST(client.send_all(std::vector<std::byte>(40), soon()).has_value());
    start(world.scope, count_to_the_end(world.scope, peer, count));
    while (count < 16) BOOST_TEST(world.loop.turn(soon()).has_value());
    BOOST_TEST(count < 40);  // it gives way, and waits in the queue
    for (failures = 2; failures > 0;) {
        BOOST_TEST((world.loop.turn(soon()).error() == std::errc::not_enough_memory));
    }
    while (count < 40) BOOST_TEST(world.loop.turn(soon()).has_value());
    failures = 1;
    BOOST_TEST((world.loop.run(world.scope).error() == std::errc::not_enough_memory));
    BOOST_TEST(world.scope.is_empty());
    BOOST_TEST(failures == 0);
}

Task<> drop_another(Scope&, const Peer& peer, std::optional<Peer>& other, int& told) {
    std::byte room[8];
    BOOST_OUTCOME_CO_TRYV(co_await peer.recv(room));
    ++told;
    other.reset();
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(an_event_of_a_socket_that_was_dropped_is_forgotten, M, Mechanisms) {
    World<M> world;
    auto [first_client, first] = connected_pair<V4>();
    auto [second_client, second] = connected_pair<V4>();
    const Peer one = world.watch(std::move(first));
    std::optional<Peer> other = world.watch(std::move(second));
    BOOST_TEST(first_client.send("x").value() == 1u);
    BOOST_TEST(second_client.send("x").value() == 1u);
    int told = 0;
    start(world.scope, drop_another(world.scope, one, other, told));
    BOOST_TEST(world.loop.turn(soon()).has_value());  // reports both
    BOOST_TEST(told == 1);
    BOOST_TEST(!other.has_value());
    const Stopwatch watch;
    BOOST_TEST(world.loop.turn(in(20ms)).has_value());
    BOOST_TEST((watch.elapsed() >= 19ms));
}

Task<> wait_until(Scope&, Deadline when) { co_return co_await sleep_until(when); }

BOOST_AUTO_TEST_CASE_TEMPLATE(a_waker_beyond_the_table_of_descriptors_ends_a_run, M, Mechanisms) {
    BasicLoop<M, 3> loop(M::open().value());
    FrameSlab<1024, 1> slab;
    Scope scope(loop, slab);
    const auto waker = Waker::open().value();
    start(scope, wait_until(scope, soon()));
    std::thread other([&] {
        std::this_thread::sleep_for(20ms);
        waker.wake();
    });
    BOOST_TEST(fails_with(loop.run(scope, waker), errc::stopped));
    other.join();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_run_has_a_deadline_of_its_own, M, Mechanisms) {
    World<M> world;
    start(world.scope, wait_until(world.scope, Deadline::never()));
    const Stopwatch watch;
    BOOST_TEST(fails_with(world.loop.run(world.scope, in(20ms)), errc::deadline_exceeded));
    BOOST_TEST((watch.elapsed() >= 19ms));
    BOOST_TEST(world.scope.is_stopped());
}

/// Answers of calls that are made after the scope was stopped.
struct Late {
    std::optional<Error> received;
    std::optional<Error> sent;
    std::optional<Error> connected;
    std::optional<Error> joined;
    std::optional<Error> joined_own;
    bool is_closed = false;
    bool is_empty_joined = false;
};
template <class Outcome>
Error why(const Outcome& outcome) {
    return outcome ? Error(errc::invalid_argument) : Error(outcome.assume_error());
}
Task<> go_on_in_spite_of_all(Scope& scope, const Peer& peer, SocketAddress<V4> server, Late& late) {
    std::byte room[8];
    late.received = why(co_await peer.recv(room));
    late.sent = why(co_await peer.send("never sent"));
    {
        const auto connected = co_await connect(tcp_v4().value(), server);
        late.connected = connected ? Error(errc::invalid_argument) : connected.assume_error().code;
        late.is_closed = !connected && connected.assume_error().socket.is_closed();
    }
    late.joined_own = why(co_await scope.join());
    Scope apart(scope.loop(), scope.slab());
    BOOST_OUTCOME_CO_TRYV(apart.spawn(wait_until(apart, Deadline::never())));
    late.joined = why(co_await apart.join());
    Scope empty(scope.loop(), scope.slab());
    late.is_empty_joined = (co_await empty.join()).has_value();
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_call_of_who_was_stopped_does_nothing_and_says_so, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    const auto listener = listening_on_loopback<V4>();
    Late late;
    {
        const Peer peer = world.watch(std::move(server));
        Scope scope(world.scope);
        start(scope, go_on_in_spite_of_all(scope, peer, listener.local_addr().value(), late));
        BOOST_TEST(!late.received.has_value());
        scope.stop();
        BOOST_TEST(scope.is_empty());
    }
    for (const auto& answer : {late.received, late.sent, late.connected, late.joined, late.joined_own}) {
        BOOST_TEST((answer == Error(errc::stopped)));
    }
    BOOST_TEST(late.is_closed);
    BOOST_TEST(late.is_empty_joined);
    BOOST_TEST(read_to_end(client).empty());  // nothing was sent
    BOOST_TEST(fails_with(listener.accept(in(5ms)), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_call_that_is_not_awaited_does_nothing, M, Mechanisms) {
    World<M> world;
    const Door door = world.watch(listening_on_loopback<V4>());
    const auto queued = connected_to(door.socket());
    const auto elsewhere = listening_on_loopback<V4>();
    static_cast<void>(door.accept());
    static_cast<void>(connect(tcp_v4().value(), elsewhere.local_addr().value()));
    BOOST_TEST(world.loop.turn(in(5ms)).has_value());
    BOOST_TEST(!door.socket().accept().value().would_block());
    BOOST_TEST(fails_with(elsewhere.accept(in(5ms)), errc::deadline_exceeded));
}

/// What comes before the end, by as many bytes at a time.
Task<> collect_by(Scope&, const Peer& peer, std::size_t size, std::string& text) {
    for (std::byte room[64];;) {
        const auto got = co_await peer.recv(MutableBuffer(room).first(size), soon());
        if (!got && got.assume_error() == errc::end_of_stream) co_return success();
        if (!got) co_return got.assume_error();
        text += as_text(std::span(room).first(got.assume_value()));
    }
}
BOOST_AUTO_TEST_CASE_TEMPLATE(an_end_behind_bytes_is_received_however_small_the_buffer, M, Mechanisms) {
    for (const std::size_t size : {1U, 4U}) {
        for (const bool at_once : {true, false}) {
            World<M> world;
            auto [client, server] = connected_pair<V4>();
            const Peer peer = world.watch(std::move(server));
            const std::string sent = size == 1 ? std::string(40, 'x') : "abcde";
            std::string text;
            start(world.scope, collect_by(world.scope, peer, size, text));
            BOOST_TEST(client.send_all(sent, soon()).has_value());
            if (!at_once) {
                while (text.size() < sent.size()) BOOST_TEST(world.loop.turn(soon()).has_value());
            }
            const auto half = std::move(client).shutdown_send().value();
            BOOST_TEST(world.run().has_value());
            BOOST_TEST(text == sent);
        }
    }
}

Task<> receive_into_nothing(Scope&, const Peer& peer) {
    const auto got = co_await peer.recv(MutableBuffer(), soon());
    co_return why(got);
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_receive_into_nothing_is_refused_and_no_end_of_the_stream, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    const Peer peer = world.watch(std::move(server));
    BOOST_TEST(client.send("x").value() == 1u);
    start(world.scope, receive_into_nothing(world.scope, peer));
    BOOST_TEST(fails_with(world.run(), std::errc::invalid_argument));
}

Task<> send_two_parts(Scope&, const Peer& peer) {
    const ConstBuffer parts[] = {as_buffer("one "), as_buffer("two")};
    BOOST_OUTCOME_CO_TRY(const auto count, co_await peer.send_vectored(parts, soon()));
    co_return count == 7 ? result<void>(success()) : errc::invalid_argument;
}
Task<> receive_two_parts(Scope&, const Peer& peer, std::string& text) {
    std::byte first[4];
    std::byte second[8];
    const MutableBuffer parts[] = {first, second};
    BOOST_OUTCOME_CO_TRY(const auto count, co_await peer.recv_vectored(parts, soon()));
    if (count != 7) co_return errc::invalid_argument;
    text = std::string(as_text(first)) + std::string(as_text(std::span(second).first(3)));
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(parts_are_sent_and_received_as_one, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    const Peer one = world.watch(std::move(client));
    const Peer other = world.watch(std::move(server));
    std::string text;
    start(world.scope, send_two_parts(world.scope, one));
    start(world.scope, receive_two_parts(world.scope, other, text));
    BOOST_TEST(world.run().has_value());
    BOOST_TEST(text == "one two");
}

Task<> receive_exactly(Scope&, const Peer& peer, Incomplete& end) {
    std::byte room[8];
    const auto got = co_await peer.recv_exact(room, soon());
    if (!got) end = got.assume_error();
    co_return success();
}
Task<> send_in_vain(Scope&, const Peer& peer, Incomplete& end) {
    for (;;) {
        const auto sent = co_await peer.send_all("lost", soon());
        if (sent) continue;
        end = sent.assume_error();
        co_return success();
    }
}
BOOST_AUTO_TEST_CASE_TEMPLATE(what_takes_several_calls_says_how_far_it_came, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    const Peer peer = world.watch(std::move(server));
    BOOST_TEST(client.send("abc").value() == 3u);
    BOOST_TEST(std::move(client).close().has_value());
    Incomplete received{errc::invalid_argument, 99};
    start(world.scope, receive_exactly(world.scope, peer, received));
    BOOST_TEST(world.run().has_value());
    BOOST_TEST((received.code == errc::end_of_stream));
    BOOST_TEST(received.transferred == 3u);
    Incomplete sent{errc::invalid_argument, 99};
    Scope sending(world.scope);
    start(sending, send_in_vain(sending, peer, sent));
    BOOST_TEST(world.loop.run(sending, soon()).has_value());
    BOOST_TEST((sent.code == std::errc::broken_pipe || sent.code == std::errc::connection_reset));
    BOOST_TEST(sent.transferred == 0u);
}

Task<> send_often(Scope&, const Peer& peer, int count, int& sent) {
    for (; sent < count; ++sent) {
        BOOST_OUTCOME_CO_TRYV(co_await peer.send("x"));
    }
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(who_gave_way_and_then_finds_no_room_waits_for_it, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    const Peer peer = world.watch(std::move(server));
    int sent = 0;
    start(world.scope, send_often(world.scope, peer, 20, sent));
    BOOST_TEST(sent == 16);
    const std::vector<std::byte> chunk(65536);
    std::size_t total = 0;
    for (int full = 0; full < 3;) {  // room comes as the system moves what it has
        const auto more = peer.socket().send(chunk).value();
        if (more.would_block()) {
            ++full;
            std::this_thread::sleep_for(2ms);
        } else {
            total += more.value();
            full = 0;
        }
    }
    for (int turns = 0; turns < 3; ++turns) BOOST_TEST(world.loop.turn(in(2ms)).has_value());
    BOOST_TEST(sent == 16);
    std::vector<std::byte> room(1U << 20U);
    for (std::size_t got = 0; got < total;) got += client.recv(room, soon()).value();
    BOOST_TEST(world.run().has_value());
    BOOST_TEST(sent == 20);
}

BOOST_AUTO_TEST_CASE(a_connect_that_is_told_of_before_it_is_answered_waits_on) {
    World<FaultySet> world;
    FullListener<V4> full;
    std::optional<Error> answer;
    const auto reach = [](Scope& scope, SocketAddress<V4> server, std::optional<Error>& told) -> Task<> {
        const auto connected = co_await connect(tcp_v4().value(), server, scope.loop().in(50ms));
        told = connected ? Error(errc::invalid_argument) : connected.assume_error().code;
        co_return success();
    };
    start(world.scope, reach(world.scope, full.address(), answer));
    BOOST_TEST(!answer.has_value());
    lies = 1;
    BOOST_TEST(world.loop.turn(soon()).has_value());
    BOOST_TEST(lies == 0);
    BOOST_TEST(!answer.has_value());
    BOOST_TEST(world.run().has_value());
    BOOST_TEST((answer == Error(errc::deadline_exceeded)));
}

Task<> reach_port_zero(Scope&, bool& is_closed) {
    const auto connected = co_await connect(tcp_v4().value(), SocketAddress<V4>::loopback(0));
    is_closed = !connected && connected.assume_error().socket.is_closed();
    co_return connected ? Error(errc::stopped) : connected.assume_error().code;
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_connect_that_is_refused_before_it_begins_leaves_a_closed_socket, M, Mechanisms) {
    World<M> world;
    bool is_closed = false;
    start(world.scope, reach_port_zero(world.scope, is_closed));
    BOOST_TEST(fails_with(world.run(), std::errc::invalid_argument));
    BOOST_TEST(is_closed);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_was_moved_from_is_unwatched_as_what_it_is, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    Peer peer = world.watch(std::move(server));
    const Peer kept = std::move(peer);
    const auto* const behind_the_compiler = &peer;
    const auto socket = world.loop.unwatch(std::move(const_cast<Peer&>(*behind_the_compiler)));
    std::byte room[1];
    BOOST_TEST(fails_with(socket.recv(room), errc::moved_from));
    BOOST_TEST(client.send("x").value() == 1u);
    BOOST_TEST(kept.socket().recv(room).value().value() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_that_is_moved_into_itself_stays_watched, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    Peer peer = world.watch(std::move(server));
    Peer& same = peer;
    peer = std::move(same);
    int count = 0;
    Scope counting(world.scope, in(200ms));
    start(counting, count_to_the_end(counting, peer, count));
    BOOST_TEST(client.send("abc").value() == 3u);
    while (count < 3) BOOST_TEST(world.loop.turn(soon()).has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_that_goes_while_a_task_sends_says_so, M, Mechanisms) {
    const std::string words = dying_words([] {
        World<M> world;
        auto [client, server] = connected_pair<V4>();
        Peer peer = world.watch(std::move(server));
        const std::vector<std::byte> much(8U << 20U);
        const auto send = [](Scope&, const Peer& to, ConstBuffer bytes) -> Task<> {
            const auto sent = co_await to.send_all(bytes);
            co_return sent ? result<void>(success()) : sent.assume_error().code;
        };
        start(world.scope, send(world.scope, peer, much));
        (void)world.loop.unwatch(std::move(peer));
    });
    BOOST_TEST(words == "estate: a socket goes while a task waits for it; leave the task's scope before\n");
}

Task<> throw_at_once(Scope&, const char* what) {
    throw std::runtime_error(what);
    co_return success();
}
BOOST_AUTO_TEST_CASE(an_exception_that_nobody_saw_ends_the_program) {
    const std::string words = dying_words([] {
        World<posix::Epoll> world;
        Scope scope(world.scope);
        start(scope, throw_at_once(scope, "unseen"));
    });
    BOOST_TEST(words == "estate: nobody saw what a task threw; join() its scope\n");
}

/// Throws when it is stopped.
Task<> throw_when_stopped(Scope&, const char* what) {
    (void)co_await sleep_until(Deadline::never());
    throw std::runtime_error(what);
}
BOOST_AUTO_TEST_CASE_TEMPLATE(of_several_exceptions_the_first_is_told, M, Mechanisms) {
    World<M> world;
    start(world.scope, throw_when_stopped(world.scope, "second"));
    start(world.scope, throw_at_once(world.scope, "first"));
    std::string told;
    try {
        (void)world.run();
    } catch (const std::runtime_error& error) {
        told = error.what();
    }
    BOOST_TEST(told == "first");
    BOOST_TEST(world.slab.in_use() == 0u);
}

/// Stops a scope around those around it, and goes on.
Task<> stop_the_outermost(Scope&, Deadline when, Scope& outermost) {
    BOOST_OUTCOME_CO_TRYV(co_await sleep_until(when));
    outermost.stop();
    co_return co_await sleep_until(Deadline::never());
}
Task<> have_one_within(Scope& scope, Deadline when, Scope& outermost) {
    Scope inner(scope);
    BOOST_OUTCOME_CO_TRYV(inner.spawn(stop_the_outermost(inner, when, outermost)));
    BOOST_OUTCOME_CO_TRYV(inner.spawn(wait_until(inner, Deadline::never())));
    co_return co_await inner.join();
}
Task<> have_two_within(Scope& scope, Deadline when, Scope& outermost) {
    Scope middle(scope);
    BOOST_OUTCOME_CO_TRYV(middle.spawn(have_one_within(middle, when, outermost)));
    co_return co_await middle.join();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_task_stops_a_scope_that_is_two_around_its_own, M, Mechanisms) {
    for (const Deadline when : {in(5ms), Deadline::at_once()}) {
        World<M> world;
        Scope outermost(world.scope);
        start(outermost, have_two_within(outermost, when, outermost));
        BOOST_TEST(fails_with(world.loop.run(outermost, soon()), errc::stopped));
        BOOST_TEST(world.slab.in_use() == 0u);
    }
}

/// Once it is stopped, it stops those that join its scope once more.
Task<> stop_again(Scope&, Scope& joiners) {
    const auto slept = co_await sleep_until(Deadline::never());
    joiners.stop();
    co_return slept;
}
Task<> join_one_apart(Scope& scope, Error& answer) {
    Scope apart(scope.loop(), scope.slab());
    BOOST_OUTCOME_CO_TRYV(apart.spawn(stop_again(apart, scope)));
    answer = why(co_await apart.join());
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(who_joins_is_stopped_once_however_often_it_is_said, M, Mechanisms) {
    World<M> world;
    Error answer = errc::invalid_argument;
    Scope joiners(world.scope);
    start(joiners, join_one_apart(joiners, answer));
    joiners.stop();
    BOOST_TEST(joiners.is_empty());
    BOOST_TEST((answer == errc::stopped));
    BOOST_TEST(world.slab.in_use() == 0u);
}

/// A task that frees its own scope in the middle.
Task<> free_own(Scope&, std::unique_ptr<Scope>& own) {
    own.reset();
    co_return success();
}
BOOST_AUTO_TEST_CASE(a_task_that_frees_its_scope_ends_the_program) {
    const std::string words = dying_words([] {
        World<posix::Epoll> world;
        auto own = std::make_unique<Scope>(world.scope);
        Scope& scope = *own;
        start(scope, free_own(scope, own));
    });
    BOOST_TEST(words == "estate: a task leaves the Scope that it runs in\n");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
