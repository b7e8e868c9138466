// SPDX-License-Identifier: BSL-1.0
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

BOOST_FIXTURE_TEST_CASE(poll_waits_until_its_point_of_time, ConnectedHosts) {
    const std::int64_t until = world.now() + 7 * second;
    BOOST_TEST(ready(server, s, POLLIN, until) == 0);
    BOOST_TEST(world.now() == until);
}
BOOST_FIXTURE_TEST_CASE(a_time_that_has_passed_looks_once_and_does_not_wait, ConnectedHosts) {
    BOOST_TEST(send(client, c, "x") == 1);
    for (const std::int64_t past : {std::int64_t{0}, std::int64_t{-5}, world.now()}) {
        BOOST_TEST(ready(server, s, POLLIN, past) == 0);
    }
    world.run_for(5 * millisecond);
    BOOST_TEST(ready(server, s, POLLIN, 0) == POLLIN);
}
BOOST_FIXTURE_TEST_CASE(a_fresh_stream_is_hung_up_and_writable, TwoHosts) {
    BOOST_TEST(ready(client, stream(client), POLLIN | POLLOUT) == (POLLOUT | POLLHUP));
}
BOOST_FIXTURE_TEST_CASE(a_datagram_socket_is_writable, TwoHosts) {
    BOOST_TEST(ready(client, datagrams(client), POLLIN | POLLOUT) == POLLOUT);
}
BOOST_FIXTURE_TEST_CASE(the_end_of_a_stream_is_readable, ConnectedHosts) {
    BOOST_TEST(client.shutdown(c, SHUT_WR) == 0);
    world.run_for(5 * millisecond);
    BOOST_TEST(ready(server, s, POLLIN | POLLOUT | POLLRDHUP) == (POLLIN | POLLOUT | POLLRDHUP));
}
BOOST_FIXTURE_TEST_CASE(both_directions_ended_are_a_hangup, ConnectedHosts) {
    BOOST_TEST(client.shutdown(c, SHUT_WR) == 0);
    BOOST_TEST(server.shutdown(s, SHUT_WR) == 0);
    world.run_for(5 * millisecond);
    BOOST_TEST((ready(server, s, POLLIN) & POLLHUP) == POLLHUP);
}
BOOST_FIXTURE_TEST_CASE(a_descriptor_that_is_none_is_told_and_a_negative_one_skipped, TwoHosts) {
    pollfd both[] = {{77, POLLIN, 0}, {-1, POLLIN, 0}};
    BOOST_TEST(client.poll(both, 2, never) == 1);
    BOOST_TEST(both[0].revents == POLLNVAL);
    BOOST_TEST(both[1].revents == 0);
    BOOST_TEST(ready(client, 0, POLLIN) == POLLNVAL);  // the lowest, which the system of a host does not know
}
BOOST_FIXTURE_TEST_CASE(an_event_wakes_a_poll, TwoHosts) {
    const int event = client.open_event();
    BOOST_TEST(ready(client, event, POLLIN) == 0);
    world.at(world.now() + second, [&] { client.raise_event(event); });
    const std::int64_t before = world.now();
    BOOST_TEST(ready(client, event, POLLIN, never) == POLLIN);
    BOOST_TEST(world.now() - before == second);
    BOOST_TEST(client.lower_event(event) == 0);
    BOOST_TEST(ready(client, event, POLLIN) == 0);
    BOOST_TEST(client.close(event) == 0);
    BOOST_TEST(fails(client, client.raise_event(event), EBADF));
}
BOOST_FIXTURE_TEST_CASE(many_descriptors_are_waited_for_at_once, ConnectedHosts) {
    pollfd all[] = {{listening, POLLIN, 0}, {s, POLLIN, 0}};
    BOOST_TEST(send(client, c, "x") == 1);
    BOOST_TEST(server.poll(all, 2, never) == 1);
    BOOST_TEST(all[1].revents == POLLIN);
    BOOST_TEST(connect(client, stream(client), at_server) == 0);
    world.run_for(5 * millisecond);
    BOOST_TEST(server.poll(all, 2, never) == 2);
}
BOOST_FIXTURE_TEST_CASE(waiting_for_what_can_never_be_is_a_deadlock, ConnectedHosts) {
    BOOST_TEST(fails(server, server.recv(s, &c, 1, 0), EDEADLK));
    BOOST_TEST(world.deadlock() == "main waits in recv for descriptor 4\n");
}
BOOST_FIXTURE_TEST_CASE(no_descriptors_and_a_time_are_a_sleep, TwoHosts) {
    const std::int64_t until = world.now() + 3600 * second;
    BOOST_TEST(client.poll(nullptr, 0, until) == 0);
    BOOST_TEST(client.now() == until);
}
