// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <estate/adopt.hpp>
#include <estate/error/result.hpp>
#include <utility>

#include "../support/counted_hold.hpp"
#include "../support/descriptor_count.hpp"
#include "../support/faulty.hpp"
#include "../support/sockets.hpp"

// Every error number at every position of every system call, in lives that between them make every call of this
// library. Whatever the kernel answers, a life ends by itself, tells the error and leaves no descriptor open and no
// address held.

namespace {
using namespace estate;
using namespace estate::test;
using Stream = FaultyTcp<V4>;
using Datagrams = FaultyUdp<V4>;

std::array<std::byte, 64> space{};
const ConstBuffer parts[] = {as_buffer("ab"), as_buffer("cd")};
const MutableBuffer places[] = {space};

constexpr auto home = SocketAddress<V4>::loopback(0);

result<ListeningSocket<Stream>> listener_at_home() {
    BOOST_OUTCOME_TRY(auto created, new_socket<Stream>());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(home));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen(Backlog(4)));
    BOOST_OUTCOME_TRY(listener.set_backlog(Backlog(8)));
    return listener;
}

struct Ends {
    ConnectedSocket<Stream> client;
    ConnectedSocket<Stream> server;
};
result<Ends> connected(Deadline until) {
    BOOST_OUTCOME_TRY(auto listener, listener_at_home());
    BOOST_OUTCOME_TRY(const auto at, listener.local_addr());
    BOOST_OUTCOME_TRY(auto created, new_socket<Stream>());
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
    BOOST_OUTCOME_TRY(auto created, new_socket<Stream>());
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
    BOOST_OUTCOME_TRY(auto created, new_socket<Stream>());
    BOOST_OUTCOME_TRY(auto client, std::move(created).connect(at));
    BOOST_OUTCOME_TRY(auto accepted, listener.accept_from());
    BOOST_OUTCOME_TRY(client.send("abcd"));
    BOOST_OUTCOME_TRY(accepted.socket.recv(space));
    BOOST_OUTCOME_TRY(std::move(accepted.socket).abort());
    return success();
}

result<void> a_stream_on_a_held_address(Deadline until) {
    const auto life = [until](CountedHold<V4> hold) -> result<void> {
        BOOST_OUTCOME_TRY(auto created, new_socket<Stream>());
        BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(std::move(hold), Port()));
        BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
        BOOST_OUTCOME_TRY(const auto at, listener.local_addr());
        BOOST_OUTCOME_TRY(auto another, new_socket<Stream>());
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
        auto found = adopt<Stream>(descriptor);
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

struct Life {
    const char* name;
    result<void> (*live)(Deadline);
    bool has_deadlines = true;
};
constexpr Life lives[] = {{"a stream with deadlines", a_stream_with_deadlines},
                          {"a stream that begins to connect", a_stream_that_begins_to_connect},
                          {"a stream without deadlines", a_stream_without_deadlines, false},
                          {"a stream on a held address", a_stream_on_a_held_address},
                          {"datagrams", datagrams},
                          {"sockets that are adopted", sockets_that_are_adopted},
                          {"calls that are stopped", calls_that_are_stopped}};
constexpr int last_errno = 133;  // EHWPOISON; Linux has no further

/// How often each call is made in a life where nothing fails.
[[nodiscard]] std::array<int, calls> counted(const Life& life) {
    const Faults none;
    BOOST_TEST_CONTEXT(life.name) { BOOST_TEST(succeeds(life.live(soon()))); }
    std::array<int, calls> made{};
    for (std::size_t i = 0; i < calls; ++i) made[i] = none.made(static_cast<Call>(i));
    return made;
}

/// A refused close() would keep the descriptor open: it closes, and fails all the same.
[[nodiscard]] Fault fault_at(Call call, int error, int times, int after) {
    return call == Call::close ? spoil(call, error, times, after) : refuse(call, error, times, after);
}

BOOST_AUTO_TEST_SUITE(fault_sweep)

BOOST_AUTO_TEST_CASE(every_error_at_every_position_of_every_call_is_told_and_leaks_nothing) {
    int runs = 0;
    for (const Life& life : lives) {
        const auto made = counted(life);
        const auto before = count_descriptors();
        for (std::size_t i = 0; i < calls; ++i) {
            const auto call = static_cast<Call>(i);
            for (int position = 0; position < made[i]; ++position) {
                for (int error = 1; error <= last_errno; ++error, ++runs) {
                    const auto outcome = [&] {
                        const Faults faults{fault_at(call, error, 1, position)};
                        return life.live(soon());
                    }();
                    const bool is_told =
                        outcome || outcome.assume_error() != errc::moved_from;  // the error of a socket that is lost
                    if (is_told && count_descriptors() == before) continue;
                    BOOST_ERROR(life.name << ": call " << i << ", position " << position << ", errno " << error);
                    return;
                }
            }
        }
    }
    BOOST_TEST(runs > 10'000);
    BOOST_TEST_MESSAGE(runs << " lives with one fault each");
}

BOOST_AUTO_TEST_CASE(interrupted_or_refused_for_ever_from_any_position_a_life_ends_and_makes_few_calls) {
    for (const Life& life : lives) {
        if (!life.has_deadlines) continue;
        const auto made = counted(life);
        int all = 0;
        for (const int count : made) all += count;
        const auto before = count_descriptors();
        for (std::size_t i = 0; i < calls; ++i) {
            const auto call = static_cast<Call>(i);
            if (call == Call::poll || call == Call::close) continue;
            for (int position = 0; position < made[i]; ++position) {
                for (const int error : {EINTR, EAGAIN}) {
                    const Faults faults{fault_at(call, error, always, position)};
                    (void)life.live(Deadline::at_once());
                    // Two half-closed ends drop at most 256 pieces each before they close, whatever the calls say.
                    const bool drops = call == Call::recvmsg && error == EINTR;
                    BOOST_TEST(faults.made() <= all + (drops ? 600 : 20),
                               life.name << ": call " << i << ", position " << position << ", errno " << error << ": "
                                         << faults.made() << " calls, " << all << " without faults");
                    BOOST_TEST(count_descriptors() == before);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
