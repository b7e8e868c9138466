// SPDX-License-Identifier: BSL-1.0
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

BOOST_FIXTURE_TEST_CASE(listen_without_bind_takes_an_ephemeral_port, TwoHosts) {
    const int fd = stream(server);
    BOOST_TEST(server.listen(fd, 1) == 0);
    BOOST_TEST(name_of(server, fd).port() >= 32768);
}
BOOST_FIXTURE_TEST_CASE(only_a_listening_stream_accepts, TwoHosts) {
    BOOST_TEST(fails(server, server.accept(stream(server), nullptr, nullptr), EINVAL));
    BOOST_TEST(fails(server, server.accept(datagrams(server), nullptr, nullptr), EOPNOTSUPP));
    BOOST_TEST(fails(server, server.listen(datagrams(server), 1), EOPNOTSUPP));
    BOOST_TEST(fails(server, server.accept(99, nullptr, nullptr), EBADF));
    BOOST_TEST(fails(server, server.accept(server.open_event(), nullptr, nullptr), ENOTSOCK));
}
BOOST_FIXTURE_TEST_CASE(what_is_accepted_blocks_although_its_listener_does_not, TwoHosts) {
    const int listening = listener();
    BOOST_TEST(server.set_nonblocking(listening, true) == 0);
    BOOST_TEST(fails(server, server.accept(listening, nullptr, nullptr), EAGAIN));
    connected();
    BOOST_TEST(ready(server, listening, POLLIN, never) == POLLIN);
    BOOST_TEST(server.nonblocking(accepted(listening)) == 0);
}
BOOST_FIXTURE_TEST_CASE(connections_are_accepted_in_order_and_know_their_peers, TwoHosts) {
    const int listening = listener();
    const int first = connected();
    const int second_one = connected();
    for (const int fd : {first, second_one}) {
        Address peer;
        BOOST_TEST(works(server, server.accept(listening, peer.get(), &peer.size)));
        BOOST_TEST(peer.port() == name_of(client, fd).port());
    }
}
BOOST_FIXTURE_TEST_CASE(without_descriptors_the_connection_stays_queued, TwoHosts) {
    const int listening = listener();
    connected();
    world.limit(b, {.descriptors = 4});
    BOOST_TEST(fails(server, server.accept(listening, nullptr, nullptr), EMFILE));
    BOOST_TEST(fails(server, server.accept(listening, nullptr, nullptr), EMFILE));
    world.limit(b, {.descriptors = 5});
    BOOST_TEST(works(server, server.accept(listening, nullptr, nullptr)));
}
BOOST_FIXTURE_TEST_CASE(a_backlog_of_n_holds_one_more_and_drops_further_syns, TwoHosts) {
    const int listening = listener(1);
    connected();
    connected();
    world.run_for(second / 2);
    const int third = stream(client);
    BOOST_TEST(client.set_nonblocking(third, true) == 0);
    BOOST_TEST(fails(client, connect(client, third, at_server), EINPROGRESS));
    BOOST_TEST(ready(client, third, POLLOUT, world.now() + second / 2) == 0);
    accepted(listening);
    const std::int64_t before = world.now();
    BOOST_TEST(ready(client, third, POLLOUT, never) == POLLOUT);  // by the second SYN
    BOOST_TEST(world.now() - before == second / 2 + 2 * millisecond);
}
BOOST_FIXTURE_TEST_CASE(a_full_backlog_times_a_connect_out, TwoHosts) {
    listener(0);
    connected();
    world.run_for(millisecond * 10);
    BOOST_TEST(fails(client, connect(client, stream(client), at_server), ETIMEDOUT));
}
BOOST_FIXTURE_TEST_CASE(a_closed_listener_resets_what_it_did_not_accept, TwoHosts) {
    const int listening = listener();
    const int fd = connected();
    world.run_for(millisecond * 10);
    BOOST_TEST(server.close(listening) == 0);
    BOOST_TEST(recv(client, fd) == "<error>");
    BOOST_TEST(client.error() == ECONNRESET);
    BOOST_TEST(b.sockets() == 0U);
}
BOOST_FIXTURE_TEST_CASE(a_connection_reset_in_the_queue_is_accepted_and_then_tells, TwoHosts) {
    const int listening = listener();
    const int fd = connected();
    const linger at_once{1, 0};
    BOOST_TEST(client.setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    BOOST_TEST(client.close(fd) == 0);
    world.run_for(10 * millisecond);
    const int dead = accepted(listening);
    BOOST_TEST(recv(server, dead) == "<error>");
    BOOST_TEST(server.error() == ECONNRESET);
    BOOST_TEST(server.close(dead) == 0);
    BOOST_TEST(b.sockets() == 1U);
}
BOOST_FIXTURE_TEST_CASE(a_connection_reset_in_the_queue_goes_with_its_listener, TwoHosts) {
    const int listening = listener();
    const int c = connected();
    const linger at_once{1, 0};
    BOOST_TEST(client.setsockopt(c, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    BOOST_TEST(client.close(c) == 0);
    world.run_for(5 * millisecond);
    BOOST_TEST(b.sockets() == 2U);
    BOOST_TEST(server.close(listening) == 0);
    BOOST_TEST(b.sockets() == 0U);
}
BOOST_FIXTURE_TEST_CASE(shutdown_of_the_receiving_side_stops_a_listener, TwoHosts) {
    const int listening = listener();
    BOOST_TEST(server.shutdown(listening, SHUT_WR) == 0);
    connected();
    BOOST_TEST(server.shutdown(listening, SHUT_RD) == 0);
    BOOST_TEST(fails(server, server.accept(listening, nullptr, nullptr), EINVAL));
    BOOST_TEST(fails(client, connect(client, stream(client), at_server), ECONNREFUSED));
    BOOST_TEST(name_of(server, listening).port() == 80);
    BOOST_TEST(server.listen(listening, 1) == 0);
}
BOOST_FIXTURE_TEST_CASE(a_second_listen_only_changes_the_backlog, TwoHosts) {
    const int listening = listener(0);
    BOOST_TEST(server.listen(listening, 5) == 0);
    for (int i = 0; i < 6; ++i) connected();
    BOOST_TEST(option_of(server, listening, SOL_SOCKET, SO_ACCEPTCONN) == 1);
}
BOOST_FIXTURE_TEST_CASE(a_listener_carries_no_data, TwoHosts) {
    const int listening = listener();
    BOOST_TEST(recv(server, listening) == "<error>");
    BOOST_TEST(server.error() == ENOTCONN);
    BOOST_TEST(fails(server, send(server, listening, "x"), EPIPE));
}
BOOST_FIXTURE_TEST_CASE(reuse_port_spreads_connections_over_the_listeners, TwoHosts) {
    int listening[2] = {};
    for (int& fd : listening) {
        fd = stream(server);
        BOOST_TEST(set(server, fd, SOL_SOCKET, SO_REUSEPORT, 1) == 0);
        BOOST_TEST(bind(server, fd, at_server) == 0);
        BOOST_TEST(server.listen(fd, 64) == 0);
    }
    for (int i = 0; i < 32; ++i) connected();
    world.run_for(10 * millisecond);
    for (const int fd : listening) BOOST_TEST(ready(server, fd, POLLIN) == POLLIN);
}
BOOST_FIXTURE_TEST_CASE(the_most_exact_listener_gets_the_connection, TwoHosts) {
    const int exact = listener();
    const int wild = stream(server);
    BOOST_TEST(bind(server, wild, {"0.0.0.0"_ip4, 81}) == 0);
    BOOST_TEST(server.listen(wild, 1) == 0);
    connected();
    world.run_for(10 * millisecond);
    BOOST_TEST(ready(server, exact, POLLIN) == POLLIN);
    BOOST_TEST(ready(server, wild, POLLIN) == 0);
}
