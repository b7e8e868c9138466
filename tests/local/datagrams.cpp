// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/unix.hpp>
#include <string>
#include <thread>

#include "../support/check.hpp"
#include "../support/descriptors.hpp"
#include "../support/faulty.hpp"
#include "../support/scratch.hpp"
#include "../support/time.hpp"

namespace {
using namespace estate;
using namespace estate::test;

struct FaultyUnix : posix::UnixSockets<Faulty, SOCK_DGRAM> {};
using FaultyDatagram = BasicUnixDatagram<FaultyUnix>;

std::string said(const ReceivedFrom<UnixAddress>& got, const std::byte* room) {
    return std::string(as_text(std::span(room, got.size)));
}
/// Sends until the peer's queue is full.
template <class Send>
int fill(Send send) {
    for (int sent = 0;; ++sent) {
        const auto done = send();
        if (!done && done.assume_error() == errc::deadline_exceeded) return sent;
        (void)done.value();
    }
}

BOOST_AUTO_TEST_SUITE(datagrams)

BOOST_AUTO_TEST_CASE(the_senders_address_is_one_to_answer_to) {
    const Scratch scratch;
    const auto server = unix_datagram().value().bind(scratch.at("server")).value();
    const auto client = unix_datagram().value().bind("estate.datagrams.client"_unix_abstract).value();
    std::byte room[16];
    BOOST_TEST(client.send_to("ping", scratch.at("server")).value() == 4u);
    const auto got = server.recv_from(room, soon()).value();
    BOOST_TEST(said(got, room) == "ping");
    BOOST_TEST((got.sender == "estate.datagrams.client"_unix_abstract));
    BOOST_TEST(succeeds(server.send_to("pong", got.sender)));
    const auto answer = client.recv_from(room).value();
    BOOST_TEST(said(answer, room) == "pong");
    BOOST_TEST((answer.sender == scratch.at("server")));
}

BOOST_AUTO_TEST_CASE(who_has_no_name_can_send_and_cannot_be_answered) {
    const Scratch scratch;
    const auto server = unix_datagram().value().bind(scratch.at("s")).value();
    const auto nobody = unix_datagram().value();
    BOOST_TEST(succeeds(nobody.send_to("", scratch.at("s"))));  // an empty datagram is legal
    std::byte room[16];
    const auto got = server.recv_from(room, soon()).value();
    BOOST_TEST((got.size == 0u && !got.truncated));
    BOOST_TEST(got.sender.is_unnamed());
    BOOST_TEST(fails_with(server.send_to("x", got.sender), unix_errc::address_unnamed));
}

BOOST_AUTO_TEST_CASE(a_datagram_that_does_not_fit_is_cut_and_says_so) {
    const Scratch scratch;
    const auto server = unix_datagram().value().bind(scratch.at("s")).value();
    const auto client = unix_datagram().value().connect(scratch.at("s")).value();
    BOOST_TEST((client.remote_addr().value() == scratch.at("s")));
    BOOST_TEST(succeeds(client.send("12345")));
    std::byte room[4];
    const auto got = server.recv_from(room, soon()).value();
    BOOST_TEST((got.size == 4u && got.truncated && got.length == 5u));
}

BOOST_AUTO_TEST_CASE(a_failed_connect_leaves_the_socket_as_it_was) {
    const Scratch scratch;
    auto refused = unix_datagram().value().connect(scratch.at("nobody"));
    BOOST_TEST(fails_with(refused, std::errc::no_such_file_or_directory));
    auto bound = std::move(refused.assume_error().socket).bind(scratch.at("a")).value();
    auto unnamed = std::move(bound).connect(UnixAddress());
    BOOST_TEST(fails_with(unnamed, unix_errc::address_unnamed));
    BOOST_TEST((unnamed.assume_error().socket.local_addr().value() == scratch.at("a")));
}

BOOST_AUTO_TEST_CASE(send_to_a_full_queue_keeps_its_deadline_and_does_not_spin) {
    const Scratch scratch;
    const auto server = unix_datagram().value().bind(scratch.at("s")).value();
    const auto client = new_socket<FaultyDatagram>().value();
    BOOST_TEST(fill([&] { return client.send_to("x", scratch.at("s"), past()); }) > 0);
    const Faults faults;
    BOOST_TEST(fails_with(client.send_to("x", scratch.at("s"), in(100ms)), errc::deadline_exceeded));
    BOOST_TEST(faults.made(Call::sendto) < 20);
    std::jthread reader([&] {
        std::byte room[1];
        (void)server.recv_from(room, soon());
    });
    BOOST_TEST(succeeds(client.send_to("x", scratch.at("s"), soon())));
}

BOOST_AUTO_TEST_CASE(send_to_a_full_fixed_peer_keeps_its_deadline_and_does_not_spin) {
    const Scratch scratch;
    const auto server = unix_datagram().value().bind(scratch.at("s")).value();
    const auto client = new_socket<FaultyDatagram>().value().connect(scratch.at("s")).value();
    BOOST_TEST(fill([&] { return client.send("x", past()); }) > 0);
    const Faults faults;
    BOOST_TEST(fails_with(client.send("x", in(50ms)), errc::deadline_exceeded));
    BOOST_TEST(faults.made() < 20);
}

BOOST_AUTO_TEST_CASE(a_pair_of_datagram_sockets_answers) {
    const auto pair = new_pair<UnixDatagram>().value();
    BOOST_TEST(succeeds(pair.first.send("x")));
    std::byte room[4];
    BOOST_TEST(pair.second.recv(room, soon()).value().size == 1u);
}

BOOST_AUTO_TEST_CASE(a_connect_with_a_deadline_that_fails_leaves_the_mode) {
    const Scratch scratch;
    auto failed = unix_datagram().value().bind(scratch.at("c")).value().connect(scratch.at("nobody"), soon());
    BOOST_TEST(fails_with(failed, std::errc::no_such_file_or_directory));
    const auto& left = failed.assume_error().socket;
    BOOST_TEST(!is_nonblocking(left.handle()));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
