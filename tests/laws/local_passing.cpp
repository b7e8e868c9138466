// SPDX-License-Identifier: BSL-1.0
// Sockets that are passed: sent, they are gone here; received, they are in the state that the system shows.

#include "local_ground.hpp"

namespace {
using namespace estate;
using namespace estate::test;

using Transports = std::tuple<UnixStream, UnixDatagram, UnixSeqpacket>;

/// What arrives of a socket that is passed over a pair.
template <class T, class Over = UnixStream, class S>
AdoptedSocket<T> over_a_pair(S&& socket) {
    const auto pair = new_pair<Over>().value();
    BOOST_TEST(succeeds(pair.first.send_socket(std::forward<S>(socket))));
    return pair.second.template recv_socket<T>(soon()).value();
}

BOOST_AUTO_TEST_SUITE(local_passing)

BOOST_AUTO_TEST_CASE(every_state_arrives_as_what_it_was) {
    BOOST_TEST(over_a_pair<Tcp<V4>>(tcp_v4().value()).state_name() == std::string("Created"));
    BOOST_TEST(over_a_pair<Tcp<V4>>(bound_to_loopback<V4>()).state_name() == std::string("Bound"));
    {
        auto [client, server] = connected_pair<V4>();
        BOOST_TEST(over_a_pair<Tcp<V4>>(std::move(client)).state_name() == std::string("Connected"));
    }
    {
        auto [client, server] = connected_pair<V4>();
        auto half = std::move(client).shutdown_send().value();
        BOOST_TEST(over_a_pair<Tcp<V4>>(std::move(half)).state_name() == std::string("SendClosed"));
    }
    BOOST_TEST(over_a_pair<Udp<V4>>(udp_v4().value()).state_name() == std::string("Created"));
    BOOST_TEST(over_a_pair<Udp<V4>>(datagrams_on_loopback<V4>()).state_name() == std::string("Bound"));
    BOOST_TEST(over_a_pair<UnixStream>(unix_stream().value()).state_name() == std::string("Created"));
    auto pair = new_pair<UnixSeqpacket>().value();
    BOOST_TEST(over_a_pair<UnixSeqpacket>(std::move(pair.first)).state_name() == std::string("Connected"));
}

BOOST_AUTO_TEST_CASE(bytes_go_with_a_socket) {
    const auto pair = new_pair<UnixStream>().value();
    BOOST_TEST(pair.first.send_socket(udp_v6().value(), "for you").value() == 7u);
    std::byte room[16];
    auto got = pair.second.recv_socket<Udp<V6>>(room, soon()).value();
    BOOST_TEST(as_text(std::span(room).first(got.size)) == "for you");
    BOOST_TEST(succeeds(got.socket));
}

BOOST_AUTO_TEST_CASE(a_failed_send_hands_the_socket_back) {
    auto pair = new_pair<UnixStream>().value();
    BOOST_TEST(succeeds(std::move(pair.second).close()));
    auto failed = pair.first.send_socket(listening_on_loopback<V4>());
    BOOST_TEST(fails_with(failed, std::errc::broken_pipe));
    BOOST_TEST(succeeds(failed.assume_error().socket.local_addr()));
    const auto moved = std::move(failed.assume_error().socket);
    BOOST_TEST(fails_with(pair.first.send_socket(std::move(failed.assume_error().socket)), errc::moved_from));
}

BOOST_AUTO_TEST_CASE(the_file_of_a_passed_socket_stays_until_somebody_removes_it) {
    const Scratch scratch;
    auto listener = unix_stream().value().bind(scratch.at("s")).value().listen().value();
    {
        const auto there = over_a_pair<UnixStream>(std::move(listener)).take<Listening>();
        BOOST_TEST(is_there(scratch.at("s")));
        BOOST_TEST(succeeds(unix_stream().value().connect(scratch.at("s"), soon())));
    }
    BOOST_TEST(is_there(scratch.at("s")));
    BOOST_TEST(succeeds(unix_stream().value().bind_over_stale(scratch.at("s"))));
}

BOOST_AUTO_TEST_CASE(a_socket_with_a_hold_is_sent_without_it) {
    CountedHold<V4> hold("127.0.0.1"_ip4);
    const auto watch = hold.share();
    auto bound = tcp_v4().value().bind(std::move(hold), 0).value();
    const auto pair = new_pair<UnixStream>().value();
    auto kept = pair.first.send_socket_without_hold(std::move(bound).listen().value());
    BOOST_REQUIRE(succeeds(kept));
    BOOST_TEST((kept.assume_value().address() == "127.0.0.1"_ip4));
    BOOST_TEST(pair.second.recv_socket<Tcp<V4>>(soon()).value().is<Listening>());
}

// Linux looks for circles when a Unix-domain socket ends, others when a message is sent or at times.
void end_another() { (void)new_pair<UnixStream>().value().first.send("x"); }

using Connections = std::tuple<UnixStream, UnixSeqpacket>;

BOOST_AUTO_TEST_CASE_TEMPLATE(sockets_that_carry_each_other_end_when_nobody_can_receive_them, T, Connections) {
    auto one = new_pair<T>().value();
    auto two = new_pair<T>().value();
    BOOST_REQUIRE(succeeds(two.second.send_socket(std::move(one.first), "of one")));  // waits in two.first
    BOOST_REQUIRE(succeeds(one.second.send("for one")));
    end_another();
    std::byte room[8];
    BOOST_TEST(fails_with(one.second.recv(room, in(1ms)), errc::deadline_exceeded));
    BOOST_REQUIRE(succeeds(one.second.send_socket(std::move(two.first), "of two")));  // waits in one.first
    end_another();
    BOOST_TEST(fails_with(one.second.recv(room, soon()), errc::end_of_stream));  // no reset over what is unread
    BOOST_TEST(fails_with(two.second.recv(room, soon()), errc::end_of_stream));
    BOOST_TEST(fails_with(one.second.send("late"), std::errc::broken_pipe));
}

BOOST_AUTO_TEST_CASE(a_socket_that_waits_in_one_that_waits_can_be_received) {
    const auto way = new_pair<UnixStream>().value();
    auto one = new_pair<UnixStream>().value();
    auto two = new_pair<UnixStream>().value();
    BOOST_REQUIRE(succeeds(one.second.send_socket(std::move(two.first), "two")));
    BOOST_REQUIRE(succeeds(way.first.send_socket(std::move(one.first), "one")));
    end_another();
    const auto first = way.second.recv_socket<UnixStream>(soon()).value().take<Connected>();
    const auto second = first.recv_socket<UnixStream>(soon()).value().take<Connected>();
    BOOST_TEST(succeeds(second.send("x")));
    std::byte room[1];
    BOOST_TEST(two.second.recv(room, soon()).value() == 1u);
}

BOOST_AUTO_TEST_CASE(a_listener_that_waits_in_its_own_connection_ends) {
    const Scratch scratch;
    auto listener = unix_stream().value().bind(scratch.at("s")).value().listen().value();
    const auto client = unix_stream().value().connect(scratch.at("s"), soon()).value();
    BOOST_REQUIRE(succeeds(client.send_socket(std::move(listener), "it")));
    end_another();
    std::byte room[1];
    BOOST_TEST(fails_with(client.recv(room, soon()), std::errc::connection_reset));  // it was never accepted
    BOOST_TEST(fails_with(unix_stream().value().connect(scratch.at("s"), soon()), std::errc::connection_refused));
}

BOOST_AUTO_TEST_CASE(a_message_without_a_socket_keeps_its_bytes) {
    const auto pair = new_pair<UnixStream>().value();
    BOOST_TEST(succeeds(pair.first.send("words")));
    std::byte room[16];
    const auto got = pair.second.recv_socket<Tcp<V4>>(room, soon()).value();
    BOOST_TEST(as_text(std::span(room).first(got.size)) == "words");
    BOOST_TEST(fails_with(got.socket, unix_errc::no_socket_passed));
    BOOST_TEST(fails_with(pair.second.recv_socket<Tcp<V4>>(in(1ms)), errc::deadline_exceeded));
    BOOST_TEST(fails_with(pair.second.recv_socket<Tcp<V4>>(MutableBuffer(), soon()), errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(the_end_of_a_stream_is_no_message) {
    auto pair = new_pair<UnixStream>().value();
    BOOST_TEST(succeeds(std::move(pair.first).shutdown_send()));
    BOOST_TEST(fails_with(pair.second.recv_socket<Tcp<V4>>(soon()), errc::end_of_stream));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_goes_on_serving_at_the_other_end, Over, Transports) {
    auto listener = listening_on_loopback<V4>();
    const auto at = listener.local_addr().value();
    auto came = over_a_pair<Tcp<V4>, Over>(std::move(listener));
    BOOST_REQUIRE(came.template is<Listening>());
    const auto there = std::move(came).template take<Listening>();
    BOOST_TEST((there.local_addr().value() == at));
    auto client = tcp_v4().value().connect(at, soon()).value();
    BOOST_TEST(succeeds(there.accept(soon()).value().send("hello")));
    BOOST_TEST(read_text(client, 5) == "hello");
}

BOOST_AUTO_TEST_CASE(what_is_of_another_kind_is_closed_and_named) {
    const auto pair = new_pair<UnixStream>().value();
    const auto before = open_descriptors();
    (void)pair.first.send_socket(tcp_v4().value()).value();
    BOOST_TEST(fails_with(pair.second.recv_socket<Tcp<V6>>(soon()), errc::wrong_family));
    (void)pair.first.send_socket(tcp_v4().value()).value();
    BOOST_TEST(fails_with(pair.second.recv_socket<Udp<V4>>(soon()), errc::wrong_transport));
    (void)pair.first.send_socket(tcp_v4().value()).value();
    BOOST_TEST(fails_with(pair.second.recv_socket<UnixStream>(soon()), errc::wrong_family));
    BOOST_TEST(open_descriptors() == before);
}

BOOST_AUTO_TEST_CASE(a_socket_that_nobody_receives_is_closed_with_the_message) {
    const auto before = open_descriptors();
    {
        const auto pair = new_pair<UnixStream>().value();
        (void)pair.first.send_socket(listening_on_loopback<V4>()).value();
    }
    BOOST_TEST(open_descriptors() == before);
    const auto pair = new_pair<UnixStream>().value();
    auto [client, server] = connected_pair<V4>();
    (void)pair.first.send_socket(std::move(client)).value();
    std::byte room[1];
    BOOST_TEST(succeeds(pair.second.recv(room, soon())));  // takes the bytes, and the system closes what came with them
    BOOST_TEST(fails_with(server.recv(room, soon()), errc::end_of_stream));
}

BOOST_AUTO_TEST_CASE(a_connection_lives_while_it_travels) {
    auto [client, server] = connected_pair<V4>();
    const auto pair = new_pair<UnixSeqpacket>().value();
    BOOST_TEST(pair.first.send_socket(std::move(client)).value() == 1u);
    BOOST_TEST(client.handle() == decltype(client.handle())(-1));
    BOOST_TEST(succeeds(server.send("while it travels")));
    auto there = pair.second.recv_socket<Tcp<V4>>(soon()).value().take<Connected>();
    BOOST_TEST(read_text(there, 16) == "while it travels");
    BOOST_TEST(succeeds(there.send("x")));
    BOOST_TEST(read_text(server, 1) == "x");
}

BOOST_AUTO_TEST_CASE(a_pair_that_carries_one_end_of_itself_hands_it_over) {
    auto pair = new_pair<UnixStream>().value();
    auto other = new_pair<UnixStream>().value();
    (void)pair.first.send_socket(std::move(other.first)).value();
    auto there = pair.second.recv_socket<UnixStream>(soon()).value().take<Connected>();
    BOOST_TEST(succeeds(there.send("y")));
    std::byte room[1];
    BOOST_TEST(succeeds(other.second.recv(room, soon())));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
