// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <estate/ring_coroutines.hpp>
#include <optional>
#include <thread>

#include "../support/descriptor_count.hpp"
#include "world.hpp"

// Tasks await operations in flight. What they give away comes back, unless their scope is stopped.

namespace {
using namespace estate;
using namespace estate::test;

using Stream = ConnectedSocket<Tcp<V4>>;
using FlyingAccept = Flight<op::accept, ListeningSocket<Tcp<V4>>>;
using FlyingConnect = Flight<op::connect, CreatedSocket<Tcp<V4>>>;
using FlyingReceive = Flight<op::recv, Stream, SlabBuffer>;
using FlyingExact = Flight<op::recv_exact, Stream, SlabBuffer>;
using FlyingSend = Flight<op::send_all, Stream, SlabBuffer>;
using Flights = RingLoop<8, FlyingAccept, FlyingConnect, FlyingReceive, FlyingExact, FlyingSend>;

/// There is no ring on this machine; tells why.
[[nodiscard]] bool lacks_ring() {
    const auto probed = posix::Uring::open(1);
    if (probed) return false;
    print_skipped((std::string("io_uring: ") + probed.error().message()).c_str());
    return true;
}

struct Sky {
    BufferSlab<64, 16> buffers;
    Flights ring{Flights::probe().value()};
    FrameSlab<6144, 32> slab;
    Scope scope{ring, slab};

    [[nodiscard]] result<void> run() { return ring.run(scope, soon()); }
};

SlabBuffer fill(SlabBuffer buffer, std::string_view text) {
    const MutableBuffer room = buffer;
    std::memcpy(room.data(), text.data(), text.size());
    return buffer;
}
std::string text_in(const SlabBuffer& buffer, std::size_t count) {
    return std::string(as_text(ConstBuffer(buffer).first(count)));
}

Task<> echo_by_ring(Scope&, Sky& sky, Stream peer, SlabBuffer buffer) {
    for (;;) {
        BOOST_OUTCOME_CO_TRY(auto got, co_await sky.ring.submit<FlyingReceive>(std::move(peer), std::move(buffer)));
        if (!got.outcome && got.outcome.assume_error() == errc::end_of_stream) co_return success();
        if (!got.outcome) co_return got.outcome.assume_error();
        BOOST_OUTCOME_CO_TRY(auto sent, co_await sky.ring.submit<FlyingSend>(std::move(got.socket), std::move(got.buffer),
                                                                             Deadline::never(),
                                                                             Part{0, got.outcome.assume_value()}));
        if (!sent.outcome) co_return sent.outcome.assume_error().code;
        peer = std::move(sent.socket);
        buffer = std::move(sent.buffer);
    }
}
Task<> serve_by_ring(Scope& scope, Sky& sky, ListeningSocket<Tcp<V4>> listener, int count) {
    while (count-- > 0) {
        BOOST_OUTCOME_CO_TRY(auto accepted, co_await sky.ring.accept<FlyingAccept>(std::move(listener)));
        BOOST_OUTCOME_CO_TRY(auto peer, std::move(accepted.outcome));
        BOOST_OUTCOME_CO_TRY(auto buffer, sky.buffers.take());
        BOOST_OUTCOME_CO_TRYV(scope.spawn(echo_by_ring(scope, sky, std::move(peer), std::move(buffer))));
        listener = std::move(accepted.socket);
    }
    co_return success();
}
Task<> ask_by_ring(Scope&, Sky& sky, SocketAddress<V4> server, std::string_view text, int& answers) {
    BOOST_OUTCOME_CO_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_CO_TRY(auto reached, co_await sky.ring.connect<FlyingConnect>(std::move(created), server, soon()));
    if (!reached.outcome) co_return reached.outcome.assume_error().code;
    BOOST_OUTCOME_CO_TRY(auto buffer, sky.buffers.take());
    const Part part{0, text.size()};
    BOOST_OUTCOME_CO_TRY(auto sent,
                         co_await sky.ring.submit<FlyingSend>(std::move(reached.outcome).assume_value(),
                                                              fill(std::move(buffer), text), Deadline::never(), part));
    if (!sent.outcome) co_return sent.outcome.assume_error().code;
    BOOST_OUTCOME_CO_TRY(auto got, co_await sky.ring.submit<FlyingExact>(std::move(sent.socket), std::move(sent.buffer),
                                                                         soon(), part));
    if (got.outcome && text_in(got.buffer, text.size()) == text) ++answers;
    co_return success();
}

/// Receives by `until` and keeps all that it is given.
struct Kept {
    std::optional<Done<FlyingReceive>> done;
    Error why = errc::invalid_argument;
    bool has_ended = false;
};
Task<> receive_by_ring(Scope&, Sky& sky, Stream peer, Deadline until, Kept& kept) {
    BOOST_OUTCOME_CO_TRY(auto buffer, sky.buffers.take());
    auto got = co_await sky.ring.submit<FlyingReceive>(std::move(peer), std::move(buffer), until);
    kept.has_ended = true;
    if (got)
        kept.done.emplace(std::move(got).assume_value());
    else
        kept.why = got.assume_error();
    co_return success();
}
Task<> stop_soon(Scope& scope, Scope& other, std::chrono::milliseconds after) {
    BOOST_OUTCOME_CO_TRYV(co_await sleep_until(scope.loop().in(after)));
    other.stop();
    co_return success();
}

BOOST_AUTO_TEST_SUITE(by_ring)

BOOST_AUTO_TEST_CASE(tasks_accept_connect_receive_and_send_by_a_ring) {
    if (lacks_ring()) return;
    const std::size_t before = count_descriptors();
    {
        Sky sky;
        auto listener = listening_on_loopback<V4>();
        const auto here = listener.local_addr().value();
        int answers = 0;
        start(sky.scope, serve_by_ring(sky.scope, sky, std::move(listener), 3));
        for (const char* text : {"one", "two", "three"}) start(sky.scope, ask_by_ring(sky.scope, sky, here, text, answers));
        BOOST_TEST(sky.run().has_value());
        BOOST_TEST(answers == 3);
        BOOST_TEST(sky.buffers.in_use() == 0u);
        BOOST_TEST(sky.slab.in_use() == 0u);
        BOOST_TEST(sky.ring.in_flight() == 0u);
    }
    BOOST_TEST(count_descriptors() == before);
}

BOOST_AUTO_TEST_CASE(a_deadline_gives_socket_and_buffer_back_and_leaves_the_bytes) {
    if (lacks_ring()) return;
    Sky sky;
    auto [client, server] = connected_pair<V4>();
    Kept kept;
    start(sky.scope, receive_by_ring(sky.scope, sky, std::move(server), in(10ms), kept));
    BOOST_TEST(sky.run().has_value());
    BOOST_REQUIRE(kept.done.has_value());
    BOOST_TEST((kept.done->outcome.error() == errc::deadline_exceeded));
    (void)client.send("later").value();
    BOOST_TEST(read_text(kept.done->socket, 5) == "later");
}

BOOST_AUTO_TEST_CASE(a_task_that_is_stopped_ends_at_once_and_the_ring_closes_what_it_had) {
    if (lacks_ring()) return;
    Sky sky;
    auto [client, server] = connected_pair<V4>();
    Kept kept;
    {
        Scope inner(sky.scope);
        start(inner, receive_by_ring(inner, sky, std::move(server), Deadline::never(), kept));
        (void)sky.ring.turn(Deadline::at_once()).value();  // the kernel has it
        inner.stop();
        BOOST_TEST(kept.has_ended);
        BOOST_TEST((kept.why == errc::stopped));
        BOOST_TEST(inner.is_empty());
    }
    BOOST_TEST(sky.ring.in_flight() == 1u);
    BOOST_TEST(sky.buffers.in_use() == 1u);  // the kernel may write into it still
    while (sky.ring.in_flight() > 0) (void)sky.ring.turn(soon()).value();
    BOOST_TEST(sky.buffers.in_use() == 0u);
    BOOST_TEST(read_to_end(client) == "");
}

BOOST_AUTO_TEST_CASE(what_is_over_when_its_task_is_stopped_reaches_nobody_else) {
    if (lacks_ring()) return;
    Sky sky;
    auto [client, server] = connected_pair<V4>();
    auto [other_client, other_server] = connected_pair<V4>();
    Kept kept;
    Kept next;
    {
        Scope inner(sky.scope);
        start(inner, receive_by_ring(inner, sky, std::move(server), Deadline::never(), kept));
        (void)client.send("lost").value();
        inner.stop();
    }
    start(sky.scope, receive_by_ring(sky.scope, sky, std::move(other_server), soon(), next));
    (void)other_client.send("mine").value();
    BOOST_TEST(sky.run().has_value());
    BOOST_TEST((kept.why == errc::stopped));
    BOOST_REQUIRE(next.done.has_value());
    BOOST_TEST(text_in(next.done->buffer, next.done->outcome.value()) == "mine");
}

BOOST_AUTO_TEST_CASE(what_is_never_awaited_is_not_begun_and_closes_its_socket) {
    if (lacks_ring()) return;
    Sky sky;
    auto [client, server] = connected_pair<V4>();
    {
        const auto never = sky.ring.submit<FlyingReceive>(std::move(server), sky.buffers.take().value());
        BOOST_TEST(!never.await_ready());
    }
    BOOST_TEST(sky.ring.in_flight() == 0u);
    BOOST_TEST(sky.buffers.in_use() == 0u);
    BOOST_TEST(read_to_end(client) == "");
}

BOOST_AUTO_TEST_CASE(a_stopped_scope_begins_nothing) {
    if (lacks_ring()) return;
    Sky sky;
    auto [client, server] = connected_pair<V4>();
    int answers = 0;
    Kept kept;
    Scope inner(sky.scope);
    const auto twice = [](Scope& scope, Sky& in, Stream peer, Kept& first, int& more) -> Task<> {
        BOOST_OUTCOME_CO_TRYV(co_await receive_by_ring(scope, in, std::move(peer), Deadline::never(), first));
        co_return co_await ask_by_ring(scope, in, SocketAddress<V4>::loopback(1), "x", more);
    };
    start(inner, twice(inner, sky, std::move(server), kept, answers));
    start(sky.scope, stop_soon(sky.scope, inner, 5ms));
    BOOST_TEST(sky.run().has_value());
    BOOST_TEST(inner.is_empty());
    BOOST_TEST((kept.why == errc::stopped));
    BOOST_TEST(sky.ring.in_flight() <= 1u);  // the receive, if its answer was not told yet
}

BOOST_AUTO_TEST_CASE(a_deadline_of_a_scope_stops_what_is_in_flight) {
    if (lacks_ring()) return;
    Sky sky;
    auto [client, server] = connected_pair<V4>();
    Kept kept;
    Scope inner(sky.scope, sky.ring.in(10ms));
    start(inner, receive_by_ring(inner, sky, std::move(server), Deadline::never(), kept));
    BOOST_TEST((sky.ring.run(inner, soon()).error() == errc::deadline_exceeded));
    BOOST_TEST((kept.why == errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(a_full_ring_is_an_error_and_the_task_goes_on) {
    if (lacks_ring()) return;
    Sky sky;
    std::vector<Pair<V4>> pairs;
    std::vector<Kept> kept(9);
    Scope inner(sky.scope);
    for (Kept& one : kept) {
        pairs.push_back(connected_pair<V4>());
        start(inner, receive_by_ring(inner, sky, std::move(pairs.back().server), Deadline::never(), one));
    }
    BOOST_TEST(kept[8].has_ended);
    BOOST_TEST((kept[8].why == errc::capacity_exceeded));
    BOOST_TEST(read_to_end(pairs[8].client) == "");  // it had the socket
    inner.stop();
    BOOST_TEST((kept[0].why == errc::stopped));
}

BOOST_AUTO_TEST_CASE(a_waker_stops_what_runs_by_a_ring_and_is_forgotten) {
    if (lacks_ring()) return;
    Sky sky;
    const auto waker = Waker::open().value();
    for (int i = 0; i < 6; ++i) {  // more often than a ring has wakers
        auto [client, server] = connected_pair<V4>();
        Kept kept;
        Scope inner(sky.scope);
        start(inner, receive_by_ring(inner, sky, std::move(server), Deadline::never(), kept));
        const std::jthread other([&] { waker.wake(); });
        BOOST_TEST((sky.ring.run(inner, waker, soon()).error() == errc::stopped));
        BOOST_TEST((kept.why == errc::stopped));
        waker.reset();
    }
    Scope last(sky.scope);
    BOOST_TEST(sky.ring.run(last, waker, soon()).has_value());
}

BOOST_AUTO_TEST_CASE(a_loop_by_a_ring_watches_nothing) {
    if (lacks_ring()) return;
    Sky sky;
    auto listener = listening_on_loopback<V4>().set_nonblocking().value();
    const auto watched = static_cast<Loop&>(sky.ring).watch(std::move(listener));
    BOOST_TEST((watched.error() == errc::capacity_exceeded));
}

BOOST_AUTO_TEST_CASE(a_waker_that_was_moved_from_stops_what_would_run_by_a_ring) {
    if (lacks_ring()) return;
    Sky sky;
    auto waker = Waker::open().value();
    const Waker kept = std::move(waker);
    Kept waiting;
    auto [client, server] = connected_pair<V4>();
    start(sky.scope, receive_by_ring(sky.scope, sky, std::move(server), Deadline::never(), waiting));
    BOOST_TEST(fails_with(sky.ring.run(sky.scope, waker), errc::moved_from));  // NOLINT(bugprone-use-after-move)
    BOOST_TEST((waiting.why == errc::moved_from));
    BOOST_TEST(sky.scope.is_empty());
}

BOOST_AUTO_TEST_CASE(an_operation_that_is_not_awaited_is_not_begun_and_closes_its_socket) {
    if (lacks_ring()) return;
    Sky sky;
    auto [client, server] = connected_pair<V4>();
    static_cast<void>(sky.ring.submit<FlyingReceive>(std::move(server), sky.buffers.take().value()));
    BOOST_TEST(sky.ring.in_flight() == 0u);
    BOOST_TEST(sky.buffers.in_use() == 0u);
    std::byte room[1];
    BOOST_TEST(fails_with(client.recv(room, soon()), errc::end_of_stream));
}

struct FailingCalls : posix::UringCalls {
    static int enter(int ring, unsigned given, unsigned awaited, unsigned flags,
                     const posix::uring::EnterArgument* argument) {
        if (failures == 0) return UringCalls::enter(ring, given, awaited, flags, argument);
        --failures;
        errno = ENOMEM;
        return -1;
    }
    static inline int failures = 0;
};
BOOST_AUTO_TEST_CASE(a_wait_of_a_ring_that_fails_is_an_error_and_stops_what_runs) {
    if (lacks_ring()) return;
    using Failing = BasicRingLoop<posix::BasicUring<FailingCalls>, 4, FlyingReceive>;
    Failing ring(Failing::probe().value());
    FrameSlab<4096, 1> slab;
    Scope scope(ring, slab);
    bool is_over = false;
    const auto nap = [](Scope&, bool& over) -> Task<> {
        const auto slept = co_await sleep_until(soon());
        over = true;
        co_return slept;
    };
    start(scope, nap(scope, is_over));
    FailingCalls::failures = 1;
    BOOST_TEST(fails_with(ring.turn(in(5ms)), std::errc::not_enough_memory));
    BOOST_TEST(!is_over);
    FailingCalls::failures = 1;
    BOOST_TEST(fails_with(ring.run(scope), std::errc::not_enough_memory));
    BOOST_TEST(is_over);
    BOOST_TEST(FailingCalls::failures == 0);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
