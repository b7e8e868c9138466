// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <estate/unix.hpp>
#include <string>
#include <thread>
#include <vector>

#include "../support/check.hpp"
#include "../support/child.hpp"
#include "../support/descriptors.hpp"
#include "faulty_unix.hpp"
#include "../support/loopback.hpp"
#include "../support/scratch.hpp"
#include "../support/time.hpp"

namespace {
using namespace estate;
using namespace estate::test;

template <class T = UnixStream>
ListeningSocket<T> listening_at(const UnixAddress& at, Backlog backlog = {}) {
    return new_socket<T>().value().bind(at).value().listen(backlog).value();
}
template <class T = UnixStream>
ConnectedSocket<T> client_of(const UnixAddress& at) {
    return new_socket<T>().value().connect(at, soon()).value();
}

/// What comes next, of a stream or as a packet.
template <class S>
std::string said_to(const S& socket) {
    std::byte room[64];
    const auto got = socket.recv(room, soon());
    if (!got) return got.assume_error().message();
    if constexpr (Stream<typename S::transport>) {
        return std::string(as_text(std::span(room).first(got.assume_value())));
    } else {
        return std::string(as_text(std::span(room).first(got.assume_value().size)));
    }
}

using Connections = std::tuple<UnixStream, UnixSeqpacket>;

BOOST_AUTO_TEST_SUITE(streams)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_connection_over_a_path_carries_bytes_both_ways_to_its_end, T, Connections) {
    const Scratch scratch;
    const auto listener = listening_at<T>(scratch.at("s"));
    auto client = client_of<T>(scratch.at("s"));
    auto server = listener.accept(soon()).value();
    BOOST_TEST(closes_on_exec(server.handle()));
    BOOST_TEST(!is_nonblocking(server.handle()));
    BOOST_TEST(!is_nonblocking(client.handle()));
    BOOST_TEST(succeeds(client.send("ping")));
    BOOST_TEST(said_to(server) == "ping");
    auto half = std::move(client).shutdown_send().value();
    std::byte room[8];
    BOOST_TEST(fails_with(server.recv(room, soon()), errc::end_of_stream));
    BOOST_TEST(succeeds(server.send("pong", soon())));
    BOOST_TEST(succeeds(half.recv(room, soon())));
    BOOST_TEST(fails_with(std::move(half).finish(past()), errc::deadline_exceeded));  // the server has not ended
    BOOST_TEST(fails_with(server.send("late"), std::errc::broken_pipe));
}

BOOST_AUTO_TEST_CASE(the_credentials_are_those_of_the_process_at_the_other_end) {
    const PeerCredentials own{::getpid(), ::geteuid(), ::getegid()};
    const auto pair = new_pair<UnixStream>().value();
    BOOST_TEST((pair.first.peer_credentials().value() == own));
    const Scratch scratch;
    const auto listener = listening_at(scratch.at("s"));
    const int code = exit_code_of_child([&] {
        const auto client = client_of(scratch.at("s"));
        std::byte room[1];
        (void)client.recv(room, soon());
        return client.peer_credentials().value().process == ::getppid() ? 0 : 1;
    });
    const auto server = listener.accept(soon()).value();
    BOOST_TEST(code == 0);  // it has gone
    BOOST_TEST(server.peer_credentials().value().process != ::getpid());
    BOOST_TEST(server.peer_credentials().value().user == ::geteuid());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_pair_is_connected_and_closed_on_exec, T, Connections) {
    auto [first, second] = new_pair<T>().value();
    BOOST_TEST((closes_on_exec(first.handle()) && closes_on_exec(second.handle())));
    BOOST_TEST((first.local_addr().value().is_unnamed() && first.remote_addr().value().is_unnamed()));
    BOOST_TEST(succeeds(first.send("x")));
    BOOST_TEST(said_to(second) == "x");
    BOOST_TEST(succeeds(std::move(first).close()));
    std::byte room[1];
    BOOST_TEST(fails_with(second.recv(room, soon()), errc::end_of_stream));
}

BOOST_AUTO_TEST_CASE(a_connect_to_a_full_backlog_keeps_its_deadline_and_does_not_spin) {
    const Scratch scratch;
    const auto listener = listening_at(scratch.at("s"), Backlog(1));
    std::vector<ConnectedSocket<UnixStream>> queued;
    for (;;) {
        auto more = unix_stream().value().connect(scratch.at("s"), in(1ms));
        if (!more) break;
        queued.push_back(std::move(more).assume_value());
        BOOST_REQUIRE(queued.size() < 10u);
    }
    const Faults faults;
    BOOST_TEST(fails_with(new_socket<FaultyStream>().value().connect(scratch.at("s"), in(100ms)),
                          errc::deadline_exceeded));
    BOOST_TEST(faults.made(Call::connect) < 20);
    const auto once = faults.made(Call::connect);
    BOOST_TEST(fails_with(new_socket<FaultyStream>().value().connect(scratch.at("s"), past()), errc::deadline_exceeded));
    BOOST_TEST(faults.made(Call::connect) == once + 1);
    std::jthread room_maker([&] { (void)listener.accept(soon()); });
    BOOST_TEST(succeeds(unix_stream().value().connect(scratch.at("s"), soon())));
}

BOOST_AUTO_TEST_CASE(a_waker_ends_every_wait) {
    const auto waker = Waker::open().value();
    const Scratch scratch;
    const auto listener = listening_at(scratch.at("s"), Backlog(1));
    std::vector<ConnectedSocket<UnixStream>> queued;
    while (auto more = unix_stream().value().connect(scratch.at("s"), in(1ms))) {
        queued.push_back(std::move(more).assume_value());
    }
    const auto idle = new_pair<UnixStream>().value();
    std::byte room[1];
    const auto wakes = [&](auto wait) {
        waker.reset();
        const std::jthread other([&] { waker.wake(); });
        return fails_with(wait(), errc::stopped);
    };
    BOOST_TEST(wakes([&] { return unix_stream().value().connect(scratch.at("s"), waker); }));
    BOOST_TEST(wakes([&] { return idle.first.recv(room, waker); }));
    BOOST_TEST(wakes([&] { return idle.first.recv_socket<Tcp<V4>>(waker); }));
    BOOST_TEST(wakes([&] { return listening_at(scratch.at("idle")).accept(waker); }));
    BOOST_TEST(fails_with(idle.first.send_socket(tcp_v4().value(), {}, waker), errc::stopped));  // it is raised
}

BOOST_AUTO_TEST_CASE(an_interrupted_connect_is_made_again_until_the_deadline) {
    const Scratch scratch;
    const auto listener = listening_at(scratch.at("s"));
    {
        const Faults faults{refuse(Call::connect, EINTR, 3)};
        BOOST_TEST(succeeds(new_socket<FaultyStream>().value().connect(scratch.at("s"))));
        BOOST_TEST(faults.all_happened());
    }
    const Faults faults{refuse(Call::connect, EINTR, always)};
    BOOST_TEST(fails_with(new_socket<FaultyStream>().value().connect(scratch.at("s"), in(5ms)),
                          errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(an_empty_packet_is_not_sent_and_one_of_a_stranger_is_no_end) {
    auto [first, second] = new_pair<UnixSeqpacket>().value();
    BOOST_TEST(fails_with(first.send(""), errc::invalid_argument));
    BOOST_TEST(fails_with(first.send("", soon()), errc::invalid_argument));
    BOOST_TEST(::send(first.handle(), "", 0, 0) == 0);
    std::byte room[4];
    BOOST_TEST(second.recv(room, soon()).value().size == 0u);
    BOOST_TEST(succeeds(std::move(first).close()));
    BOOST_TEST(fails_with(second.recv(room, soon()), errc::end_of_stream));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
