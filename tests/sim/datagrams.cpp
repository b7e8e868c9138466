// SPDX-License-Identifier: BSL-1.0
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

int bound(const sim::System& on, const Address& to) {
    const int fd = datagrams(on);
    BOOST_TEST_REQUIRE(works(on, bind(on, fd, to)));
    return fd;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_datagram_arrives_whole_and_names_its_sender, TwoHosts) {
    const int to = bound(server, at_server);
    const int from = bound(client, {"10.0.0.1"_ip4, 5000});
    BOOST_TEST(send_to(client, from, "one", at_server) == 3);
    BOOST_TEST(send_to(client, from, "", at_server) == 0);
    Address sender;
    char room[16];
    BOOST_TEST(server.recvfrom(to, room, sizeof room, 0, sender.get(), &sender.size) == 3);
    BOOST_TEST(sender.ip() == "10.0.0.1");
    BOOST_TEST(sender.port() == 5000);
    BOOST_TEST(server.recv(to, room, sizeof room, 0) == 0);
}
BOOST_FIXTURE_TEST_CASE(a_cut_datagram_tells_its_length_with_trunc, TwoHosts) {
    const int to = bound(server, at_server);
    const int from = datagrams(client);
    BOOST_TEST(send_to(client, from, "12345", at_server) == 5);
    BOOST_TEST(send_to(client, from, "12345", at_server) == 5);
    char room[3];
    BOOST_TEST(server.recv(to, room, sizeof room, MSG_TRUNC) == 5);
    iovec part{room, sizeof room};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_namelen = 77;  // of no name that is asked for
    BOOST_TEST(server.recvmsg(to, &message, 0) == 3);
    BOOST_TEST((message.msg_flags & MSG_TRUNC) == MSG_TRUNC);
    BOOST_TEST(message.msg_namelen == 77U);
}
BOOST_FIXTURE_TEST_CASE(sending_binds_to_an_ephemeral_port, TwoHosts) {
    const int from = datagrams(client);
    BOOST_TEST(send_to(client, from, "x", at_server) == 1);
    BOOST_TEST(name_of(client, from).port() >= 32768);
    BOOST_TEST(name_of(client, from).ip() == "0.0.0.0");
}
BOOST_FIXTURE_TEST_CASE(without_a_peer_there_must_be_an_address, TwoHosts) {
    BOOST_TEST(fails(client, send(client, datagrams(client), "x"), EDESTADDRREQ));
    BOOST_TEST(fails(client, send_to(client, datagrams(client), "x", {"10.0.0.2"_ip4, 0}), EINVAL));
}
BOOST_FIXTURE_TEST_CASE(a_refusal_ends_a_receive_that_waits_for_the_peer, TwoHosts) {
    const int fd = datagrams(client);
    BOOST_TEST(connect(client, fd, at_server) == 0);
    BOOST_TEST(send(client, fd, "anybody?") == 8);
    const auto began = world.now();
    char room[4];
    BOOST_TEST(fails(client, client.recv(fd, room, sizeof room, 0), ECONNREFUSED));
    BOOST_TEST(world.now() - began == 2 * millisecond);
}
BOOST_FIXTURE_TEST_CASE(a_refusal_is_told_by_the_next_call_of_a_connected_socket, TwoHosts) {
    const int fd = datagrams(client);
    BOOST_TEST(connect(client, fd, at_server) == 0);
    BOOST_TEST(send(client, fd, "anybody?") == 8);
    world.run_for(5 * millisecond);
    BOOST_TEST(fails(client, send(client, fd, "again"), ECONNREFUSED));
    BOOST_TEST(send(client, fd, "again") == 5);
    world.run_for(5 * millisecond);
    BOOST_TEST(ready(client, fd, POLLIN) == POLLERR);
    BOOST_TEST(recv(client, fd) == "<error>");
    BOOST_TEST(client.error() == ECONNREFUSED);
}
BOOST_FIXTURE_TEST_CASE(a_refusal_is_hidden_from_an_unconnected_socket, TwoHosts) {
    const int fd = datagrams(client);
    BOOST_TEST(send_to(client, fd, "anybody?", at_server) == 8);
    world.run_for(5 * millisecond);
    BOOST_TEST(error_of(client, fd) == 0);
}
BOOST_FIXTURE_TEST_CASE(a_connected_socket_hears_its_peer_only, TwoHosts) {
    const int fd = bound(client, {"10.0.0.1"_ip4, 5000});
    BOOST_TEST(connect(client, fd, at_server) == 0);
    BOOST_TEST(name_of(client, fd).ip() == "10.0.0.1");
    const int stranger = bound(server, {"10.0.0.2"_ip4, 81});
    const int peer = bound(server, at_server);
    BOOST_TEST(send_to(server, stranger, "stranger", {"10.0.0.1"_ip4, 5000}) == 8);
    BOOST_TEST(send_to(server, peer, "peer", {"10.0.0.1"_ip4, 5000}) == 4);
    BOOST_TEST(recv(client, fd) == "peer");
}
BOOST_FIXTURE_TEST_CASE(a_peer_can_be_changed_and_given_up, TwoHosts) {
    const int fd = datagrams(client);
    BOOST_TEST(connect(client, fd, at_server) == 0);
    BOOST_TEST(connect(client, fd, {"10.0.0.2"_ip4, 81}) == 0);
    BOOST_TEST(peer_of(client, fd).port() == 81);
    sockaddr nobody{};
    nobody.sa_family = AF_UNSPEC;
    BOOST_TEST(client.connect(fd, &nobody, sizeof nobody) == 0);
    Address name;
    BOOST_TEST(fails(client, client.getpeername(fd, name.get(), &name.size), ENOTCONN));
    BOOST_TEST(name_of(client, fd).port() == 0);  // an ephemeral port goes with it (__udp_disconnect)
}
BOOST_FIXTURE_TEST_CASE(a_port_that_bind_named_outlives_the_peer, TwoHosts) {
    const int fd = bound(client, {"10.0.0.1"_ip4, 5000});
    BOOST_TEST(connect(client, fd, at_server) == 0);
    sockaddr nobody{};
    nobody.sa_family = AF_UNSPEC;
    BOOST_TEST(client.connect(fd, &nobody, sizeof nobody) == 0);
    BOOST_TEST(name_of(client, fd).port() == 5000);
    BOOST_TEST(name_of(client, fd).ip() == "10.0.0.1");
}
BOOST_FIXTURE_TEST_CASE(a_datagram_is_at_most_65507_bytes, TwoHosts) {
    const int to = bound(server, at_server);
    const std::string most(65507, 'x');
    BOOST_TEST(send_to(client, datagrams(client), most, at_server) == 65507);
    BOOST_TEST(recv(server, to, 0, 70'000).size() == 65507U);
    BOOST_TEST(fails(client, send_to(client, datagrams(client), most + 'x', at_server), EMSGSIZE));
}
BOOST_FIXTURE_TEST_CASE(a_full_receive_buffer_drops_datagrams, TwoHosts) {
    const int to = datagrams(server);
    BOOST_TEST(set(server, to, SOL_SOCKET, SO_RCVBUF, 2500) == 0);
    BOOST_TEST(bind(server, to, at_server) == 0);
    const int from = datagrams(client);
    const std::string kilobyte(1000, 'x');
    for (int i = 0; i < 5; ++i) BOOST_TEST(send_to(client, from, kilobyte, at_server) == 1000);
    world.run_for(5 * millisecond);
    int got = 0;
    while (recv(server, to, MSG_DONTWAIT).size() == 1000) ++got;
    BOOST_TEST(got == 1);
}
BOOST_FIXTURE_TEST_CASE(a_receive_buffer_is_full_to_its_last_byte, TwoHosts) {
    const int to = datagrams(server);
    const int cost = 1000 + 256;  // each datagram counts 256 bytes more
    BOOST_TEST(set(server, to, SOL_SOCKET, SO_RCVBUF, 2 * cost) == 0);
    BOOST_TEST(bind(server, to, at_server) == 0);
    const int from = datagrams(client);
    for (int i = 0; i < 3; ++i) BOOST_TEST(send_to(client, from, std::string(1000, 'x'), at_server) == 1000);
    world.run_for(5 * millisecond);
    int got = 0;
    while (recv(server, to, MSG_DONTWAIT).size() == 1000) ++got;
    BOOST_TEST(got == 2);
}
BOOST_AUTO_TEST_CASE(datagrams_are_lost_doubled_and_overtaken) {
    sim::Options wild;
    wild.link.loss = 100'000;
    wild.link.duplicate = 100'000;
    wild.link.reorder = 100'000;
    TwoHosts line(wild);
    const int to = bound(line.server, line.at_server);
    const int from = datagrams(line.client);
    int got = 0;
    int overtaken = 0;
    int seen[500] = {};
    int before = 0;
    const auto read_all = [&] {
        for (std::string text; (text = recv(line.server, to, MSG_DONTWAIT)) != "<error>"; ++got) {
            const int number = std::stoi(text) - 1000;
            ++seen[number];
            if (number < before) ++overtaken;
            before = number;
        }
    };
    for (int i = 0; i < 500; ++i) {
        send_to(line.client, from, std::to_string(1000 + i), line.at_server);
        line.world.run_for(millisecond);
        read_all();
    }
    line.world.run_for(second);
    read_all();
    int lost = 0;
    int doubled = 0;
    for (const int count : seen) {
        lost += count == 0 ? 1 : 0;
        doubled += count > 1 ? 1 : 0;
    }
    BOOST_TEST(lost > 25);
    BOOST_TEST(lost < 100);
    BOOST_TEST(doubled > 25);
    BOOST_TEST(doubled < 100);
    BOOST_TEST(overtaken > 25);
    BOOST_TEST(got == 500 - lost + doubled);
}
BOOST_FIXTURE_TEST_CASE(a_broadcast_wants_permission_and_reaches_all, TwoHosts) {
    const sim::System third = world.host("third", "10.0.0.3"_ip4).system();
    const Address all("255.255.255.255"_ip4, 80);
    const int here = bound(server, {"0.0.0.0"_ip4, 80});
    const int there = bound(third, {"0.0.0.0"_ip4, 80});
    const int fd = datagrams(client);
    BOOST_TEST(fails(client, send_to(client, fd, "all", all), EACCES));
    BOOST_TEST(set(client, fd, SOL_SOCKET, SO_BROADCAST, 1) == 0);
    BOOST_TEST(send_to(client, fd, "all", all) == 3);
    BOOST_TEST(recv(server, here) == "all");
    BOOST_TEST(recv(third, there) == "all");
}
BOOST_FIXTURE_TEST_CASE(a_group_reaches_those_who_joined, TwoHosts) {
    const Address group("239.1.1.1"_ip4, 80);
    const int in = bound(server, {"0.0.0.0"_ip4, 80});
    const int own = bound(client, {"0.0.0.0"_ip4, 80});
    ip_mreqn request{};
    request.imr_multiaddr.s_addr = htonl("239.1.1.1"_ip4.to_uint());
    BOOST_TEST(server.setsockopt(in, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0);
    BOOST_TEST(fails(server, server.setsockopt(in, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request),
                     EADDRINUSE));
    BOOST_TEST(send_to(client, own, "group", group) == 5);
    BOOST_TEST(recv(server, in) == "group");
    BOOST_TEST(recv(client, own, MSG_DONTWAIT) == "<error>");
    BOOST_TEST(server.setsockopt(in, IPPROTO_IP, IP_DROP_MEMBERSHIP, &request, sizeof request) == 0);
    BOOST_TEST(send_to(client, own, "group", group) == 5);
    world.run_for(5 * millisecond);
    BOOST_TEST(recv(server, in, MSG_DONTWAIT) == "<error>");
}
BOOST_FIXTURE_TEST_CASE(the_latest_of_equal_sockets_gets_the_datagram, TwoHosts) {
    const int old = datagrams(server);
    const int late = datagrams(server);
    for (const int fd : {old, late}) {
        BOOST_TEST(set(server, fd, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
        BOOST_TEST(bind(server, fd, at_server) == 0);
    }
    BOOST_TEST(send_to(client, datagrams(client), "x", at_server) == 1);
    BOOST_TEST(recv(server, late) == "x");
    BOOST_TEST(recv(server, old, MSG_DONTWAIT) == "<error>");
}
BOOST_FIXTURE_TEST_CASE(who_has_the_sender_as_its_peer_gets_the_datagram_before_any_other, TwoHosts) {
    const Address from{"10.0.0.1"_ip4, 9000};
    const int of_it = datagrams(server);
    const int of_all = datagrams(server);
    for (const int fd : {of_it, of_all}) {
        BOOST_TEST(set(server, fd, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
        BOOST_TEST(bind(server, fd, at_server) == 0);
    }
    BOOST_TEST(connect(server, of_it, from) == 0);
    const int sends = datagrams(client);
    BOOST_TEST(bind(client, sends, from) == 0);
    BOOST_TEST(send_to(client, sends, "x", at_server) == 1);
    BOOST_TEST(recv(server, of_it) == "x");
    BOOST_TEST(recv(server, of_all, MSG_DONTWAIT) == "<error>");
}
BOOST_AUTO_TEST_CASE(without_packets_there_are_no_buffers) {
    sim::Options few;
    few.packets = 2;
    TwoHosts poor(few);
    const int fd = datagrams(poor.client);
    BOOST_TEST(send_to(poor.client, fd, "x", poor.at_server) == 1);
    BOOST_TEST(send_to(poor.client, fd, "x", poor.at_server) == 1);
    BOOST_TEST(fails(poor.client, send_to(poor.client, fd, "x", poor.at_server), ENOBUFS));
}
BOOST_AUTO_TEST_CASE(a_datagram_that_nobody_receives_leaves_its_place_to_the_next) {
    sim::Options few;
    few.packets = 4;
    TwoHosts two(few);
    const int v = datagrams(two.client);
    BOOST_TEST(connect(two.client, v, two.at_server) == 0);
    for (int i = 0; i < 20; ++i) {
        BOOST_TEST(send(two.client, v, "x") == 1);
        two.world.run_for(second);
        BOOST_TEST(fails(two.client, send(two.client, v, "x"), ECONNREFUSED));
    }
}
