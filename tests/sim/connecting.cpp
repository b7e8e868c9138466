// SPDX-License-Identifier: BSL-1.0
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

BOOST_FIXTURE_TEST_CASE(a_connect_takes_one_round_trip, TwoHosts) {
    listener();
    const std::int64_t before = world.now();
    const int fd = connected();
    BOOST_TEST(world.now() - before == 2 * millisecond);
    BOOST_TEST(name_of(client, fd).ip() == "10.0.0.1");
    BOOST_TEST(peer_of(client, fd).port() == 80);
}
BOOST_FIXTURE_TEST_CASE(nobody_listening_refuses, TwoHosts) {
    const int fd = stream(client);
    BOOST_TEST(fails(client, connect(client, fd, at_server), ECONNREFUSED));
}
BOOST_FIXTURE_TEST_CASE(a_refused_socket_can_try_again_as_on_linux, TwoHosts) {
    const int fd = stream(client);
    BOOST_TEST(fails(client, connect(client, fd, at_server), ECONNREFUSED));
    listener();
    BOOST_TEST(connect(client, fd, at_server) == 0);
}
BOOST_FIXTURE_TEST_CASE(lost_syns_time_out_after_127_seconds, TwoHosts) {
    listener();
    world.cut(a, b);
    const std::int64_t before = world.now();
    BOOST_TEST(fails(client, connect(client, stream(client), at_server), ETIMEDOUT));
    BOOST_TEST(world.now() - before == 127 * second);
    int syns = 0;
    for (const auto& event : world.trace().events()) syns += event.kind == sim::Event::sent ? 1 : 0;
    BOOST_TEST(syns == 7);
}
BOOST_FIXTURE_TEST_CASE(a_cut_that_heals_only_delays_a_connect, TwoHosts) {
    listener();
    world.cut(a, b);
    world.at(world.now() + 2 * second, [&] { world.heal(a, b); });
    const std::int64_t before = world.now();
    connected();
    BOOST_TEST(world.now() - before == 3 * second + 2 * millisecond);
}
BOOST_FIXTURE_TEST_CASE(an_address_that_nobody_has_times_out, TwoHosts) {
    BOOST_TEST(fails(client, connect(client, stream(client), {"10.0.0.77"_ip4, 80}), ETIMEDOUT));
}
BOOST_FIXTURE_TEST_CASE(a_rejecting_network_is_host_unreachable, TwoHosts) {
    world.pass(a, b, sim::Passage::reject);
    BOOST_TEST(fails(client, connect(client, stream(client), at_server), EHOSTUNREACH));
}
BOOST_FIXTURE_TEST_CASE(a_family_that_the_host_has_not_is_network_unreachable, TwoHosts) {
    const sim::System on = world.host("v4 only", "10.0.0.4"_ip4).system();
    const int fd = on.socket(AF_INET6, SOCK_STREAM, 0);
    BOOST_TEST(fails(on, connect(on, fd, {"fd00::2"_ip6, 80}), ENETUNREACH));
    BOOST_TEST(tcp_state(on, fd) == TCP_CLOSE);
}
BOOST_FIXTURE_TEST_CASE(loopback_is_on_every_host_and_leads_nowhere_else, TwoHosts) {
    const int fd = stream(server);
    BOOST_TEST(bind(server, fd, {"127.0.0.1"_ip4, 80}) == 0);
    BOOST_TEST(server.listen(fd, 1) == 0);
    BOOST_TEST(connect(server, stream(server), {"127.0.0.1"_ip4, 80}) == 0);
    BOOST_TEST(fails(client, connect(client, stream(client), {"127.0.0.1"_ip4, 80}), ECONNREFUSED));
    const int bound = stream(client);
    BOOST_TEST(bind(client, bound, {"127.0.0.1"_ip4, 0}) == 0);
    BOOST_TEST(fails(client, connect(client, bound, at_server), EINVAL));
}
BOOST_FIXTURE_TEST_CASE(the_wildcard_means_loopback, TwoHosts) {
    const int fd = stream(server);
    BOOST_TEST(bind(server, fd, {"0.0.0.0"_ip4, 80}) == 0);
    BOOST_TEST(server.listen(fd, 1) == 0);
    const int own = stream(server);
    BOOST_TEST(connect(server, own, {"0.0.0.0"_ip4, 80}) == 0);
    BOOST_TEST(peer_of(server, own).ip() == "127.0.0.1");
}
BOOST_FIXTURE_TEST_CASE(a_bound_socket_connects_from_its_address, TwoHosts) {
    listener();
    const int fd = stream(client);
    BOOST_TEST(bind(client, fd, {"10.0.0.1"_ip4, 1234}) == 0);
    BOOST_TEST(connect(client, fd, at_server) == 0);
    BOOST_TEST(name_of(client, fd).port() == 1234);
}
BOOST_FIXTURE_TEST_CASE(the_same_pair_of_addresses_is_not_available_twice, TwoHosts) {
    listener();
    for (int i = 0; i < 2; ++i) {
        const int fd = stream(client);
        BOOST_TEST(set(client, fd, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
        BOOST_TEST(bind(client, fd, {"10.0.0.1"_ip4, 1234}) == 0);
        if (i == 0) {
            BOOST_TEST(connect(client, fd, at_server) == 0);
        } else {
            BOOST_TEST(fails(client, connect(client, fd, at_server), EADDRNOTAVAIL));
        }
    }
}
BOOST_FIXTURE_TEST_CASE(a_connected_socket_can_not_connect_again, ConnectedHosts) {
    BOOST_TEST(fails(client, connect(client, c, at_server), EISCONN));
    BOOST_TEST(fails(server, connect(server, listening, {"10.0.0.1"_ip4, 1}), EISCONN));
}
BOOST_FIXTURE_TEST_CASE(a_nonblocking_connect_is_in_progress_then_already_then_done, TwoHosts) {
    listener();
    const int fd = stream(client);
    BOOST_TEST(client.set_nonblocking(fd, true) == 0);
    BOOST_TEST(fails(client, connect(client, fd, at_server), EINPROGRESS));
    BOOST_TEST(tcp_state(client, fd) == TCP_SYN_SENT);
    BOOST_TEST(fails(client, connect(client, fd, at_server), EALREADY));
    BOOST_TEST(ready(client, fd, POLLOUT, never) == POLLOUT);
    BOOST_TEST(error_of(client, fd) == 0);
    BOOST_TEST(connect(client, fd, at_server) == 0);
    BOOST_TEST(fails(client, connect(client, fd, at_server), EISCONN));
}
BOOST_FIXTURE_TEST_CASE(a_refusal_is_told_once_by_so_error_and_then_aborts_the_next_connect, TwoHosts) {
    const int fd = stream(client);
    BOOST_TEST(client.set_nonblocking(fd, true) == 0);
    BOOST_TEST(fails(client, connect(client, fd, at_server), EINPROGRESS));
    BOOST_TEST(ready(client, fd, POLLOUT, never) == (POLLOUT | POLLERR | POLLHUP));
    BOOST_TEST(error_of(client, fd) == ECONNREFUSED);
    BOOST_TEST(error_of(client, fd) == 0);
    BOOST_TEST(fails(client, connect(client, fd, at_server), ECONNABORTED));
    BOOST_TEST(fails(client, connect(client, fd, at_server), EINPROGRESS));
}
BOOST_FIXTURE_TEST_CASE(an_interrupted_connect_goes_on, TwoHosts) {
    listener();
    world.add(Fault{.call = sim::Call::connect, .error = EINTR});
    const int fd = stream(client);
    BOOST_TEST(fails(client, connect(client, fd, at_server), EINTR));
    BOOST_TEST(tcp_state(client, fd) == TCP_SYN_SENT);
    BOOST_TEST(ready(client, fd, POLLOUT, never) == POLLOUT);
    BOOST_TEST(error_of(client, fd) == 0);
    BOOST_TEST(tcp_state(client, fd) == TCP_ESTABLISHED);
}
BOOST_FIXTURE_TEST_CASE(while_it_connects_bytes_would_block, TwoHosts) {
    listener();
    const int fd = stream(client);
    BOOST_TEST(client.set_nonblocking(fd, true) == 0);
    BOOST_TEST(fails(client, connect(client, fd, at_server), EINPROGRESS));
    BOOST_TEST(fails(client, send(client, fd, "x"), EAGAIN));
    BOOST_TEST(recv(client, fd) == "<error>");
    BOOST_TEST(client.error() == EAGAIN);
    Address name;
    BOOST_TEST(fails(client, client.getpeername(fd, name.get(), &name.size), ENOTCONN));
}
BOOST_FIXTURE_TEST_CASE(closing_while_it_connects_says_nothing, TwoHosts) {
    world.cut(a, b);
    const int fd = stream(client);
    BOOST_TEST(client.set_nonblocking(fd, true) == 0);
    BOOST_TEST(fails(client, connect(client, fd, at_server), EINPROGRESS));
    BOOST_TEST(client.close(fd) == 0);
    BOOST_TEST(!world.step());
    BOOST_TEST(a.sockets() == 0U);
}
BOOST_FIXTURE_TEST_CASE(a_socket_can_connect_to_itself, TwoHosts) {
    const int fd = stream(client);
    BOOST_TEST(bind(client, fd, {"127.0.0.1"_ip4, 4000}) == 0);
    BOOST_TEST(connect(client, fd, {"127.0.0.1"_ip4, 4000}) == 0);
    BOOST_TEST(send(client, fd, "echo") == 4);
    BOOST_TEST(recv(client, fd) == "echo");
}
BOOST_FIXTURE_TEST_CASE(a_socket_of_both_families_sees_mapped_addresses, TwoHosts) {
    const int both = server.socket(AF_INET6, SOCK_STREAM, 0);
    BOOST_TEST(bind(server, both, {"::"_ip6, 80}) == 0);
    BOOST_TEST(server.listen(both, 2) == 0);
    connected();
    Address peer;
    BOOST_TEST(works(server, server.accept(both, peer.get(), &peer.size)));
    BOOST_TEST(peer.ip() == "::ffff:10.0.0.1");
    const int v6 = client.socket(AF_INET6, SOCK_STREAM, 0);
    BOOST_TEST(connect(client, v6, {"fd00::2"_ip6, 80}) == 0);
}
BOOST_FIXTURE_TEST_CASE(connect_to_no_family_ends_a_connection_and_keeps_what_bind_named, ConnectedHosts) {
    const int fd = stream(client);
    BOOST_TEST(bind(client, fd, {"10.0.0.1"_ip4, 1234}) == 0);
    BOOST_TEST(connect(client, fd, at_server) == 0);
    sockaddr nobody{};
    nobody.sa_family = AF_UNSPEC;
    BOOST_TEST(client.connect(fd, &nobody, sizeof nobody) == 0);
    BOOST_TEST(name_of(client, fd).port() == 1234);
    BOOST_TEST(tcp_state(client, fd) == TCP_CLOSE);
}
