// SPDX-License-Identifier: BSL-1.0
#include "../support/fault_sweep.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <estate/adopt.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/halves.hpp>
#include <estate/nonblocking.hpp>
#include <estate/unix.hpp>
#include <utility>

#include "../support/loopback.hpp"
#include "../support/scratch.hpp"
#include "faulty_unix.hpp"

// The lives of Unix-domain sockets, and of sockets that are passed over them.

namespace {
using namespace estate;
using namespace estate::test;

std::array<std::byte, 64> space{};
const ConstBuffer parts[] = {as_buffer("ab"), as_buffer("cd")};
const MutableBuffer places[] = {space};

result<void> a_stream_at_a_path(Deadline until) {
    const Scratch scratch;
    BOOST_OUTCOME_TRY(auto created, new_socket<FaultyStream>());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(scratch.at("s")));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(listener.set_backlog(Backlog(8)));
    BOOST_OUTCOME_TRY(auto another, new_socket<FaultyStream>());
    BOOST_OUTCOME_TRY(auto named, std::move(another).bind(scratch.at("c")));
    BOOST_OUTCOME_TRY(auto client, std::move(named).connect(scratch.at("s"), until));
    BOOST_OUTCOME_TRY(auto accepted, listener.accept_from(until));
    auto& server = accepted.socket;
    if (accepted.peer != scratch.at("c")) return errc::invalid_argument;
    BOOST_OUTCOME_TRY(server.peer_credentials());
    BOOST_OUTCOME_TRY(server.local_addr());
    BOOST_OUTCOME_TRY(server.set(option::send_buffer{8192}));
    BOOST_OUTCOME_TRY(client.send_all("abcd", until));
    BOOST_OUTCOME_TRY(server.recv_exact(MutableBuffer(space).first(4), until));
    BOOST_OUTCOME_TRY(server.send_vectored(parts, until));
    BOOST_OUTCOME_TRY(client.recv_vectored(places, until));
    BOOST_OUTCOME_TRY(auto halves, std::move(client).split());
    BOOST_OUTCOME_TRY(halves.writer.send("x", until));
    BOOST_OUTCOME_TRY(server.recv(space, until));
    BOOST_OUTCOME_TRY(auto whole, std::move(halves.reader).join(std::move(halves.writer)));
    BOOST_OUTCOME_TRY(auto half, std::move(whole).shutdown_send());
    BOOST_OUTCOME_TRY(std::move(server).finish(until));
    BOOST_OUTCOME_TRY(std::move(half).finish_or_abort(until));
    return success();
}

result<void> a_stale_file_that_is_bound_over(Deadline) {
    const Scratch scratch;
    {
        BOOST_OUTCOME_TRY(auto created, new_socket<FaultyStream>());
        BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(scratch.at("s")));
        ::close(std::move(bound).release());  // its file stays
    }
    BOOST_OUTCOME_TRY(auto created, new_socket<FaultyStream>());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_over_stale(scratch.at("s")));
    BOOST_OUTCOME_TRY(std::move(bound).close());
    return success();
}

result<void> a_stream_that_never_waits(Deadline until) {
    const Scratch scratch;
    BOOST_OUTCOME_TRY(auto created, new_socket<FaultyStream>());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(scratch.at("s")));
    BOOST_OUTCOME_TRY(auto waiting, std::move(bound).listen());
    BOOST_OUTCOME_TRY(auto listener, std::move(waiting).set_nonblocking());
    BOOST_OUTCOME_TRY(auto another, new_socket<FaultyStream>());
    BOOST_OUTCOME_TRY(auto client, std::move(another).connect(scratch.at("s"), until));
    BOOST_OUTCOME_TRY(auto accepted, listener.accept_from());
    if (accepted.would_block()) return success();  // an injected "would block"
    BOOST_OUTCOME_TRY(accepted.value().socket.send("x"));
    BOOST_OUTCOME_TRY(accepted.value().socket.recv(space));
    return success();
}

result<void> packets_of_a_pair(Deadline until) {
    BOOST_OUTCOME_TRY(auto pair, new_pair<FaultySeqpacket>());
    BOOST_OUTCOME_TRY(pair.first.send("ab", until));
    BOOST_OUTCOME_TRY(pair.second.recv(space, until));
    BOOST_OUTCOME_TRY(auto half, std::move(pair.first).shutdown_send());
    BOOST_OUTCOME_TRY(std::move(pair.second).finish_or_abort(until));
    BOOST_OUTCOME_TRY(std::move(half).shutdown_receive());
    return success();
}

result<void> datagrams_at_paths(Deadline until) {
    const Scratch scratch;
    BOOST_OUTCOME_TRY(auto created, new_socket<FaultyDatagram>());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(scratch.at("s")));
    BOOST_OUTCOME_TRY(auto another, new_socket<FaultyDatagram>());
    BOOST_OUTCOME_TRY(auto client, std::move(another).bind(scratch.at("c")));
    BOOST_OUTCOME_TRY(client.send_to("abcd", scratch.at("s"), until));
    BOOST_OUTCOME_TRY(bound.recv_from(space, until));
    BOOST_OUTCOME_TRY(auto fixed, std::move(client).connect(scratch.at("s"), until));
    BOOST_OUTCOME_TRY(fixed.send("abcd", until));
    BOOST_OUTCOME_TRY(bound.recv_from(space, until));
    BOOST_OUTCOME_TRY(bound.send_to("x", scratch.at("c"), until));
    BOOST_OUTCOME_TRY(fixed.recv(space, until));
    return success();
}

/// Over a transport; what is passed is found again by the calls of adopt().
template <class Over>
result<void> a_listener_that_is_passed(Deadline until) {
    BOOST_OUTCOME_TRY(auto pair, new_pair<Over>());
    BOOST_OUTCOME_TRY(auto created, new_socket<FaultyTcp<V4>>());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(SocketAddress<V4>::loopback(0)));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(pair.first.send_socket(std::move(listener), "take it", until));
    BOOST_OUTCOME_TRY(const auto there, pair.second.template recv_socket<FaultyTcp<V4>>(until));
    return success();
}

constexpr Life lives[] = {{"a stream at a path", a_stream_at_a_path},
                          {"a stale file that is bound over", a_stale_file_that_is_bound_over},
                          {"a stream that never waits", a_stream_that_never_waits},
                          {"packets of a pair", packets_of_a_pair},
                          {"datagrams", datagrams_at_paths},
                          {"a listener that is passed over a stream", a_listener_that_is_passed<FaultyStream>},
                          {"a listener that is passed by datagrams", a_listener_that_is_passed<FaultyDatagram>},
                          {"a listener that is passed in packets", a_listener_that_is_passed<FaultySeqpacket>}};

BOOST_AUTO_TEST_SUITE(fault_sweep)

BOOST_AUTO_TEST_CASE(every_error_at_every_position_of_every_call_is_told_and_leaks_nothing) {
    sweep_every_error(lives);
}

BOOST_AUTO_TEST_CASE(interrupted_or_refused_for_ever_from_any_position_a_life_ends_and_makes_few_calls) {
    sweep_for_ever(lives);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
