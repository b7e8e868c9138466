// SPDX-License-Identifier: BSL-1.0
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <estate/unix.hpp>
#include <string>
#include <vector>

#include "../support/check.hpp"
#include "../support/counted_hold.hpp"
#include "../support/descriptor_count.hpp"
#include "../support/descriptors.hpp"
#include "../support/free_zero.hpp"
#include "faulty_unix.hpp"
#include "../support/scratch.hpp"
#include "../support/sockets.hpp"

// Sockets that are passed: sent, they are gone here; received, they are in the state that the kernel shows.

namespace {
using namespace estate;
using namespace estate::test;

using Transports = std::tuple<UnixStream, UnixDatagram, UnixSeqpacket>;

/// Sends descriptors as a stranger does: as many as wanted.
void send_raw(int over, const std::vector<int>& descriptors, const char* text, std::size_t size) {
    std::vector<char> control(CMSG_SPACE(descriptors.size() * sizeof(int)));
    iovec part{const_cast<char*>(text), size};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!descriptors.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        cmsghdr* const rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
        std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size() * sizeof(int));
    }
    BOOST_REQUIRE(::sendmsg(over, &message, 0) == static_cast<ssize_t>(size));
}

BOOST_AUTO_TEST_SUITE(passing)

BOOST_AUTO_TEST_CASE_TEMPLATE(what_arrives_closes_on_exec, Over, Transports) {
    const auto pair = new_pair<Over>().value();
    BOOST_TEST(succeeds(pair.first.send_socket(listening_on_loopback<V4>())));
    const auto came = pair.second.template recv_socket<Tcp<V4>>(soon()).value().template take<Listening>();
    BOOST_TEST(closes_on_exec(came.handle()));
}

BOOST_AUTO_TEST_CASE(a_sent_socket_is_gone_here_and_its_connection_lives) {
    auto [client, server] = connected_pair<V4>();
    const auto pair = new_pair<UnixStream>().value();
    const int number = client.handle();
    BOOST_TEST(pair.first.send_socket(std::move(client)).value() == 1u);
    BOOST_TEST(!is_open(number));
    BOOST_TEST(client.handle() == -1);
    auto there = pair.second.recv_socket<Tcp<V4>>(soon()).value().take<Connected>();
    BOOST_TEST(succeeds(there.send("x")));
    BOOST_TEST(read_text(server, 1) == "x");
}

BOOST_AUTO_TEST_CASE(a_socket_that_is_sent_without_its_hold_is_closed_here) {
    auto bound = tcp_v4().value().bind(CountedHold<V4>("127.0.0.1"_ip4), 0).value();
    const int number = bound.handle();
    const auto pair = new_pair<UnixStream>().value();
    BOOST_TEST(succeeds(pair.first.send_socket_without_hold(std::move(bound))));
    BOOST_TEST(!is_open(number));
}

BOOST_AUTO_TEST_CASE(a_socket_that_could_not_be_sent_without_its_hold_comes_back_with_it) {
    auto bound = tcp_v4().value().bind(CountedHold<V4>("127.0.0.1"_ip4), 0).value();
    const auto at = bound.local_addr().value();
    const auto pair = new_pair<FaultyStream>().value();
    const Faults faults{refuse(Call::sendmsg, ENOBUFS)};
    auto failed = pair.first.send_socket_without_hold(std::move(bound));
    BOOST_TEST(fails_with(failed, std::errc::no_buffer_space));
    BOOST_REQUIRE(!failed);
    BOOST_TEST((failed.assume_error().socket.local_addr().value() == at));
    BOOST_TEST(succeeds(pair.first.send_socket_without_hold(std::move(failed.assume_error().socket))));
}

BOOST_AUTO_TEST_CASE(what_is_no_socket_is_closed_and_named) {
    const auto pair = new_pair<UnixStream>().value();
    const auto before = count_descriptors();
    int pipes[2];
    BOOST_REQUIRE(::pipe(pipes) == 0);
    send_raw(pair.first.handle(), {pipes[0]}, "x", 1);
    ::close(pipes[0]);
    ::close(pipes[1]);
    BOOST_TEST(fails_with(pair.second.recv_socket<Tcp<V4>>(soon()), errc::not_a_socket));
    BOOST_TEST(count_descriptors() == before);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(nothing_leaks_of_a_message_with_more_than_one_descriptor, Over, Transports) {
    const auto pair = new_pair<Over>().value();
    const auto socket = tcp_v4().value();
    const auto before = count_descriptors();
    for (const std::size_t count : {2u, 4u, 5u, 100u, 253u}) {  // more than there is room for: the kernel cuts
        send_raw(pair.first.handle(), std::vector<int>(count, socket.handle()), "abc", 3);
        std::byte room[2];
        const auto got = pair.second.template recv_socket<Tcp<V4>>(room, soon()).value();
        BOOST_TEST(got.size == 2u);
        BOOST_TEST(got.truncated == !Stream<Over>);  // the rest of a stream comes later
        BOOST_TEST(fails_with(got.socket, unix_errc::passed_cut));
        BOOST_TEST(count_descriptors() == before);
        if (Stream<Over>) BOOST_TEST(succeeds(pair.second.recv(room, soon())));
    }
    (void)pair.first.send_socket(tcp_v4().value()).value();
    BOOST_TEST(succeeds(pair.second.template recv_socket<Tcp<V4>>(soon())));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_others_asked_for_leaves_room_for_what_is_passed, Over, Transports) {
    const auto before = count_descriptors();
    {
        const auto pair = new_pair<Over>().value();
        const int on = 1;
        for (const int name : {SO_PASSCRED, SO_TIMESTAMP, SO_PASSSEC}) {
            BOOST_REQUIRE(::setsockopt(pair.second.handle(), SOL_SOCKET, name, &on, sizeof on) == 0);
        }
        for (const std::size_t count : {2u, 4u}) {  // the rest is closed here, none by the kernel alone
            std::vector<int> many(count, pair.first.handle());
            send_raw(pair.first.handle(), many, "m", 1);
            BOOST_TEST(fails_with(pair.second.template recv_socket<Over>(soon()), unix_errc::passed_cut));
        }
        BOOST_TEST(succeeds(pair.first.send_socket(udp_v4().value())));
        BOOST_TEST(succeeds(pair.second.template recv_socket<Udp<V4>>(soon())));
    }
    BOOST_TEST(count_descriptors() == before);
}

BOOST_AUTO_TEST_CASE(the_number_0_is_one_of_several_descriptors_and_comes_with_an_empty_message) {
    auto pair = new_pair<UnixSeqpacket>().value();
    const auto socket = udp_v4().value();
    const FreeZero zero;
    send_raw(pair.first.handle(), {socket.handle(), socket.handle()}, "ab", 2);
    BOOST_TEST(fails_with(pair.second.recv_socket<Udp<V4>>(soon()), unix_errc::passed_cut));
    BOOST_TEST(!is_open(0));
    send_raw(pair.first.handle(), {socket.handle()}, "", 0);
    BOOST_TEST(succeeds(std::move(pair.first).close()));
    const auto came = pair.second.recv_socket<Udp<V4>>(soon()).value().take<Created>();
    BOOST_TEST(came.handle() == 0);
    BOOST_TEST(fails_with(pair.second.recv_socket<Udp<V4>>(soon()), errc::end_of_stream));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_descriptor_of_the_sender_that_others_asked_for_is_closed, Over, Transports) {
    constexpr int asks_for_it = 76;  // SO_PASSPIDFD, Linux 6.5: each message brings a descriptor of its sender's process
    const auto pair = new_pair<Over>().value();
    const int on = 1;
    if (::setsockopt(pair.second.handle(), SOL_SOCKET, asks_for_it, &on, sizeof on) != 0) {
        return print_skipped("this kernel has no SO_PASSPIDFD");
    }
    const auto before = count_descriptors();
    BOOST_TEST(succeeds(pair.first.send_socket(tcp_v4().value())));
    BOOST_TEST(succeeds(pair.second.template recv_socket<Tcp<V4>>(soon())));
    BOOST_TEST(succeeds(pair.first.send("x")));
    BOOST_TEST(fails_with(pair.second.template recv_socket<Tcp<V4>>(soon()), unix_errc::no_socket_passed));
    BOOST_TEST(count_descriptors() == before);
}

BOOST_AUTO_TEST_CASE(interrupted_calls_go_on_and_failed_ones_lose_nothing) {
    const auto pair = new_pair<FaultyStream>().value();
    const auto before = count_descriptors();
    {
        const Faults faults{refuse(Call::sendmsg, EINTR, 3), refuse(Call::recvmsg, EINTR, 3)};
        (void)pair.first.send_socket(tcp_v4().value(), {}, soon()).value();
        BOOST_TEST(succeeds(pair.second.recv_socket<Tcp<V4>>(soon())));
        BOOST_TEST(faults.all_happened());
    }
    const Faults faults{refuse(Call::sendmsg, ENOBUFS)};
    {
        auto failed = pair.first.send_socket(tcp_v4().value());
        BOOST_TEST(fails_with(failed, std::errc::no_buffer_space));
        BOOST_TEST(succeeds(pair.first.send_socket(std::move(failed.assume_error().socket))));
        BOOST_TEST(succeeds(pair.second.recv_socket<Tcp<V4>>(soon())));
    }
    BOOST_TEST(count_descriptors() == before);
}

BOOST_AUTO_TEST_CASE(an_empty_message_of_a_stranger_is_no_end) {
    const auto packets = new_pair<UnixSeqpacket>().value();
    const auto datagrams = new_pair<UnixDatagram>().value();
    BOOST_TEST(::send(packets.first.handle(), "", 0, 0) == 0);
    BOOST_TEST(::send(datagrams.first.handle(), "", 0, 0) == 0);
    BOOST_TEST(fails_with(packets.second.recv_socket<Tcp<V4>>(soon()), unix_errc::no_socket_passed));
    BOOST_TEST(fails_with(datagrams.second.recv_socket<Tcp<V4>>(soon()), unix_errc::no_socket_passed));
    (void)packets.first.send_socket(tcp_v4().value()).value();
    BOOST_TEST(succeeds(packets.second.recv_socket<Tcp<V4>>(soon())));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
