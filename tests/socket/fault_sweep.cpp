// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <boost/test/unit_test.hpp>
#include <estate/adopt.hpp>
#include <estate/error/result.hpp>
#include <estate/halves.hpp>
#include <estate/nonblocking.hpp>
#include <estate/packet_info.hpp>
#include <utility>

#include "../support/counted_hold.hpp"
#include "../support/fault_sweep.hpp"
#include "../support/sockets.hpp"

// The lives of TCP and UDP, of which none leaves an address held.

namespace {
using namespace estate;
using namespace estate::test;
using FaultyTcpV4 = FaultyTcp<V4>;
using Datagrams = FaultyUdp<V4>;

std::array<std::byte, 64> space{};
const ConstBuffer parts[] = {as_buffer("ab"), as_buffer("cd")};
const MutableBuffer places[] = {space};

constexpr auto home = SocketAddress<V4>::loopback(0);

result<ListeningSocket<FaultyTcpV4>> listener_at_home() {
    BOOST_OUTCOME_TRY(auto created, new_socket<FaultyTcpV4>());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(home));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen(Backlog(4)));
    BOOST_OUTCOME_TRY(listener.set_backlog(Backlog(8)));
    return listener;
}

struct Ends {
    ConnectedSocket<FaultyTcpV4> client;
    ConnectedSocket<FaultyTcpV4> server;
};
result<Ends> connected(Deadline until) {
    BOOST_OUTCOME_TRY(auto listener, listener_at_home());
    BOOST_OUTCOME_TRY(const auto at, listener.local_addr());
    BOOST_OUTCOME_TRY(auto created, new_socket<FaultyTcpV4>());
    BOOST_OUTCOME_TRY(auto client, std::move(created).connect(at, in(20ms)));
    BOOST_OUTCOME_TRY(auto server, listener.accept(until));
    return Ends{std::move(client), std::move(server)};
}

result<void> a_stream_with_deadlines(Deadline until) {
    BOOST_OUTCOME_TRY(auto ends, connected(until));
    auto& [client, server] = ends;
    BOOST_OUTCOME_TRY(client.send("abcd", until));
    BOOST_OUTCOME_TRY(server.recv(space, until));
    BOOST_OUTCOME_TRY(client.send_vectored(parts, until));
    BOOST_OUTCOME_TRY(server.recv_vectored(places, until));
    BOOST_OUTCOME_TRY(client.send_all("abcd", until));
    BOOST_OUTCOME_TRY(server.recv_exact(MutableBuffer(space).first(4), until));
    BOOST_OUTCOME_TRY(server.set(option::no_delay{true}));
    BOOST_OUTCOME_TRY(server.get<option::no_delay>());
    BOOST_OUTCOME_TRY(auto half, std::move(client).shutdown_send());
    BOOST_OUTCOME_TRY(std::move(server).finish(until));
    BOOST_OUTCOME_TRY(std::move(half).finish_or_abort(until));
    return success();
}

result<void> a_stream_that_begins_to_connect(Deadline until) {
    BOOST_OUTCOME_TRY(auto listener, listener_at_home());
    BOOST_OUTCOME_TRY(const auto at, listener.local_addr());
    BOOST_OUTCOME_TRY(auto created, new_socket<FaultyTcpV4>());
    BOOST_OUTCOME_TRY(auto connecting, std::move(created).begin_connect(at));
    BOOST_OUTCOME_TRY(auto client, std::move(connecting).finish_connect(in(20ms)));
    BOOST_OUTCOME_TRY(auto accepted, listener.accept_from(until));
    BOOST_OUTCOME_TRY(const auto peer, accepted.socket.remote_addr());
    if (peer != accepted.peer) return errc::invalid_argument;
    BOOST_OUTCOME_TRY(auto receives, std::move(accepted.socket).shutdown_send());
    BOOST_OUTCOME_TRY(std::move(receives).shutdown_receive());
    BOOST_OUTCOME_TRY(auto sends, std::move(client).shutdown_receive());
    BOOST_OUTCOME_TRY(std::move(sends).shutdown_send());
    return success();
}

result<void> a_stream_without_deadlines(Deadline) {
    BOOST_OUTCOME_TRY(auto listener, listener_at_home());
    BOOST_OUTCOME_TRY(const auto at, listener.local_addr());
    BOOST_OUTCOME_TRY(auto created, new_socket<FaultyTcpV4>());
    BOOST_OUTCOME_TRY(auto client, std::move(created).connect(at));
    BOOST_OUTCOME_TRY(auto accepted, listener.accept_from());
    BOOST_OUTCOME_TRY(client.send("abcd"));
    BOOST_OUTCOME_TRY(accepted.socket.recv(space));
    BOOST_OUTCOME_TRY(std::move(accepted.socket).abort());
    return success();
}

result<void> a_stream_on_a_held_address(Deadline until) {
    const auto life = [until](CountedHold<V4> hold) -> result<void> {
        BOOST_OUTCOME_TRY(auto created, new_socket<FaultyTcpV4>());
        BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(std::move(hold), Port()));
        BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
        BOOST_OUTCOME_TRY(const auto at, listener.local_addr());
        BOOST_OUTCOME_TRY(auto another, new_socket<FaultyTcpV4>());
        BOOST_OUTCOME_TRY(auto client, std::move(another).connect(at, in(20ms)));
        BOOST_OUTCOME_TRY(auto server, listener.accept(until));
        BOOST_OUTCOME_TRY(std::move(server).close());
        return success();
    };
    CountedHold<V4> hold(IpAddress<V4>::loopback());
    const auto binding = hold.binding();
    const auto outcome = life(std::move(hold));
    if (binding.users() != 0) BOOST_ERROR("an address is held after the last socket on it");
    return outcome;
}

result<void> datagrams(Deadline until) {
    BOOST_OUTCOME_TRY(auto created, new_socket<Datagrams>());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(home));
    BOOST_OUTCOME_TRY(const auto self, bound.local_addr());
    BOOST_OUTCOME_TRY(bound.send_to("abcd", self, until));
    BOOST_OUTCOME_TRY(bound.recv_from(space, until));
    BOOST_OUTCOME_TRY(auto fixed, std::move(bound).connect(self));
    BOOST_OUTCOME_TRY(fixed.send("abcd", until));
    BOOST_OUTCOME_TRY(fixed.recv(space, until));
    BOOST_OUTCOME_TRY(auto again, std::move(fixed).connect(self));
    BOOST_OUTCOME_TRY(auto free, std::move(again).disconnect());
    BOOST_OUTCOME_TRY(free.set(option::hop_limit{7}));
    BOOST_OUTCOME_TRY(std::move(free).close());
    return success();
}

result<void> sockets_that_are_adopted(Deadline until) {
    BOOST_OUTCOME_TRY(auto ends, connected(until));
    const auto take_over = [](int descriptor) -> result<void> {
        auto found = adopt<FaultyTcpV4>(descriptor);
        if (!found) {
            ::close(descriptor);  // still ours
            return found.assume_error();
        }
        return success();
    };
    BOOST_OUTCOME_TRY(ends.client.send("x", until));
    BOOST_OUTCOME_TRY(take_over(std::move(ends.client).release()));
    BOOST_OUTCOME_TRY(auto listener, listener_at_home());
    BOOST_OUTCOME_TRY(take_over(std::move(listener).release()));
    return success();
}

result<void> calls_that_are_stopped(Deadline until) {
    BOOST_OUTCOME_TRY(const auto waker, FaultyWaker::open());
    BOOST_OUTCOME_TRY(auto ends, connected(until));
    BOOST_OUTCOME_TRY(ends.client.send("x", {waker, until}));
    waker.wake();
    const auto stopped = ends.server.recv(space, {waker, until});
    if (stopped || stopped.assume_error() != errc::stopped) return errc::invalid_argument;
    waker.reset();
    BOOST_OUTCOME_TRY(ends.server.recv(space, {waker, until}));
    return success();
}

result<void> halves_of_a_stream(Deadline until) {
    BOOST_OUTCOME_TRY(auto ends, connected(until));
    BOOST_OUTCOME_TRY(auto halves, std::move(ends.client).split());
    BOOST_OUTCOME_TRY(halves.writer.send_all("abcd", until));
    BOOST_OUTCOME_TRY(ends.server.recv_exact(MutableBuffer(space).first(4), until));
    BOOST_OUTCOME_TRY(ends.server.send("x", until));
    BOOST_OUTCOME_TRY(halves.reader.peek(space, until));
    BOOST_OUTCOME_TRY(halves.reader.recv(space, until));
    BOOST_OUTCOME_TRY(halves.reader.remote_addr());
    BOOST_OUTCOME_TRY(halves.writer.set(option::no_delay{true}));
    BOOST_OUTCOME_TRY(auto whole, std::move(halves.reader).join(std::move(halves.writer)));
    BOOST_OUTCOME_TRY(auto again, std::move(whole).split());
    BOOST_OUTCOME_TRY(auto shut, std::move(again.writer).shutdown_send());
    BOOST_OUTCOME_TRY(auto rest, std::move(again.reader).join(std::move(shut)));
    BOOST_OUTCOME_TRY(std::move(rest).close());
    BOOST_OUTCOME_TRY(auto others, std::move(ends.server).split());
    BOOST_OUTCOME_TRY(auto deaf, std::move(others.reader).shutdown_receive());
    BOOST_OUTCOME_TRY(std::move(deaf).close());
    BOOST_OUTCOME_TRY(std::move(others.writer).close());
    return success();
}

result<void> a_stream_that_never_waits(Deadline until) {
    BOOST_OUTCOME_TRY(auto waiting, listener_at_home());
    BOOST_OUTCOME_TRY(const auto at, waiting.local_addr());
    BOOST_OUTCOME_TRY(auto listener, std::move(waiting).set_nonblocking());
    BOOST_OUTCOME_TRY(listener.accept());
    BOOST_OUTCOME_TRY(auto created, new_socket<FaultyTcpV4>());
    BOOST_OUTCOME_TRY(auto client, std::move(created).connect(at, until));
    BOOST_OUTCOME_TRY(auto accepted, listener.accept_from());
    if (accepted.would_block()) return success();  // an injected "would block"
    BOOST_OUTCOME_TRY(client.send("x", until));
    BOOST_OUTCOME_TRY(accepted.value().socket.recv(space));
    BOOST_OUTCOME_TRY(accepted.value().socket.send("y"));
    BOOST_OUTCOME_TRY(accepted.value().socket.recv_vectored(places));
    BOOST_OUTCOME_TRY(accepted.value().socket.send_vectored(parts));
    BOOST_OUTCOME_TRY(auto waits, std::move(accepted.value().socket).set_blocking());
    BOOST_OUTCOME_TRY(std::move(waits).abort());
    return success();
}

result<void> datagrams_in_bulk(Deadline until) {
    BOOST_OUTCOME_TRY(auto created, new_socket<Datagrams>());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(home));
    BOOST_OUTCOME_TRY(const auto self, bound.local_addr());
    const OutgoingDatagram<SocketAddress<V4>> leaving[] = {{as_buffer("ab"), self}, {as_buffer("cd"), self}};
    const MutableBuffer room(space);
    IncomingDatagram<SocketAddress<V4>> arriving[2] = {{room.first(32)}, {room.subspan(32)}};
    BOOST_OUTCOME_TRY(bound.send_batch(leaving, until));
    BOOST_OUTCOME_TRY(bound.recv_batch(arriving, until));
    BOOST_OUTCOME_TRY(auto fixed, std::move(bound).connect(self));
    BOOST_OUTCOME_TRY(fixed.send_batch(parts, until));
    BOOST_OUTCOME_TRY(fixed.recv_batch(arriving, until));
    return success();
}

/// Where the kernel cuts and joins datagrams; udp_batch.cpp says where it does not.
result<void> datagrams_in_segments(Deadline until) {
    static const bool are_there = new_udp<V4>().value().with_segments().has_value();
    if (!are_there) return success();
    BOOST_OUTCOME_TRY(auto created, new_socket<Datagrams>());
    BOOST_OUTCOME_TRY(auto cuts, std::move(created).with_segments());
    BOOST_OUTCOME_TRY(auto bound, std::move(cuts).bind(home));
    BOOST_OUTCOME_TRY(const auto self, bound.local_addr());
    BOOST_OUTCOME_TRY(bound.send_segments(as_buffer("abcdef"), 2, self, until));
    BOOST_OUTCOME_TRY(bound.recv_segments(space, until));
    return success();
}

result<void> datagrams_with_packet_info(Deadline until) {
    BOOST_OUTCOME_TRY(auto created, new_socket<Datagrams>());
    BOOST_OUTCOME_TRY(auto informed, std::move(created).with_packet_info());
    BOOST_OUTCOME_TRY(auto bound, std::move(informed).bind(home));
    BOOST_OUTCOME_TRY(const auto self, bound.local_addr());
    BOOST_OUTCOME_TRY(bound.send_to("abcd", self, until));
    BOOST_OUTCOME_TRY(const auto got, bound.recv_from(space, until));
    BOOST_OUTCOME_TRY(bound.send_to(as_buffer("abcd"), got.sender, got.source, until));
    BOOST_OUTCOME_TRY(bound.recv_from(space, until));
    return success();
}

constexpr Life lives[] = {{"a stream with deadlines", a_stream_with_deadlines},
                          {"a stream that begins to connect", a_stream_that_begins_to_connect},
                          {"a stream without deadlines", a_stream_without_deadlines, false},
                          {"a stream on a held address", a_stream_on_a_held_address},
                          {"datagrams", datagrams},
                          {"sockets that are adopted", sockets_that_are_adopted},
                          {"calls that are stopped", calls_that_are_stopped},
                          {"halves of a stream", halves_of_a_stream},
                          {"a stream that never waits", a_stream_that_never_waits},
                          {"datagrams in bulk", datagrams_in_bulk},
                          {"datagrams in segments", datagrams_in_segments},
                          {"datagrams with packet information", datagrams_with_packet_info}};

BOOST_AUTO_TEST_SUITE(fault_sweep)

BOOST_AUTO_TEST_CASE(every_error_at_every_position_of_every_call_is_told_and_leaks_nothing) {
    sweep_every_error(lives);
}

BOOST_AUTO_TEST_CASE(interrupted_or_refused_for_ever_from_any_position_a_life_ends_and_makes_few_calls) {
    sweep_for_ever(lives);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
