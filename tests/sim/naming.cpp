// SPDX-License-Identifier: BSL-1.0
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

BOOST_FIXTURE_TEST_CASE(a_system_without_a_world_knows_no_descriptor, TwoHosts) {
    const sim::System nowhere;
    BOOST_TEST(fails(nowhere, stream(nowhere), EBADF));
    BOOST_TEST(fails(nowhere, nowhere.close(3), EBADF));
}
BOOST_FIXTURE_TEST_CASE(descriptors_are_the_lowest_that_are_free, TwoHosts) {
    BOOST_TEST(stream(client) == 3);
    BOOST_TEST(stream(client) == 4);
    BOOST_TEST(client.close(3) == 0);
    BOOST_TEST(stream(client) == 3);
    BOOST_TEST(stream(server) == 3);
}
BOOST_FIXTURE_TEST_CASE(a_fresh_socket_has_the_address_zero, TwoHosts) {
    const Address name = name_of(client, stream(client));
    BOOST_TEST(name.ip() == "0.0.0.0");
    BOOST_TEST(name.port() == 0);
}
BOOST_FIXTURE_TEST_CASE(a_second_bind_is_refused, TwoHosts) {
    const int fd = stream(server);
    BOOST_TEST(bind(server, fd, at_server) == 0);
    BOOST_TEST(fails(server, bind(server, fd, {"10.0.0.2"_ip4, 81}), EINVAL));
}
BOOST_FIXTURE_TEST_CASE(a_failed_bind_leaves_the_socket_unbound, TwoHosts) {
    listener();
    const int fd = stream(server);
    BOOST_TEST(fails(server, bind(server, fd, at_server), EADDRINUSE));
    BOOST_TEST(name_of(server, fd).ip() == "0.0.0.0");
    BOOST_TEST(fails(server, bind(server, fd, {"10.9.9.9"_ip4, 80}), EADDRNOTAVAIL));
    BOOST_TEST(bind(server, fd, {"10.0.0.2"_ip4, 81}) == 0);
}
BOOST_FIXTURE_TEST_CASE(a_wildcard_conflicts_with_each_address_of_its_port, TwoHosts) {
    const int fd = stream(server);
    BOOST_TEST(bind(server, fd, {"0.0.0.0"_ip4, 80}) == 0);
    BOOST_TEST(fails(server, bind(server, stream(server), at_server), EADDRINUSE));
    const int loopback = stream(client);
    BOOST_TEST(bind(client, loopback, {"127.0.0.1"_ip4, 80}) == 0);
    BOOST_TEST(bind(client, stream(client), {"127.0.0.2"_ip4, 80}) == 0);
}
BOOST_FIXTURE_TEST_CASE(reuse_address_shares_a_port_until_one_listens, TwoHosts) {
    const int one = stream(server);
    const int other = stream(server);
    for (const int fd : {one, other}) {
        BOOST_TEST(set(server, fd, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
        BOOST_TEST(bind(server, fd, at_server) == 0);
    }
    BOOST_TEST(server.listen(one, 1) == 0);
    BOOST_TEST(fails(server, server.listen(other, 1), EADDRINUSE));
}
BOOST_FIXTURE_TEST_CASE(reuse_address_has_to_be_on_both_sockets, TwoHosts) {
    const int one = stream(server);
    BOOST_TEST(bind(server, one, at_server) == 0);
    const int other = stream(server);
    BOOST_TEST(set(server, other, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
    BOOST_TEST(fails(server, bind(server, other, at_server), EADDRINUSE));
}
BOOST_FIXTURE_TEST_CASE(reuse_port_lets_two_listen, TwoHosts) {
    for (int i = 0; i < 2; ++i) {
        const int fd = stream(server);
        BOOST_TEST(set(server, fd, SOL_SOCKET, SO_REUSEPORT, 1) == 0);
        BOOST_TEST(bind(server, fd, at_server) == 0);
        BOOST_TEST(server.listen(fd, 1) == 0);
    }
}
BOOST_FIXTURE_TEST_CASE(port_0_is_an_ephemeral_port, TwoHosts) {
    const int fd = stream(client);
    BOOST_TEST(bind(client, fd, {"10.0.0.1"_ip4, 0}) == 0);
    const int port = name_of(client, fd).port();
    BOOST_TEST(port >= 32768);
    BOOST_TEST(port <= 60999);
}
BOOST_FIXTURE_TEST_CASE(bind_address_no_port_reserves_none_and_a_second_bind_is_accepted, TwoHosts) {
    const int fd = stream(client);
    BOOST_TEST(set(client, fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1) == 0);
    BOOST_TEST(bind(client, fd, {"10.0.0.1"_ip4, 0}) == 0);
    BOOST_TEST(name_of(client, fd).port() == 0);
    BOOST_TEST(bind(client, fd, {"10.0.0.1"_ip4, 1234}) == 0);
}
BOOST_FIXTURE_TEST_CASE(all_ephemeral_ports_can_be_taken, TwoHosts) {
    sim::Options many;
    many.sockets = 40000;
    TwoHosts big(many);
    const sim::Host host = big.world.host("many", sim::Limits{.descriptors = 40000}, "10.0.0.3"_ip4);
    const sim::System on = host.system();
    for (int i = 32768; i <= 60999; ++i) {
        if (bind(on, stream(on), {"10.0.0.3"_ip4, 0}) != 0) BOOST_FAIL("port " << i);
    }
    BOOST_TEST(fails(on, bind(on, stream(on), {"10.0.0.3"_ip4, 0}), EADDRINUSE));
}
BOOST_FIXTURE_TEST_CASE(a_privileged_port_is_refused_where_the_host_has_any, TwoHosts) {
    world.limit(b, {.privileged_ports = 1024});
    BOOST_TEST(fails(server, bind(server, stream(server), at_server), EACCES));
}
BOOST_FIXTURE_TEST_CASE(freebind_takes_an_address_that_the_host_has_not, TwoHosts) {
    const int fd = stream(server);
    BOOST_TEST(set(server, fd, IPPROTO_IP, IP_FREEBIND, 1) == 0);
    BOOST_TEST(bind(server, fd, {"10.9.9.9"_ip4, 80}) == 0);
}
BOOST_FIXTURE_TEST_CASE(the_wrong_family_is_refused, TwoHosts) {
    BOOST_TEST(fails(server, bind(server, stream(server), {"fd00::2"_ip6, 80}), EAFNOSUPPORT));
    const int fd = server.socket(AF_INET6, SOCK_STREAM, 0);
    BOOST_TEST(fails(server, bind(server, fd, at_server), EINVAL));  // too short for one of IPv6
    BOOST_TEST(fails(server, server.bind(fd, at_server.get(), 1), EINVAL));
}
BOOST_FIXTURE_TEST_CASE(a_socket_of_both_families_takes_the_port_of_both, TwoHosts) {
    const int both = server.socket(AF_INET6, SOCK_STREAM, 0);
    BOOST_TEST(bind(server, both, {"::"_ip6, 80}) == 0);
    BOOST_TEST(fails(server, bind(server, stream(server), at_server), EADDRINUSE));
    const int only = server.socket(AF_INET6, SOCK_STREAM, 0);
    BOOST_TEST(set(server, only, IPPROTO_IPV6, IPV6_V6ONLY, 1) == 0);
    BOOST_TEST(bind(server, only, {"::"_ip6, 81}) == 0);
    BOOST_TEST(bind(server, stream(server), {"10.0.0.2"_ip4, 81}) == 0);
    BOOST_TEST(fails(server, set(server, only, IPPROTO_IPV6, IPV6_V6ONLY, 0), EINVAL));
}
BOOST_FIXTURE_TEST_CASE(a_socket_of_both_families_keeps_the_port_of_ipv4_while_it_is_connected_by_ipv6, TwoHosts) {
    const int itself = server.socket(AF_INET6, SOCK_STREAM, 0);
    BOOST_TEST(bind(server, itself, {"::"_ip6, 80}) == 0);
    BOOST_TEST(connect(server, itself, {"::1"_ip6, 80}) == 0);
    BOOST_TEST(name_of(server, itself).ip() == "::1");
    BOOST_TEST(fails(server, bind(server, stream(server), {"0.0.0.0"_ip4, 80}), EADDRINUSE));
    BOOST_TEST(bind(server, server.socket(AF_INET6, SOCK_STREAM, 0), {"::1"_ip6, 81}) == 0);
    BOOST_TEST(bind(server, stream(server), {"0.0.0.0"_ip4, 81}) == 0);
}
BOOST_FIXTURE_TEST_CASE(the_limits_of_a_host_have_their_own_errors, TwoHosts) {
    world.limit(a, {.descriptors = 5});
    BOOST_TEST(stream(client) == 3);
    BOOST_TEST(stream(client) == 4);
    BOOST_TEST(fails(client, stream(client), EMFILE));
    world.limit(a, {.files = 2});
    BOOST_TEST(fails(client, stream(client), ENFILE));
    world.limit(a, {.sockets = 2});
    BOOST_TEST(fails(client, stream(client), ENOBUFS));
}
BOOST_AUTO_TEST_CASE(a_world_without_place_has_no_memory) {
    sim::Options few;
    few.sockets = 1;
    TwoHosts small(few);
    BOOST_TEST(stream(small.client) == 3);
    BOOST_TEST(fails(small.server, stream(small.server), ENOMEM));
}
BOOST_FIXTURE_TEST_CASE(what_no_socket_is_can_not_be_made, TwoHosts) {
    BOOST_TEST(fails(client, client.socket(AF_APPLETALK, SOCK_STREAM, 0), EAFNOSUPPORT));
    BOOST_TEST(fails(client, client.socket(AF_INET, SOCK_RAW, 0), ESOCKTNOSUPPORT));
    BOOST_TEST(fails(client, client.socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT));
}
