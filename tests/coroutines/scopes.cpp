// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "../support/child.hpp"
#include "world.hpp"

// Who owns a task, and what ends it: nothing outlives its scope, and nothing is lost.

namespace {
using namespace estate;
using namespace estate::test;

/// What a call that is awaited may wait for, each without an end.
struct Waits {
    explicit Waits(Loop& loop)
        : peer{loop.watch(std::move(pair.server).set_nonblocking().value()).value()},
          door{loop.watch(listening_on_loopback<V4>().set_nonblocking().value()).value()},
          box{loop.watch(datagrams_on_loopback<V4>().set_nonblocking().value()).value()} {}

    Pair<V4, native_stream> pair = connected_pair<V4>();
    FullListener<V4> full;
    Peer peer;
    Door door;
    Mailbox box;
    std::vector<std::byte> much = std::vector<std::byte>(8U << 20U);
};
using Call = Task<> (*)(Scope&, Waits&, Deadline);

Task<> receives(Scope&, Waits& all, Deadline until) {
    std::byte room[8];
    const auto got = co_await all.peer.recv(room, until);
    co_return got ? result<void>(success()) : got.assume_error();
}
Task<> receives_exactly(Scope&, Waits& all, Deadline until) {
    std::byte room[8];
    const auto got = co_await all.peer.recv_exact(room, until);
    co_return got ? result<void>(success()) : got.assume_error().code;
}
Task<> receives_into_several(Scope&, Waits& all, Deadline until) {
    std::byte room[8];
    const MutableBuffer buffers[] = {room};
    const auto got = co_await all.peer.recv_vectored(buffers, until);
    co_return got ? result<void>(success()) : got.assume_error();
}
Task<> sends_all(Scope&, Waits& all, Deadline until) {
    const auto sent = co_await all.peer.send_all(all.much, until);
    co_return sent ? result<void>(success()) : sent.assume_error().code;
}
Task<> sends_again(Scope&, Waits& all, Deadline until) {
    for (;;) {
        const auto sent = co_await all.peer.send(all.much, until);
        if (!sent) co_return sent.assume_error();
    }
}
Task<> accepts(Scope&, Waits& all, Deadline until) {
    const auto accepted = co_await all.door.accept(until);
    co_return accepted ? result<void>(success()) : accepted.assume_error();
}
Task<> receives_a_datagram(Scope&, Waits& all, Deadline until) {
    std::byte room[8];
    const auto got = co_await all.box.recv_from(room, until);
    co_return got ? result<void>(success()) : got.assume_error();
}
Task<> connects(Scope&, Waits& all, Deadline until) {
    const auto connected = co_await connect(created<V4>(), all.full.address(), until);
    co_return connected ? result<void>(success()) : connected.assume_error().code;
}
/// In a coroutine that it awaits.
Task<> receives_deeper(Scope& scope, Waits& all, Deadline until) { co_return co_await receives(scope, all, until); }
/// In a scope of its own.
Task<> receives_within(Scope& scope, Waits& all, Deadline until) {
    Scope inner(scope);
    BOOST_OUTCOME_CO_TRYV(inner.spawn(receives(inner, all, until)));
    co_return co_await inner.join();
}
constexpr Call calls[] = {receives, receives_exactly, receives_into_several, sends_all,       sends_again,
                          accepts,  receives_a_datagram, connects,           receives_deeper, receives_within};

/// Keeps what the call answered.
Task<> keep(Scope& scope, Call call, Waits& all, Deadline until, Error& answer) {
    const auto done = co_await call(scope, all, until);
    answer = done ? Error(errc::invalid_argument) : done.assume_error();
    co_return success();
}

BOOST_AUTO_TEST_SUITE(scopes)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_stopped_scope_ends_each_call_that_waits, M, Mechanisms) {
    World<M> world;
    for (const Call call : calls) {
        Waits all(world.loop);
        for (const Deadline until : {Deadline::never(), soon()}) {
            Error answer = errc::invalid_argument;
            Scope scope(world.scope);
            start(scope, keep(scope, call, all, until, answer));
            for (int i = 0; i < 3; ++i) BOOST_TEST(world.loop.turn(in(2ms)).has_value());
            BOOST_TEST(!scope.is_empty());
            scope.stop();
            BOOST_TEST(scope.is_empty());
            BOOST_TEST((answer == errc::stopped), "call " << (&call - &calls[0]) << ": " << answer.message());
        }
        BOOST_TEST(world.slab.in_use() == 0u);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deadline_ends_each_call_that_waits, M, Mechanisms) {
    World<M> world;
    for (const Call call : calls) {
        Waits all(world.loop);
        for (const Deadline until : {Deadline::at_once(), past(), in(20ms)}) {
            Error answer = errc::invalid_argument;
            Scope scope(world.scope);
            start(scope, keep(scope, call, all, until, answer));
            BOOST_TEST(world.loop.run(scope, soon()).has_value());
            BOOST_TEST((answer == errc::deadline_exceeded), answer.message());
        }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deadline_that_has_passed_makes_one_attempt, M, Mechanisms) {
    World<M> world;
    Waits all(world.loop);
    BOOST_TEST(all.pair.client.send("12345678").value() == 8u);
    BOOST_TEST(world.loop.turn(soon()).has_value());
    start(world.scope, receives_exactly(world.scope, all, Deadline::at_once()));
    BOOST_TEST(world.scope.is_empty());
    BOOST_TEST(world.scope.outcome().has_value());
    Scope again(world.scope);
    BOOST_TEST(all.pair.client.send("12345678").value() == 8u);  // it is not reported yet
    start(again, receives(again, all, Deadline::at_once()));
    BOOST_TEST(again.is_empty());
    BOOST_TEST(again.outcome().has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_scope_has_a_deadline_for_all_that_is_in_it, M, Mechanisms) {
    World<M> world;
    Waits all(world.loop);
    Error first = errc::invalid_argument;
    Error second = errc::invalid_argument;
    Scope scope(world.scope, in(20ms));
    Scope inner(scope);
    start(scope, keep(scope, receives, all, Deadline::never(), first));
    start(inner, keep(inner, accepts, all, Deadline::never(), second));
    BOOST_TEST((world.loop.run(scope, soon()).error() == errc::deadline_exceeded));
    BOOST_TEST((first == errc::deadline_exceeded));
    BOOST_TEST((second == errc::deadline_exceeded));
    BOOST_TEST(inner.is_empty());
}

Task<> receive_twice(Scope&, const Peer& peer, std::string& text) {
    std::byte room[4];
    for (int i = 0; i < 2; ++i) {
        BOOST_OUTCOME_CO_TRY(const auto got, co_await peer.recv(room));
        text += as_text(std::span(room).first(got));
    }
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_call_that_was_stopped_has_taken_nothing, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    const Peer peer = world.watch(std::move(server));
    std::string text;
    for (int i = 0; i < 20; ++i) {
        Scope scope(world.scope);
        start(scope, receive_twice(scope, peer, text));
        const char digit[] = {static_cast<char>('a' + i), '\0'};
        BOOST_TEST(client.send(std::string_view(digit)).value() == 1u);
        if (i % 3 != 0) BOOST_TEST(world.loop.turn(i % 3 == 1 ? soon() : Deadline::at_once()).has_value());
    }
    Scope last(world.scope);
    start(last, receive_twice(last, peer, text));
    while (text.size() < 20) BOOST_TEST(world.loop.turn(soon()).has_value());
    BOOST_TEST(text == "abcdefghijklmnopqrst");
}

/// Notes its end, after that of what it awaits.
struct Note {
    std::string& log;
    char name;
    ~Note() { log += name; }
};
Task<> wait_and_note(Scope&, Waits& all, std::string& log, char name) {
    const Note note{log, name};
    co_return co_await sleep_until(soon());
    (void)all;
}
Task<> nest(Scope& scope, Waits& all, std::string& log) {
    const Note own{log, '3'};
    Scope inner(scope);
    BOOST_OUTCOME_CO_TRYV(inner.spawn(wait_and_note(inner, all, log, '1')));
    BOOST_OUTCOME_CO_TRYV(inner.spawn(wait_and_note(inner, all, log, '1')));
    const Note after{log, '2'};
    co_return co_await sleep_until(soon());
}
BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_within_ends_first, M, Mechanisms) {
    World<M> world;
    Waits all(world.loop);
    std::string log;
    {
        const Note last{log, '4'};
        Scope outer(world.scope);
        start(outer, nest(outer, all, log));
        BOOST_TEST(log.empty());
    }
    BOOST_TEST(log == "11234");
    BOOST_TEST(world.slab.in_use() == 0u);
}

/// Leaves its inner scope while a task of it waits.
Task<> leave_early(Scope& scope, Waits& all, Error& answer) {
    {
        Scope inner(scope);
        BOOST_OUTCOME_CO_TRYV(inner.spawn(keep(inner, receives, all, Deadline::never(), answer)));
    }
    co_return answer == errc::stopped ? result<void>(success()) : errc::invalid_argument;
}
BOOST_AUTO_TEST_CASE_TEMPLATE(leaving_a_scope_waits_for_its_tasks, M, Mechanisms) {
    World<M> world;
    Waits all(world.loop);
    Error answer = errc::invalid_argument;
    start(world.scope, leave_early(world.scope, all, answer));
    BOOST_TEST(world.scope.is_empty());
    BOOST_TEST(world.scope.outcome().has_value());
    BOOST_TEST((answer == errc::stopped));
}

Task<> stop_own(Scope& scope, int& after) {
    scope.stop();
    const auto slept = co_await sleep_until(soon());
    after = !slept && slept.assume_error() == errc::stopped ? 1 : 2;
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_task_may_stop_its_own_scope, M, Mechanisms) {
    World<M> world;
    Waits all(world.loop);
    Error answer = errc::invalid_argument;
    int after = 0;
    start(world.scope, keep(world.scope, receives, all, Deadline::never(), answer));
    start(world.scope, stop_own(world.scope, after));
    BOOST_TEST(after == 1);
    BOOST_TEST((answer == errc::stopped));
    BOOST_TEST(world.scope.is_empty());
    BOOST_TEST((world.scope.spawn(stop_own(world.scope, after)).error() == errc::stopped));
}

Task<> stop_other(Scope&, Scope& other, bool& is_over) {
    other.stop();
    BOOST_OUTCOME_CO_TRYV(co_await sleep_until(soon()));
    is_over = true;
    co_return success();
}
Task<> stop_other_later(Scope& scope, const Peer& peer, Scope& other, bool& is_over) {
    std::byte room[8];
    BOOST_OUTCOME_CO_TRYV(co_await peer.recv(room));
    co_return co_await stop_other(scope, other, is_over);
}
/// Has a scope within, whose task stops the one around both, at once or when it receives.
Task<> serve_one(Scope& scope, Waits& all, bool at_once, std::string& log, bool& is_over) {
    const Note own{log, '2'};
    Scope inner(scope);
    const Note after{log, '1'};
    BOOST_OUTCOME_CO_TRYV(inner.spawn(at_once ? stop_other(inner, scope, is_over)
                                              : stop_other_later(inner, all.peer, scope, is_over)));
    co_return co_await sleep_until(Deadline::never());
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_task_of_an_inner_scope_may_stop_the_outer_one, M, Mechanisms) {
    World<M> world;
    for (const bool at_once : {true, false}) {
        Waits all(world.loop);
        std::string log;
        bool is_over = false;
        Error answer = errc::invalid_argument;
        Scope outer(world.scope);
        start(outer, serve_one(outer, all, at_once, log, is_over));
        if (!at_once) {
            start(outer, keep(outer, accepts, all, Deadline::never(), answer));
            BOOST_TEST(all.pair.client.send("stop").value() == 4u);
        }
        BOOST_TEST((world.loop.run(outer, soon()).error() == errc::stopped));
        BOOST_TEST(log == "12");
        BOOST_TEST(!is_over);
        if (!at_once) BOOST_TEST((answer == errc::stopped));
    }
    BOOST_TEST(world.slab.in_use() == 0u);
}

/// What its end does, as an argument of a task.
struct AtEnd {
    explicit AtEnd(Scope& which) : scope{&which} {}
    AtEnd(AtEnd&& other) noexcept : scope{std::exchange(other.scope, nullptr)} {}
    AtEnd& operator=(AtEnd&&) = delete;
    ~AtEnd() {
        if (scope != nullptr) scope->stop();
    }
    Scope* scope;
};
Task<> nap(Scope&, AtEnd) { co_return co_await sleep_until(in(5ms)); }
Task<> serve_a_nap(Scope& scope) {
    Scope inner(scope);
    BOOST_OUTCOME_CO_TRYV(inner.spawn(nap(inner, AtEnd(scope))));
    co_return co_await sleep_until(Deadline::never());
}
BOOST_AUTO_TEST_CASE_TEMPLATE(an_argument_that_ends_with_its_task_may_stop_the_outer_scope, M, Mechanisms) {
    World<M> world;
    Scope outer(world.scope);
    start(outer, serve_a_nap(outer));
    BOOST_TEST((world.loop.run(outer, soon()).error() == errc::stopped));
    BOOST_TEST(world.slab.in_use() == 0u);
}
Task<> own(Scope&, std::unique_ptr<Scope>) { co_return success(); }
BOOST_AUTO_TEST_CASE(a_scope_that_its_own_task_owns_says_so) {
    const std::string words = dying_words([] {
        World<posix::Epoll> world;
        auto owned = std::make_unique<Scope>(world.scope);
        Scope& scope = *owned;
        start(scope, own(scope, std::move(owned)));
    });
    BOOST_TEST(words == "estate: a task leaves the Scope that it runs in\n");
}
BOOST_AUTO_TEST_CASE(a_scope_that_ends_before_one_within_it_says_so) {
    const std::string words = dying_words([] {
        World<posix::Epoll> world;
        auto outer = std::make_unique<Scope>(world.scope);
        const Scope inner(*outer);
        outer.reset();
    });
    BOOST_TEST(words == "estate: a Scope ends before one within it\n");
}

Task<> join_and_keep(Scope&, Scope& joined, Error& answer) {
    const auto done = co_await joined.join();
    answer = done ? Error(errc::invalid_argument) : done.assume_error();
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(one_task_joins_a_scope_and_a_second_one_is_told, M, Mechanisms) {
    World<M> world;
    Waits all(world.loop);
    Scope joined(world.scope, in(10ms));
    Error first = errc::invalid_argument;
    Error second = errc::invalid_argument;
    Error own_one = errc::invalid_argument;
    start(joined, receives(joined, all, Deadline::never()));
    start(world.scope, join_and_keep(world.scope, joined, first));
    start(world.scope, join_and_keep(world.scope, joined, second));
    start(world.scope, join_and_keep(world.scope, world.scope, own_one));
    BOOST_TEST((second == std::errc::device_or_resource_busy));
    BOOST_TEST((own_one == std::errc::device_or_resource_busy));
    BOOST_TEST(world.run().has_value());
    BOOST_TEST((first == errc::deadline_exceeded));
}

Task<> fail(Scope&, Deadline when, errc why) {
    BOOST_OUTCOME_CO_TRYV(co_await sleep_until(when));
    co_return why;
}
BOOST_AUTO_TEST_CASE_TEMPLATE(the_first_failure_is_told_and_stops_nobody, M, Mechanisms) {
    World<M> world;
    Error answer = errc::invalid_argument;
    Waits all(world.loop);
    start(world.scope, fail(world.scope, in(10ms), errc::malformed_port));
    start(world.scope, fail(world.scope, in(30ms), errc::malformed_name));
    start(world.scope, keep(world.scope, accepts, all, in(60ms), answer));
    BOOST_TEST((world.run().error() == errc::malformed_port));
    BOOST_TEST((answer == errc::deadline_exceeded));
}

Task<> fill_the_slab(Scope& scope, int& count, Error& why) {
    for (;;) {
        const auto begun = scope.spawn(fail(scope, soon(), errc::malformed_port));
        if (!begun) {
            why = begun.assume_error();
            co_return success();
        }
        ++count;
    }
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_full_slab_is_an_error_that_names_it, M, Mechanisms) {
    World<M> world;
    int count = 0;
    Error why = errc::invalid_argument;
    {
        Scope many(world.scope);
        start(many, fill_the_slab(many, count, why));
        BOOST_TEST(count == static_cast<int>(world.slab.capacity()) - 1);
        BOOST_TEST((why == errc::capacity_exceeded));
    }
    BOOST_TEST(world.slab.in_use() == 0u);
}
Task<> call_in(Scope& scope, Scope& small, Waits& all, Error& why) {
    Call volatile called_so = receives;  // or Clang places its frame in this one
    const auto called = co_await called_so(small, all, soon());
    why = called ? Error(errc::invalid_argument) : called.assume_error();
    const auto task = receives(scope, all, soon());  // dropped, unrun
    co_return task ? result<void>(success()) : errc::invalid_argument;
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_frame_that_is_too_large_is_an_error_and_the_size_is_known, M, Mechanisms) {
    World<M> world;
    Waits all(world.loop);
    FrameSlab<64, 4> tiny;
    Scope small(world.scope, tiny);
    Error why = errc::invalid_argument;
    start(world.scope, call_in(world.scope, small, all, why));
    BOOST_TEST(world.run().has_value());
    BOOST_TEST((why == errc::capacity_exceeded));
    BOOST_TEST(tiny.largest_frame() > 64u);
    BOOST_TEST(tiny.in_use() == 0u);
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_task_that_found_no_frame_or_was_never_run_drops_its_socket, M, Mechanisms) {
    World<M> world;
    FrameSlab<64, 1> tiny;
    Scope small(world.scope, tiny);
    auto [client, server] = connected_pair<V4>();
    {
        auto* volatile called_so = &echo;  // or Clang might place its frame here
        const auto task = called_so(small, world.watch(std::move(server)));
        BOOST_TEST(!task);
    }
    BOOST_TEST(read_to_end(client).empty());
    auto [other, unused] = connected_pair<V4>();
    {
        const auto task = echo(world.scope, world.watch(std::move(unused)));
        BOOST_TEST(static_cast<bool>(task));
    }
    BOOST_TEST(read_to_end(other).empty());
}

Task<> no_more(Scope&) { co_return success(); }
Task<int> count_down(Scope& scope, int depth) {
    if (depth == 0) co_return 0;
    BOOST_OUTCOME_CO_TRY(const int below, co_await count_down(scope, depth - 1));
    co_return below + 1;
}
Task<> call_often(Scope& scope, int& count) {
    for (count = 0; count < 200'000; ++count) {
        BOOST_OUTCOME_CO_TRYV(co_await no_more(scope));
    }
    BOOST_OUTCOME_CO_TRY(count, co_await count_down(scope, 50));
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(the_stack_does_not_grow_with_calls_that_end_at_once, M, Mechanisms) {
    World<M> world;
    int count = 0;
    start(world.scope, call_often(world.scope, count));
    BOOST_TEST(world.scope.outcome().has_value());
    BOOST_TEST(count == 50);
}

Task<> receive_one(Scope&, const Peer& peer) {
    std::byte room[1];
    BOOST_OUTCOME_CO_TRYV(co_await peer.recv(room, soon()));
    co_return success();
}
Task<> receive_one_deeper(Scope& scope, const Peer& peer) { co_return co_await receive_one(scope, peer); }
Task<> call_those_that_wait(Scope& scope, const Peer& peer, int& count) {
    while (count < 20'000) {
        BOOST_OUTCOME_CO_TRYV(co_await receive_one_deeper(scope, peer));
        ++count;
    }
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(who_calls_goes_on_after_each_call_that_waited, M, Mechanisms) {
    World<M> world;
    auto [client, server] = connected_pair<V4>();
    const Peer peer = world.watch(std::move(server));
    BOOST_TEST(client.send_all(std::vector<std::byte>(20'000), soon()).has_value());
    int count = 0;
    Scope calling(world.scope);
    start(calling, call_those_that_wait(calling, peer, count));
    BOOST_TEST(count < 20'000);
    BOOST_TEST(world.loop.run(calling, soon()).has_value());
    BOOST_TEST(count == 20'000);
    BOOST_TEST(world.slab.in_use() == 0u);
}

Task<int> throw_after(Scope&, Deadline when) {
    BOOST_OUTCOME_CO_TRYV(co_await sleep_until(when));
    throw std::runtime_error("thrown");
}
Task<> pass_on(Scope& scope, Deadline when, std::string& caught) {
    try {
        BOOST_OUTCOME_CO_TRY(const int never, co_await throw_after(scope, when));
        co_return never == 0 ? errc::invalid_argument : errc::malformed_port;
    } catch (const std::runtime_error& error) {
        caught = error.what();
    }
    throw std::logic_error("again");
}
BOOST_AUTO_TEST_CASE_TEMPLATE(an_exception_goes_to_who_awaits_and_then_out_of_the_scope, M, Mechanisms) {
    World<M> world;
    Waits all(world.loop);
    for (const Deadline when : {in(10ms), Deadline::at_once()}) {
        std::string caught;
        Error answer = errc::invalid_argument;
        Scope scope(world.scope);
        start(scope, keep(scope, receives, all, Deadline::never(), answer));
        start(scope, pass_on(scope, when, caught));
        BOOST_CHECK_THROW((void)world.loop.run(scope, soon()), std::logic_error);
        BOOST_TEST(caught == "thrown");
        BOOST_TEST((answer == errc::stopped));
        BOOST_TEST(scope.is_empty());
    }
    BOOST_TEST(world.slab.in_use() == 0u);
}
Task<> join_what_throws(Scope& scope, std::string& caught) {
    Scope inner(scope);
    std::string unused;
    BOOST_OUTCOME_CO_TRYV(inner.spawn(pass_on(inner, in(10ms), unused)));
    try {
        BOOST_OUTCOME_CO_TRYV(co_await inner.join());
    } catch (const std::logic_error& error) {
        caught = error.what();
    }
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(an_exception_of_an_inner_scope_comes_out_of_join, M, Mechanisms) {
    World<M> world;
    std::string caught;
    start(world.scope, join_what_throws(world.scope, caught));
    BOOST_TEST(world.run().has_value());
    BOOST_TEST(caught == "again");
}

struct ThrowsAtItsEnd {
    explicit ThrowsAtItsEnd(int& count) : ends{count} {}
    ThrowsAtItsEnd(const ThrowsAtItsEnd&) = delete;
    ThrowsAtItsEnd& operator=(const ThrowsAtItsEnd&) = delete;
    ~ThrowsAtItsEnd() noexcept(false) {
        ++ends;
        throw std::runtime_error("at the end");
    }
    int& ends;
};
Task<std::string> give_and_throw(Scope&, Deadline when, int& ends) {
    const ThrowsAtItsEnd last(ends);
    BOOST_OUTCOME_CO_TRYV(co_await sleep_until(when));
    co_return std::string(100, 'x');  // whose memory a sanitizer would miss
}
Task<> end_and_throw(Scope&, Deadline when, int& ends, bool fails) {
    const ThrowsAtItsEnd last(ends);
    BOOST_OUTCOME_CO_TRYV(co_await sleep_until(when));
    co_return fails ? result<void>(errc::invalid_argument) : success();
}
Task<> call_what_throws_at_its_end(Scope& scope, Deadline when, int& ends, std::string& caught) {
    try {
        const auto given = co_await give_and_throw(scope, when, ends);
        caught = given ? "a value" : "a failure";
    } catch (const std::runtime_error& error) {
        caught = error.what();
    }
    co_return success();
}
BOOST_AUTO_TEST_CASE_TEMPLATE(what_a_destructor_throws_after_co_return_comes_in_place_of_what_was_returned, M, Mechanisms) {
    World<M> world;
    for (const Deadline when : {in(5ms), Deadline::at_once()}) {
        int ends = 0;
        std::string caught;
        {
            Scope calling(world.scope);
            start(calling, call_what_throws_at_its_end(calling, when, ends, caught));
            BOOST_TEST(world.loop.run(calling, soon()).has_value());
        }
        BOOST_TEST(caught == "at the end");
        for (const bool fails : {false, true}) {
            Scope scope(world.scope);
            start(scope, end_and_throw(scope, when, ends, fails));
            BOOST_CHECK_THROW((void)world.loop.run(scope, soon()), std::runtime_error);
        }
        BOOST_TEST(ends == 3);
    }
    BOOST_TEST(world.slab.in_use() == 0u);
}

struct ThrowsAsAnArgument {
    ThrowsAsAnArgument() = default;
    ThrowsAsAnArgument(ThrowsAsAnArgument&& other) noexcept : throws{std::exchange(other.throws, false)} {}
    ThrowsAsAnArgument& operator=(ThrowsAsAnArgument&&) = delete;
    ~ThrowsAsAnArgument() noexcept(false) {
        if (throws) throw std::runtime_error("an argument");
    }
    bool throws = true;
};
Task<> take_what_throws(Scope&, ThrowsAsAnArgument) { co_return success(); }
BOOST_AUTO_TEST_CASE(an_argument_that_throws_at_its_end_ends_the_program) {
    const auto words = dying_words([] {
        std::set_terminate([] {
            std::fputs("terminated", stderr);
            std::abort();
        });
        World<posix::Epoll> world;
        start(world.scope, take_what_throws(world.scope, ThrowsAsAnArgument()));
    });
    BOOST_TEST(words == "terminated");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_waker_stops_what_runs_from_another_thread, M, Mechanisms) {
    World<M> world;
    const auto waker = Waker::open().value();
    auto door = world.watch(listening_on_loopback<V4>());
    const auto client = connected_to(door.socket());
    start(world.scope, echo_all(world.scope, std::move(door)));
    std::jthread other([&] {
        (void)client.send("hello", soon()).value();
        (void)read_text(client, 5);
        waker.wake();
    });
    BOOST_TEST((world.loop.run(world.scope, waker, soon()).error() == errc::stopped));
    BOOST_TEST(world.scope.is_empty());
    BOOST_TEST(world.slab.in_use() == 0u);
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_waker_that_is_raised_before_stops_what_waits, M, Mechanisms) {
    World<M> world;
    const auto waker = Waker::open().value();
    waker.wake();
    Waits all(world.loop);
    Error answer = errc::invalid_argument;
    Scope first(world.scope);
    start(first, keep(first, receives, all, Deadline::never(), answer));
    BOOST_TEST((world.loop.run(first, waker).error() == errc::stopped));
    BOOST_TEST((answer == errc::stopped));
    waker.reset();
    Scope second(world.scope);  // and the loop runs on
    start(second, keep(second, receives, all, in(10ms), answer));
    BOOST_TEST(world.loop.run(second, waker).has_value());
    BOOST_TEST((answer == errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_waker_that_was_moved_from_stops_what_would_run_by_it, M, Mechanisms) {
    World<M> world;
    auto waker = Waker::open().value();
    const Waker other(std::move(waker));
    Waits all(world.loop);
    Error answer = errc::invalid_argument;
    start(world.scope, keep(world.scope, receives, all, Deadline::never(), answer));
    BOOST_TEST((world.loop.run(world.scope, waker).error() == errc::moved_from));  // NOLINT(bugprone-use-after-move)
    BOOST_TEST((answer == errc::moved_from));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_waker_is_watched_anew_after_a_task_has_thrown, M, Mechanisms) {
    World<M> world;
    const auto waker = Waker::open().value();
    Waits all(world.loop);
    std::string caught;
    Scope first(world.scope);
    start(first, pass_on(first, Deadline::at_once(), caught));
    BOOST_CHECK_THROW((void)world.loop.run(first, waker), std::logic_error);
    Error answer = errc::invalid_argument;
    Scope second(world.scope);
    start(second, keep(second, receives, all, in(10ms), answer));
    BOOST_TEST(world.loop.run(second, waker).has_value());
    BOOST_TEST((answer == errc::deadline_exceeded));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
