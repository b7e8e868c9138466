// SPDX-License-Identifier: BSL-1.0
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

BOOST_FIXTURE_TEST_CASE(a_half_closed_connection_still_receives, ConnectedHosts) {
    BOOST_TEST(client.shutdown(c, SHUT_WR) == 0);
    BOOST_TEST(tcp_state(client, c) == TCP_FIN_WAIT1);
    BOOST_TEST(recv(server, s) == "<end>");
    BOOST_TEST(tcp_state(server, s) == TCP_CLOSE_WAIT);
    BOOST_TEST(send(server, s, "reply") == 5);
    BOOST_TEST(recv(client, c) == "reply");
    BOOST_TEST(fails(client, send(client, c, "x", MSG_NOSIGNAL), EPIPE));
}
BOOST_FIXTURE_TEST_CASE(both_directions_closed_leave_time_wait_with_who_began, ConnectedHosts) {
    BOOST_TEST(client.close(c) == 0);
    BOOST_TEST(recv(server, s) == "<end>");
    BOOST_TEST(server.close(s) == 0);
    world.run_for(second);
    BOOST_TEST(a.sockets() == 1U);
    BOOST_TEST(b.sockets() == 1U);  // the listener
    world.run_for(60 * second);
    BOOST_TEST(a.sockets() == 0U);
}
BOOST_FIXTURE_TEST_CASE(a_port_in_time_wait_wants_reuse_address, ConnectedHosts) {
    const int port = name_of(client, c).port();
    BOOST_TEST(client.close(c) == 0);
    BOOST_TEST(recv(server, s) == "<end>");
    BOOST_TEST(server.close(s) == 0);
    world.run_for(second);
    const int fd = stream(client);
    const Address same("10.0.0.1"_ip4, static_cast<std::uint16_t>(port));
    BOOST_TEST(fails(client, bind(client, fd, same), EADDRINUSE));
    world.run_for(60 * second);
    BOOST_TEST(bind(client, fd, same) == 0);
}
BOOST_FIXTURE_TEST_CASE(a_server_that_closes_first_can_not_bind_again_at_once_without_reuse_address, ConnectedHosts) {
    BOOST_TEST(server.close(s) == 0);
    BOOST_TEST(recv(client, c) == "<end>");
    BOOST_TEST(client.close(c) == 0);
    world.run_for(second);
    BOOST_TEST(server.close(listening) == 0);
    BOOST_TEST(fails(server, bind(server, stream(server), at_server), EADDRINUSE));
    world.run_for(60 * second);
    BOOST_TEST(bind(server, stream(server), at_server) == 0);
}
BOOST_FIXTURE_TEST_CASE(closing_over_unread_bytes_resets_the_peer, ConnectedHosts) {
    BOOST_TEST(send(client, c, "unread") == 6);
    world.run_for(5 * millisecond);
    BOOST_TEST(server.close(s) == 0);
    BOOST_TEST(recv(client, c) == "<error>");
    BOOST_TEST(client.error() == ECONNRESET);
    BOOST_TEST(tcp_state(client, c) == TCP_CLOSE);
}
BOOST_FIXTURE_TEST_CASE(sending_to_a_closed_socket_first_works_then_breaks, ConnectedHosts) {
    BOOST_TEST(server.close(s) == 0);
    world.run_for(5 * millisecond);
    BOOST_TEST(send(client, c, "too late") == 8);
    world.run_for(5 * millisecond);
    BOOST_TEST(recv(client, c) == "<end>");  // FIN came before RST
    BOOST_TEST(fails(client, send(client, c, "x", MSG_NOSIGNAL), EPIPE));
}
BOOST_FIXTURE_TEST_CASE(linger_zero_resets, ConnectedHosts) {
    const linger at_once{1, 0};
    BOOST_TEST(client.setsockopt(c, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    BOOST_TEST(client.close(c) == 0);
    BOOST_TEST(a.sockets() == 0U);
    BOOST_TEST(recv(server, s) == "<error>");
    BOOST_TEST(server.error() == ECONNRESET);
    BOOST_TEST(fails(server, send(server, s, "x", MSG_NOSIGNAL), EPIPE));
}
BOOST_FIXTURE_TEST_CASE(bytes_that_came_before_a_reset_are_still_read, ConnectedHosts) {
    BOOST_TEST(send(client, c, "last words") == 10);
    const linger at_once{1, 0};
    BOOST_TEST(client.setsockopt(c, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    BOOST_TEST(client.close(c) == 0);
    world.run_for(5 * millisecond);
    BOOST_TEST(ready(server, s, POLLIN) == (POLLIN | POLLERR | POLLHUP));
    BOOST_TEST(recv(server, s) == "last words");
    BOOST_TEST(recv(server, s) == "<error>");
    BOOST_TEST(server.error() == ECONNRESET);
    BOOST_TEST(recv(server, s) == "<end>");
}
BOOST_FIXTURE_TEST_CASE(a_reset_error_is_told_once, ConnectedHosts) {
    const linger at_once{1, 0};
    BOOST_TEST(client.setsockopt(c, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    BOOST_TEST(client.close(c) == 0);
    world.run_for(5 * millisecond);
    BOOST_TEST(error_of(server, s) == ECONNRESET);
    BOOST_TEST(error_of(server, s) == 0);
}
BOOST_FIXTURE_TEST_CASE(a_lingering_close_waits_until_all_is_acknowledged, ConnectedHosts) {
    const linger long_enough{1, 10};
    BOOST_TEST(client.setsockopt(c, SOL_SOCKET, SO_LINGER, &long_enough, sizeof long_enough) == 0);
    BOOST_TEST(send(client, c, "bye") == 3);
    const std::int64_t before = world.now();
    BOOST_TEST(client.close(c) == 0);
    BOOST_TEST(world.now() - before == 2 * millisecond);
    BOOST_TEST(recv(server, s) == "bye");
}
BOOST_FIXTURE_TEST_CASE(a_lingering_close_gives_up_at_its_time, ConnectedHosts) {
    const linger short_time{1, 3};
    BOOST_TEST(client.setsockopt(c, SOL_SOCKET, SO_LINGER, &short_time, sizeof short_time) == 0);
    BOOST_TEST(client.set_nonblocking(c, true) == 0);
    world.cut(a, b);
    BOOST_TEST(send(client, c, "bye") == 3);
    const std::int64_t before = world.now();
    BOOST_TEST(client.close(c) == 0);
    BOOST_TEST(world.now() - before == 3 * second);
    BOOST_TEST(a.open() == 0U);
    world.heal(a, b);
    BOOST_TEST(recv(server, s) == "bye");  // an orphan goes on
}
BOOST_FIXTURE_TEST_CASE(an_orphan_in_a_cut_network_is_given_up, ConnectedHosts) {
    world.cut(a, b);
    BOOST_TEST(send(client, c, "bye") == 3);
    BOOST_TEST(client.close(c) == 0);
    world.run_for(3600 * second);
    BOOST_TEST(a.sockets() == 0U);
}
BOOST_FIXTURE_TEST_CASE(fin_wait_2_of_an_orphan_lasts_a_minute, ConnectedHosts) {
    BOOST_TEST(client.close(c) == 0);
    world.run_for(59 * second);
    BOOST_TEST(a.sockets() == 1U);
    world.run_for(2 * second);
    BOOST_TEST(a.sockets() == 0U);
    BOOST_TEST(send(server, s, "anybody?") == 8);
    world.run_for(5 * millisecond);
    BOOST_TEST(fails(server, send(server, s, "x", MSG_NOSIGNAL), EPIPE));
}
BOOST_FIXTURE_TEST_CASE(data_for_a_socket_that_nobody_reads_any_more_is_reset, ConnectedHosts) {
    BOOST_TEST(client.close(c) == 0);
    world.run_for(5 * millisecond);
    BOOST_TEST(send(server, s, "x") == 1);
    world.run_for(5 * millisecond);
    BOOST_TEST(a.sockets() == 0U);
    BOOST_TEST(ready(server, s, POLLOUT) == (POLLOUT | POLLERR | POLLHUP));
}
BOOST_FIXTURE_TEST_CASE(shutdown_of_receive_ends_reading_and_the_peer_may_still_send, ConnectedHosts) {
    BOOST_TEST(server.shutdown(s, SHUT_RD) == 0);
    BOOST_TEST(recv(server, s) == "<end>");
    BOOST_TEST(send(client, c, "late") == 4);
    world.run_for(5 * millisecond);
    BOOST_TEST(recv(server, s) == "late");  // Linux
    BOOST_TEST(recv(server, s) == "<end>");
}
BOOST_FIXTURE_TEST_CASE(shutdown_wants_a_connection_and_a_direction, ConnectedHosts) {
    BOOST_TEST(fails(client, client.shutdown(stream(client), SHUT_WR), ENOTCONN));
    BOOST_TEST(fails(client, client.shutdown(c, 7), EINVAL));
    BOOST_TEST(client.shutdown(c, SHUT_WR) == 0);
    BOOST_TEST(client.shutdown(c, SHUT_WR) == 0);
}
BOOST_FIXTURE_TEST_CASE(both_ends_can_close_at_once, ConnectedHosts) {
    BOOST_TEST(client.shutdown(c, SHUT_WR) == 0);
    BOOST_TEST(server.shutdown(s, SHUT_WR) == 0);
    world.run_for(5 * millisecond);
    BOOST_TEST(recv(client, c) == "<end>");
    BOOST_TEST(recv(server, s) == "<end>");
    BOOST_TEST(tcp_state(client, c) == TCP_CLOSE);  // no descriptor has TIME_WAIT in Linux
    BOOST_TEST(client.close(c) == 0);
    BOOST_TEST(server.close(s) == 0);
    world.run_for(61 * second);
    BOOST_TEST(a.sockets() == 0U);
    BOOST_TEST(b.sockets() == 1U);
}
BOOST_FIXTURE_TEST_CASE(the_last_bytes_arrive_before_the_end, ConnectedHosts) {
    const std::string much(60'000, 'x');
    BOOST_TEST(send(client, c, much.substr(0, 16'000)) == 16'000);
    BOOST_TEST(client.close(c) == 0);
    std::size_t sum = 0;
    for (std::string part; (part = recv(server, s)) != "<end>"; sum += part.size()) {
        BOOST_TEST_REQUIRE(part != "<error>");
    }
    BOOST_TEST(sum == 16'000U);
}
BOOST_FIXTURE_TEST_CASE(a_descriptor_is_closed_once, ConnectedHosts) {
    BOOST_TEST(client.close(c) == 0);
    BOOST_TEST(fails(client, client.close(c), EBADF));
    BOOST_TEST(fails(client, send(client, c, "x"), EBADF));
    BOOST_TEST(fails(client, client.close(-1), EBADF));
}
BOOST_FIXTURE_TEST_CASE(bytes_for_who_was_never_accepted_go_with_the_listener, TwoHosts) {
    const std::size_t blocks = world.engine().blocks.free_blocks();
    const int listening = listener();
    const int c = connected();
    BOOST_TEST(send(client, c, "unread") == 6);
    world.run_for(second);
    BOOST_TEST(server.close(listening) == 0);
    world.run_for(second);
    BOOST_TEST(client.close(c) == 0);
    world.run_for(100 * second);
    BOOST_TEST(world.engine().blocks.free_blocks() == blocks);
}
BOOST_FIXTURE_TEST_CASE(nobody_finds_a_connection_that_was_reset_though_its_socket_is_open, ConnectedHosts) {
    const Address own = name_of(client, c);
    const linger at_once{1, 0};
    BOOST_TEST(server.setsockopt(s, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    BOOST_TEST(server.close(s) == 0);
    BOOST_TEST(server.close(listening) == 0);
    world.run_for(second);
    const int back = stream(server);
    BOOST_TEST(bind(server, back, at_server) == 0);
    BOOST_TEST(fails(server, connect(server, back, own), ECONNREFUSED));
}
BOOST_FIXTURE_TEST_CASE(who_waits_for_bytes_hears_that_its_own_program_wants_no_more, ConnectedHosts) {
    world.at(world.now() + second, [&] { BOOST_TEST(client.shutdown(c, SHUT_RD) == 0); });
    BOOST_TEST(recv(client, c) == "<end>");
    BOOST_TEST(world.now() >= 2 * second);
}
