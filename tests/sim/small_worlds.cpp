// SPDX-License-Identifier: BSL-1.0
// Worlds whose tables are small: what is full, and what stands in one row of a table without being the same.
#include <estate/backend/sim/ready_set.hpp>

#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

sim::Options with(std::size_t sim::Options::*size, std::size_t value) {
    sim::Options options;
    options.*size = value;
    return options;
}
int set_nonblocking(const sim::System& on, int fd) {
    BOOST_TEST(on.set_nonblocking(fd, true) == 0);
    return fd;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_world_without_packets_or_memory_has_sockets_all_the_same) {
    sim::Options none;
    none.packets = 0;
    none.blocks = 0;
    TwoHosts two(none);
    const int u = datagrams(two.client);
    BOOST_TEST(fails(two.client, send_to(two.client, u, "x", two.at_server), ENOBUFS));
    two.listener();
    BOOST_TEST(fails(two.client, connect(two.client, stream(two.client), two.at_server), ETIMEDOUT));
}
BOOST_AUTO_TEST_CASE(a_system_without_a_world_has_a_clock_and_no_process) {
    const sim::System nowhere;
    BOOST_TEST(nowhere.now() == second);
    BOOST_TEST(nowhere.process() == 0);
}
BOOST_AUTO_TEST_CASE(a_chance_out_of_nothing_is_0) { BOOST_TEST(sim::Random(1, "any").below(0) == 0U); }
BOOST_AUTO_TEST_CASE(a_datagram_for_which_there_is_no_memory_gives_its_place_back) {
    TwoHosts two(with(&sim::Options::blocks, 2));
    const int u = datagrams(two.client);
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST(fails(two.client, send_to(two.client, u, std::string(513, 'x'), two.at_server), ENOBUFS));
    }
    BOOST_TEST(send_to(two.client, u, std::string(512, 'x'), two.at_server) == 512);
    BOOST_TEST(two.world.engine().blocks.free_blocks() == 0U);
}
BOOST_AUTO_TEST_CASE(a_segment_for_which_there_is_no_memory_goes_later) {
    ConnectedHosts two(with(&sim::Options::blocks, 8));
    const std::string most(1'024, 'x');
    BOOST_TEST(send(two.client, two.c, most) == 1'024);
    two.world.run_for(10 * millisecond);
    BOOST_TEST(recv(two.server, two.s, MSG_DONTWAIT).size() == 1'024U);
    two.world.run_for(second);
    BOOST_TEST(send(two.client, two.c, most + "y") == 1'025);  // five blocks, and there are three for a copy
    two.world.run_for(10 * millisecond);
    BOOST_TEST(recv(two.server, two.s, MSG_DONTWAIT) == "<error>");
    BOOST_TEST(two.client.shutdown(two.c, SHUT_WR) == 0);
}
BOOST_AUTO_TEST_CASE(of_a_segment_for_which_the_receiver_has_no_memory_the_rest_comes_again) {
    ConnectedHosts two(with(&sim::Options::blocks, 9));
    BOOST_TEST(send(two.client, two.c, "1") == 1);
    two.world.run_for(10 * millisecond);
    BOOST_TEST(send(two.client, two.c, std::string(900, 'x')) == 900);  // four blocks here, four under way, one there
    BOOST_TEST(two.client.shutdown(two.c, SHUT_WR) == 0);
    two.world.run_for(10 * millisecond);
    BOOST_TEST(recv(two.server, two.s, MSG_DONTWAIT).size() == 256U);
    two.world.run_for(second);
    BOOST_TEST(recv(two.server, two.s, MSG_WAITALL, 645).size() == 645U);
    BOOST_TEST(recv(two.server, two.s) == "<end>");
}
BOOST_AUTO_TEST_CASE(a_syn_for_which_there_is_no_place_is_as_lost) {
    sim::Options few = with(&sim::Options::sockets, 2);
    TwoHosts two(few);
    two.listener();
    const int c = stream(two.client);
    BOOST_TEST(fails(two.client, connect(two.client, set_nonblocking(two.client, c), two.at_server), EINPROGRESS));
    two.world.run_for(10 * millisecond);
    BOOST_TEST(tcp_state(two.client, c) == TCP_SYN_SENT);
}
BOOST_AUTO_TEST_CASE(no_refusal_is_sent_where_there_is_no_place_for_it) {
    TwoHosts two(with(&sim::Options::packets, 1));
    const int c = set_nonblocking(two.client, stream(two.client));
    BOOST_TEST(fails(two.client, connect(two.client, c, two.at_server), EINPROGRESS));
    two.world.run_for(10 * millisecond);  // SYN is the one, and RST would be another
    BOOST_TEST(tcp_state(two.client, c) == TCP_SYN_SENT);
    BOOST_TEST(two.client.close(c) == 0);
    const int u = datagrams(two.client);
    BOOST_TEST(connect(two.client, u, two.at_server) == 0);
    BOOST_TEST(send(two.client, u, "x") == 1);
    two.world.run_for(10 * millisecond);
    BOOST_TEST(error_of(two.client, u) == 0);
    two.world.pass(two.a, two.b, sim::Passage::reject);
    BOOST_TEST(send(two.client, u, "x") == 1);
    two.world.run_for(10 * millisecond);
    BOOST_TEST(error_of(two.client, u) == 0);
}
BOOST_AUTO_TEST_CASE(no_datagram_is_doubled_or_delivered_to_many_where_there_is_no_place_for_another) {
    sim::Options twice;
    twice.link.duplicate = 1'000'000;
    twice.packets = 1;
    TwoHosts two(twice);  // loses what is doubled
    const int to = datagrams(two.server);
    BOOST_TEST(bind(two.server, to, two.at_server) == 0);
    const int u = datagrams(two.client);
    BOOST_TEST(send_to(two.client, u, "once", two.at_server) == 4);
    two.world.run_for(10 * millisecond);
    BOOST_TEST(recv(two.server, to) == "once");
    BOOST_TEST(recv(two.server, to, MSG_DONTWAIT) == "<error>");
    TwoHosts many(with(&sim::Options::packets, 2));
    std::vector<int> receivers;
    for (int i = 0; i < 2; ++i) {
        receivers.push_back(datagrams(many.server));
        BOOST_TEST(set(many.server, receivers[static_cast<std::size_t>(i)], SOL_SOCKET, SO_REUSEADDR, 1) == 0);
        BOOST_TEST(bind(many.server, receivers[static_cast<std::size_t>(i)], {"0.0.0.0"_ip4, 81}) == 0);
    }
    const int all = datagrams(many.client);
    BOOST_TEST(set(many.client, all, SOL_SOCKET, SO_BROADCAST, 1) == 0);
    BOOST_TEST(send_to(many.client, all, "x", {"255.255.255.255"_ip4, 81}) == 1);  // one for each host
    many.world.run_for(10 * millisecond);
    BOOST_TEST(recv(many.server, receivers[0], MSG_DONTWAIT) == "x");
    BOOST_TEST(recv(many.server, receivers[1], MSG_DONTWAIT) == "<error>");
    sim::Options few;
    few.link.duplicate = 1'000'000;
    few.blocks = 1;
    TwoHosts poor(few);
    const int receiver = datagrams(poor.server);
    BOOST_TEST(bind(poor.server, receiver, poor.at_server) == 0);
    BOOST_TEST(send_to(poor.client, datagrams(poor.client), "once", poor.at_server) == 4);
    poor.world.run_for(10 * millisecond);
    BOOST_TEST(recv(poor.server, receiver) == "once");
    BOOST_TEST(recv(poor.server, receiver, MSG_DONTWAIT) == "<error>");
}
BOOST_AUTO_TEST_CASE(sockets_of_one_row_of_a_table_are_told_apart) {
    TwoHosts two(with(&sim::Options::sockets, 24));  // 32 rows
    const sim::Host many = two.world.host("many", "10.0.0.3"_ip4);
    const sim::System on = many.system();
    const int listening = stream(on);
    BOOST_TEST(bind(on, listening, {"0.0.0.0"_ip4, 80}) == 0);
    BOOST_TEST(on.listen(listening, 30) == 0);
    // Pairs that differ in one of the two addresses only.
    int made = 0;
    for (std::uint32_t from = 1; from <= 3; ++from) {
        for (std::uint32_t to = 1; to <= 3; ++to, ++made) {
            const int c = stream(on);
            BOOST_TEST(set(on, c, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
            BOOST_TEST(bind(on, c, {IpAddress<V4>(0x7f000000 + from), 5000}) == 0);
            BOOST_TEST(works(on, connect(on, c, {IpAddress<V4>(0x7f000000 + to), 80})));
            const int s = on.accept(listening, nullptr, nullptr);
            BOOST_TEST_REQUIRE(works(on, s));
            BOOST_TEST(send(on, c, std::to_string(made)) == 1);
            BOOST_TEST(recv(on, s) == std::to_string(made));
        }
    }
    BOOST_TEST(made == 9);
    const int extra = stream(on);  // and there is no place for its other end
    BOOST_TEST(bind(on, extra, {"127.0.0.9"_ip4, 5001}) == 0);
    const int u = datagrams(on);
    BOOST_TEST(bind(on, u, {"127.0.0.1"_ip4, 5000}) == 0);  // the port of streams
    const int v = datagrams(two.client);
    BOOST_TEST(bind(two.client, v, {"127.0.0.1"_ip4, 5000}) == 0);  // of another host
    BOOST_TEST(send_to(on, u, "here", {"127.0.0.1"_ip4, 5000}) == 4);
    BOOST_TEST(recv(on, u) == "here");
    BOOST_TEST(recv(two.client, v, MSG_DONTWAIT) == "<error>");
}
BOOST_AUTO_TEST_CASE(connections_from_each_address_of_loopback_are_told_apart) {
    sim::World world(1, with(&sim::Options::sockets, 15));  // 16 rows, and 14 pairs
    const sim::System on = world.host("many").system();
    const int listening = stream(on);
    BOOST_TEST(bind(on, listening, {"127.0.0.1"_ip4, 80}) == 0);
    BOOST_TEST(on.listen(listening, 30) == 0);
    for (std::uint32_t from = 1; from <= 7; ++from) {
        const int c = stream(on);
        BOOST_TEST(bind(on, c, {IpAddress<V4>(0x7f000000 + from), 5000}) == 0);
        BOOST_TEST(works(on, connect(on, c, {"127.0.0.1"_ip4, 80})));
        const int s = on.accept(listening, nullptr, nullptr);
        BOOST_TEST(send(on, c, std::to_string(from)) == 1);
        BOOST_TEST(recv(on, s) == std::to_string(from));
        BOOST_TEST(peer_of(on, s).ip() == "127.0.0." + std::to_string(from));
    }
}
BOOST_AUTO_TEST_CASE(a_stream_and_datagrams_of_one_row_are_told_apart) {
    sim::World world(1, with(&sim::Options::sockets, 14));  // 16 rows
    const sim::System on = world.host("many").system();
    const int u = datagrams(on);
    for (std::uint16_t port = 80; port < 93; ++port) {
        const int listening = stream(on);
        BOOST_TEST(bind(on, listening, {"127.0.0.1"_ip4, port}) == 0);
        BOOST_TEST(on.listen(listening, 1) == 0);
    }
    BOOST_TEST(connect(on, u, {"127.0.0.1"_ip4, 80}) == 0);
    for (std::uint16_t port = 80; port < 93; ++port) {
        BOOST_TEST(connect(on, u, {"127.0.0.1"_ip4, port}) == 0);
        BOOST_TEST(send(on, u, "x") == 1);
        world.run_for(millisecond);
        BOOST_TEST(error_of(on, u) == ECONNREFUSED);
    }
}
BOOST_AUTO_TEST_CASE(receivers_and_owners_of_one_row_are_told_apart) {
    TwoHosts two(with(&sim::Options::sockets, 7));  // 8 rows
    for (std::uint16_t port = 5000; port < 5003; ++port) {
        BOOST_TEST(bind(two.client, datagrams(two.client), {"10.0.0.1"_ip4, port}) == 0);
        const int u = datagrams(two.server);
        BOOST_TEST(bind(two.server, u, {"10.0.0.2"_ip4, port}) == 0);
        BOOST_TEST(send_to(two.server, u, "x", {"10.0.0.2"_ip4, port}) == 1);
        BOOST_TEST(recv(two.server, u) == "x");
    }
    const int streams = stream(two.client);
    for (std::uint16_t port = 5000; port < 5064; ++port) {
        BOOST_TEST(fails(two.server, two.server.sendto(3, "x", 1, 0, nullptr, 0), EDESTADDRREQ));
        two.server.sendto(3, "x", 1, 0, Address("10.0.0.1"_ip4, port).get(), sizeof(sockaddr_in));
        two.world.run_for(5 * millisecond);
    }
    BOOST_TEST(bind(two.client, streams, {"10.0.0.1"_ip4, 5000}) == 0);
}
BOOST_AUTO_TEST_CASE(without_a_port_nothing_is_connected_or_sent) {
    sim::World world(1, with(&sim::Options::sockets, 57000));
    const sim::Host host = world.host("many", sim::Limits{.descriptors = 57000}, "10.0.0.3"_ip4);
    const sim::System on = host.system();
    for (int i = 32768; i <= 60999; ++i) {
        if (bind(on, datagrams(on), {"10.0.0.3"_ip4, 0}) != 0) BOOST_FAIL("port " << i);
        if (bind(on, stream(on), {"10.0.0.3"_ip4, 0}) != 0) BOOST_FAIL("port " << i);
    }
    const Address peer("10.0.0.4"_ip4, 9);
    BOOST_TEST(fails(on, connect(on, datagrams(on), peer), EAGAIN));
    BOOST_TEST(fails(on, send_to(on, datagrams(on), "x", peer), EAGAIN));
    const int c = stream(on);
    BOOST_TEST(fails(on, connect(on, c, peer), EADDRNOTAVAIL));
    BOOST_TEST(name_of(on, c).ip() == "0.0.0.0");
}
BOOST_FIXTURE_TEST_CASE(a_port_is_shared_with_connections_to_other_peers_and_with_nobody_who_was_bound, TwoHosts) {
    const int listening = listener();
    const int one = connected();
    const Address own = name_of(client, one);
    const auto first = static_cast<std::uint16_t>(own.port());
    std::uint16_t& next = world.engine().hosts[a.id()].next_port;
    next = first;
    BOOST_TEST(name_of(client, connected()).port() == first + 1);  // the pair of addresses is there
    next = first;
    const int other = set_nonblocking(client, stream(client));
    BOOST_TEST(fails(client, connect(client, other, {"10.0.0.2"_ip4, 81}), EINPROGRESS));
    BOOST_TEST(name_of(client, other).port() == first);
    BOOST_TEST(bind(client, stream(client), {"10.0.0.1"_ip4, static_cast<std::uint16_t>(first + 2)}) == 0);
    const int elsewhere = stream(client);
    BOOST_TEST(bind(client, elsewhere, {"127.0.0.1"_ip4, static_cast<std::uint16_t>(first + 3)}) == 0);
    BOOST_TEST(client.listen(elsewhere, 1) == 0);
    next = static_cast<std::uint16_t>(first + 2);
    BOOST_TEST(name_of(client, connected()).port() == first + 3);  // of another address of the host
    const int unbound = stream(client);
    BOOST_TEST(client.listen(unbound, 1) == 0);  // an ephemeral port of all addresses
    next = static_cast<std::uint16_t>(name_of(client, unbound).port());
    BOOST_TEST(name_of(client, connected()).port() == name_of(client, unbound).port() + 1);
    BOOST_TEST(server.close(listening) == 0);
}
BOOST_FIXTURE_TEST_CASE(the_less_exact_receiver_that_came_later_gets_nothing, TwoHosts) {
    const int exact = datagrams(server);
    const int any = datagrams(server);
    for (const int fd : {exact, any}) BOOST_TEST(set(server, fd, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
    BOOST_TEST(bind(server, exact, at_server) == 0);
    BOOST_TEST(bind(server, any, {"0.0.0.0"_ip4, 80}) == 0);
    BOOST_TEST(send_to(client, datagrams(client), "x", at_server) == 1);
    BOOST_TEST(recv(server, exact) == "x");
    BOOST_TEST(recv(server, any, MSG_DONTWAIT) == "<error>");
}
BOOST_FIXTURE_TEST_CASE(sockets_of_two_devices_share_a_port, TwoHosts) {
    const auto on_device = [&](std::string_view device) {
        const int fd = datagrams(server);
        const auto size = static_cast<socklen_t>(device.size());
        BOOST_TEST(server.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device.data(), size) == 0);
        return fd;
    };
    BOOST_TEST(bind(server, on_device("lo"), at_server) == 0);
    BOOST_TEST(bind(server, on_device("eth0"), at_server) == 0);
    BOOST_TEST(fails(server, bind(server, on_device("eth0"), at_server), EADDRINUSE));
    BOOST_TEST(fails(server, bind(server, datagrams(server), at_server), EADDRINUSE));
    BOOST_TEST(option_of(server, on_device("eth0"), SOL_SOCKET, SO_BINDTOIFINDEX) == 2);
    socklen_t room = IFNAMSIZ;
    BOOST_TEST(fails(server, server.getsockopt(on_device("lo"), SOL_SOCKET, SO_BINDTODEVICE, nullptr, &room), EFAULT));
}
BOOST_FIXTURE_TEST_CASE(a_foreign_address_is_bound_by_who_is_transparent, TwoHosts) {
    for (const auto& [level, name] : {std::pair{IPPROTO_IPV6, IPV6_FREEBIND}, {IPPROTO_IPV6, IPV6_TRANSPARENT}}) {
        const int fd = server.socket(AF_INET6, SOCK_STREAM, 0);
        BOOST_TEST(fails(server, bind(server, fd, {"fd00::9"_ip6, 80}), EADDRNOTAVAIL));
        BOOST_TEST(set(server, fd, level, name, 1) == 0);
        BOOST_TEST(option_of(server, fd, level, name) == 1);
        BOOST_TEST(bind(server, fd, {"fd00::9"_ip6, 80}) == 0);
        BOOST_TEST(server.close(fd) == 0);
    }
    const int four = stream(server);
    BOOST_TEST(set(server, four, IPPROTO_IP, IP_TRANSPARENT, 1) == 0);
    BOOST_TEST(bind(server, four, {"10.9.9.9"_ip4, 80}) == 0);
}
BOOST_FIXTURE_TEST_CASE(a_zone_or_a_device_makes_an_address_of_a_link_known, TwoHosts) {
    const sim::Host linked = world.host("linked", "fe80::1"_ip6);
    const sim::System on = linked.system();
    Address at("fe80::1"_ip6, 80);
    BOOST_TEST(fails(on, bind(on, on.socket(AF_INET6, SOCK_STREAM, 0), at), EINVAL));
    const int device = on.socket(AF_INET6, SOCK_STREAM, 0);
    BOOST_TEST(on.setsockopt(device, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 4) == 0);
    BOOST_TEST(bind(on, device, at) == 0);
    reinterpret_cast<sockaddr_in6*>(at.get())->sin6_scope_id = 2;
    at = Address("fe80::1"_ip6, 81);
    reinterpret_cast<sockaddr_in6*>(at.get())->sin6_scope_id = 2;
    BOOST_TEST(bind(on, on.socket(AF_INET6, SOCK_STREAM, 0), at) == 0);
    const int group = on.socket(AF_INET6, SOCK_STREAM, 0);
    BOOST_TEST(fails(on, connect(on, group, {"ff02::1"_ip6, 80}), ENETUNREACH));
}
BOOST_AUTO_TEST_CASE(a_host_of_one_family_has_no_way_to_the_other_but_for_groups) {
    sim::World world;
    const sim::Host alone = world.host("alone");
    const sim::System on = alone.system();
    BOOST_TEST(fails(on, send_to(on, datagrams(on), "x", {"10.0.0.9"_ip4, 80}), ENETUNREACH));
    const Address group("239.1.1.1"_ip4, 80);
    BOOST_TEST(send_to(on, datagrams(on), "x", group) == 1);  // nobody is in it
    const sim::System member = world.host("member", "10.0.0.2"_ip4).system();
    const int in = datagrams(member);
    BOOST_TEST(bind(member, in, {"0.0.0.0"_ip4, 80}) == 0);
    ip_mreq request{};
    request.imr_multiaddr.s_addr = htonl("239.1.1.1"_ip4.to_uint());
    BOOST_TEST(member.setsockopt(in, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0);
    BOOST_TEST(send_to(on, datagrams(on), "x", group) == 1);
    Address sender;
    char room[4];
    BOOST_TEST(member.recvfrom(in, room, sizeof room, 0, sender.get(), &sender.size) == 1);
    BOOST_TEST(sender.ip() == "127.0.0.1");
    const int loopback = datagrams(on);
    BOOST_TEST(bind(on, loopback, {"127.0.0.1"_ip4, 0}) == 0);
    BOOST_TEST(fails(on, send_to(on, loopback, "x", {"10.0.0.9"_ip4, 80}), ENETUNREACH));
    const sim::System other = world.host("other", "10.0.0.1"_ip4).system();
    const int own = datagrams(other);
    BOOST_TEST(bind(other, own, {"127.0.0.1"_ip4, 0}) == 0);
    BOOST_TEST(fails(other, send_to(other, own, "x", {"10.0.0.9"_ip4, 80}), EINVAL));
    const int itself = stream(other);  // its own address is the source, too
    const int listening = stream(other);
    BOOST_TEST(bind(other, listening, {"10.0.0.1"_ip4, 80}) == 0);
    BOOST_TEST(other.listen(listening, 1) == 0);
    BOOST_TEST(connect(other, itself, {"10.0.0.1"_ip4, 80}) == 0);
    BOOST_TEST(name_of(other, itself).ip() == "10.0.0.1");
}
BOOST_FIXTURE_TEST_CASE(a_datagram_socket_is_connected_to_all_by_permission, TwoHosts) {
    const int u = datagrams(client);
    const Address all("255.255.255.255"_ip4, 80);
    BOOST_TEST(fails(client, connect(client, u, all), EACCES));
    BOOST_TEST(set(client, u, SOL_SOCKET, SO_BROADCAST, 1) == 0);
    BOOST_TEST(connect(client, u, all) == 0);
}
BOOST_AUTO_TEST_CASE(a_buffer_of_one_byte_is_writable_while_it_is_empty) {
    ConnectedHosts two(with(&sim::Options::send_buffer, 1));
    two.world.cut(two.a, two.b);
    BOOST_TEST(ready(two.client, two.c, POLLOUT) == POLLOUT);
    BOOST_TEST(send(two.client, two.c, "x") == 1);
    BOOST_TEST(ready(two.client, two.c, POLLOUT) == 0);
}
BOOST_FIXTURE_TEST_CASE(a_buffer_that_is_made_smaller_takes_a_part_of_what_was_allowed, ConnectedHosts) {
    BOOST_TEST(send(client, c, std::string(1460, 'x')) == 1460);  // is under way
    BOOST_TEST(set(server, s, SOL_SOCKET, SO_RCVBUF, 1152) == 0);
    world.run_for(10 * millisecond);
    BOOST_TEST(recv(server, s, MSG_DONTWAIT).size() == 1152U);
    BOOST_TEST(recv(server, s).size() == 308U);
}
BOOST_FIXTURE_TEST_CASE(links_are_joined_one_by_one, TwoHosts) {
    world.join(a, b, {.latency = 100 * millisecond});
    listener();
    connected();
    BOOST_TEST(world.now() == second + 200 * millisecond);
    world.run_for(second);
    const std::int64_t before = world.now();
    world.join(a, b, {.latency = millisecond}, {.latency = 10 * millisecond});
    connected();
    BOOST_TEST(world.now() == before + 11 * millisecond);
}
BOOST_FIXTURE_TEST_CASE(a_limit_of_descriptors_grows_no_table, TwoHosts) {
    world.limit(a, {.descriptors = 5});
    world.limit(a, {.descriptors = 100'000});
    for (int i = 3; i < 1024; ++i) {
        if (datagrams(client) != i) BOOST_FAIL("descriptor " << i);
    }
    BOOST_TEST(fails(client, datagrams(client), EMFILE));
}
BOOST_AUTO_TEST_CASE(an_action_beyond_the_table_is_refused) {
    sim::World world(1, with(&sim::Options::actions, 1));
    int done = 0;
    BOOST_TEST(world.at(2 * second, [&] { ++done; }));
    BOOST_TEST(!world.at(2 * second, [&] { ++done; }));
    world.run_for(second);
    BOOST_TEST(done == 1);
    BOOST_TEST(world.at(3 * second, [&] { ++done; }));
}
BOOST_FIXTURE_TEST_CASE(what_asks_of_descriptors_knows_what_is_none, TwoHosts) {
    const int event = client.open_event();
    const int set = client.open_set();
    const int u = datagrams(client);
    BOOST_TEST(client.nonblocking(u) == 0);
    BOOST_TEST(client.set_nonblocking(u, true) == 0);
    BOOST_TEST(client.nonblocking(u) == 1);
    BOOST_TEST(fails(client, client.duplicate(99), EBADF));
    BOOST_TEST(fails(client, client.duplicate(event), ENOTSOCK));
    BOOST_TEST(fails(client, client.raise_event(u), EINVAL));
    BOOST_TEST(fails(client, client.raise_event(99), EBADF));
    BOOST_TEST(fails(client, client.watch(99, u, 1, POLLIN, false), EBADF));
    BOOST_TEST(fails(client, client.watch(set, 99, 1, POLLIN, false), EBADF));
    BOOST_TEST(fails(client, client.unwatch(99, u), EBADF));
    BOOST_TEST(fails(client, client.unwatch(set, 99), EBADF));
    BOOST_TEST(fails(client, client.unwatch(set, u), ENOENT));
    BOOST_TEST(ready(client, set, POLLIN) == 0);
    world.at(2 * second, [&] { BOOST_TEST(client.raise_event(event) == 0); });
    BOOST_TEST(client.watch(set, event, 1, POLLIN, false) == 0);
    PollEvent told[2];
    static_cast<void>(client.wait(set, told, 2, 0));
    BOOST_TEST(ready(client, set, POLLIN, never) == POLLIN);  // a set is waited for by poll()
    world.limit(a, {.files = 3});
    auto none = sim::ReadySet::open(client);
    BOOST_TEST((none.error() == std::errc::too_many_files_open_in_system));
    world.limit(a, {});
    auto ready_set = sim::ReadySet::open(client);
    BOOST_TEST_REQUIRE(ready_set.has_value());
    BOOST_TEST(!ready_set.value().add(99, 1, Directions::in).has_value());
    BOOST_TEST(ready_set.value().add_waker(client.open_event(), 2).has_value());
}
