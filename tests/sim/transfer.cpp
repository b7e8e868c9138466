// SPDX-License-Identifier: BSL-1.0
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

/// Sends as much as goes without waiting.
std::size_t fill(const sim::System& on, int fd) {
    const std::string chunk(1000, 'x');
    std::size_t sum = 0;
    for (;;) {
        const ssize_t count = send(on, fd, chunk, MSG_DONTWAIT);
        if (count < 0) return sum;
        sum += static_cast<std::size_t>(count);
    }
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(bytes_arrive_in_order_after_the_latency, ConnectedHosts) {
    BOOST_TEST(send(client, c, "one ") == 4);
    BOOST_TEST(send(client, c, "two") == 3);
    BOOST_TEST(fails(server, server.recv(s, &listening, 1, MSG_DONTWAIT), EAGAIN));
    const std::int64_t before = world.now();
    BOOST_TEST(recv(server, s) == "one ");
    BOOST_TEST(world.now() - before == millisecond);
    BOOST_TEST(recv(server, s) == "two");
}
BOOST_FIXTURE_TEST_CASE(a_stream_gives_no_name_with_bytes_and_leaves_its_length_without, ConnectedHosts) {
    sockaddr_storage from{};
    auto* const address = reinterpret_cast<sockaddr*>(&from);
    socklen_t size = 77;
    char room[1];
    BOOST_TEST(fails(server, server.recvfrom(s, room, 1, MSG_DONTWAIT, address, &size), EAGAIN));
    BOOST_TEST(size == 77U);
    BOOST_TEST(send(client, c, "x") == 1);
    BOOST_TEST(server.recvfrom(s, room, 1, 0, address, &size) == 1);
    BOOST_TEST(size == 0U);
}
BOOST_FIXTURE_TEST_CASE(peek_leaves_the_bytes_and_waitall_waits_for_all, ConnectedHosts) {
    BOOST_TEST(send(client, c, "hello") == 5);
    BOOST_TEST(recv(server, s, MSG_PEEK) == "hello");
    world.at(world.now() + second, [&] { send(client, c, " world"); });
    BOOST_TEST(recv(server, s, MSG_WAITALL, 11) == "hello world");
}
BOOST_FIXTURE_TEST_CASE(trunc_throws_the_bytes_of_a_stream_away, ConnectedHosts) {
    BOOST_TEST(send(client, c, "hello") == 5);
    world.run_for(5 * millisecond);
    BOOST_TEST(server.recv(s, nullptr, 2, MSG_TRUNC) == 2);
    BOOST_TEST(recv(server, s) == "llo");
}
BOOST_FIXTURE_TEST_CASE(a_peer_that_does_not_read_fills_window_and_buffer, ConnectedHosts) {
    std::size_t sent = fill(client, c);
    for (std::size_t more = 1; more > 0;) {
        world.run_for(10 * millisecond);
        more = fill(client, c);
        sent += more;
    }
    BOOST_TEST(sent == 65535 + 16384U);
    BOOST_TEST(ready(client, c, POLLOUT) == 0);
    BOOST_TEST(fails(client, send(client, c, "x", MSG_DONTWAIT), EAGAIN));
    world.run_for(300 * second);  // it probes the window and does not give up
    BOOST_TEST(window_probes(world) >= 5U);
    std::size_t read = 0;
    while (read < sent) read += recv(server, s).size();
    BOOST_TEST(read == sent);
    BOOST_TEST(ready(client, c, POLLOUT, never) == POLLOUT);
}
BOOST_AUTO_TEST_CASE(a_segment_that_fills_the_window_to_its_last_byte_is_sent_at_once) {
    sim::Options options;
    options.receive_buffer = 2 * sim::tcp::segment;
    ConnectedHosts two(options);
    const std::size_t all = 2 * sim::tcp::segment;
    BOOST_TEST(send(two.client, two.c, std::string(all, 'x')) == static_cast<ssize_t>(all));
    two.world.run_for(millisecond);  // one way, with no time for an acknowledgement
    BOOST_TEST(recv(two.server, two.s, MSG_DONTWAIT).size() == all);
}
BOOST_FIXTURE_TEST_CASE(a_window_that_opens_unheard_is_found_by_a_probe, ConnectedHosts) {
    std::size_t sent = fill(client, c);
    for (std::size_t more = 1; more > 0; sent += more) {
        world.run_for(10 * millisecond);
        more = fill(client, c);
    }
    world.run_for(second);
    world.cut(a, b);
    std::size_t read = 0;
    while (read < 65535) read += recv(server, s).size();  // what the window held
    world.run_for(millisecond);
    world.heal(a, b);
    world.run_for(120 * second);
    BOOST_TEST(ready(client, c, POLLOUT) == POLLOUT);
    while (read < sent) read += recv(server, s).size();
    BOOST_TEST(read == sent);
}
BOOST_FIXTURE_TEST_CASE(a_send_that_blocks_takes_all, ConnectedHosts) {
    const std::string much(200'000, 'x');
    sim::System reader = server;
    std::size_t got = 0;
    std::function<void()> read = [&] {
        std::string room(65536, '\0');
        for (ssize_t count = 1; count > 0;) {
            count = reader.recv(s, room.data(), room.size(), MSG_DONTWAIT);
            if (count > 0) got += static_cast<std::size_t>(count);
        }
        if (got < much.size()) world.at(world.now() + 10 * millisecond, read);
    };
    world.at(world.now(), read);
    BOOST_TEST(send(client, c, much) == 200'000);
    world.run_for(second);
    BOOST_TEST(got == much.size());
}
BOOST_FIXTURE_TEST_CASE(a_socket_is_writable_again_when_a_third_of_its_buffer_is_free, ConnectedHosts) {
    world.cut(a, b);
    BOOST_TEST(fill(client, c) == 16384U);
    BOOST_TEST(ready(client, c, POLLOUT) == 0);
    world.heal(a, b);
    BOOST_TEST(ready(client, c, POLLOUT, never) == POLLOUT);
    BOOST_TEST(fill(client, c) >= 16384U / 3);
}
BOOST_FIXTURE_TEST_CASE(gathered_and_scattered_bytes_are_one_stream, ConnectedHosts) {
    char first[] = "gather";
    char other[] = "ed bytes";
    iovec out[] = {{first, 6}, {nullptr, 0}, {other, 8}};
    msghdr message{};
    message.msg_iov = out;
    message.msg_iovlen = 3;
    BOOST_TEST(client.sendmsg(c, &message, 0) == 14);
    world.run_for(5 * millisecond);
    std::string one(4, '\0');
    std::string two(32, '\0');
    iovec in[] = {{one.data(), one.size()}, {two.data(), two.size()}};
    message.msg_iov = in;
    message.msg_iovlen = 2;
    BOOST_TEST(server.recvmsg(s, &message, 0) == 14);
    BOOST_TEST(one == "gath");
    BOOST_TEST(two.substr(0, 10) == "ered bytes");
}
BOOST_FIXTURE_TEST_CASE(nobody_connected_is_a_broken_pipe_to_send_and_not_connected_to_recv, TwoHosts) {
    const int fd = stream(client);
    BOOST_TEST(fails(client, send(client, fd, "x"), EPIPE));
    BOOST_TEST(recv(client, fd) == "<error>");
    BOOST_TEST(client.error() == ENOTCONN);
}
BOOST_FIXTURE_TEST_CASE(blocks_of_memory_run_out_with_enobufs, TwoHosts) {
    sim::Options few;
    few.blocks = 16;
    ConnectedHosts poor(few);
    poor.world.cut(poor.a, poor.b);
    const std::string much(8000, 'x');
    const ssize_t sent = send(poor.client, poor.c, much, MSG_DONTWAIT);
    BOOST_TEST(sent > 0);
    BOOST_TEST(sent < 8000);
    BOOST_TEST(fails(poor.client, send(poor.client, poor.c, much, MSG_DONTWAIT), ENOBUFS));
}
BOOST_AUTO_TEST_CASE(bandwidth_spreads_bytes_over_time) {
    sim::Options slow;
    slow.link.bandwidth = 100'000;
    ConnectedHosts line(slow);
    const std::string much(10'000, 'x');
    const std::int64_t before = line.world.now();
    BOOST_TEST(send(line.client, line.c, much) == 10'000);
    std::size_t got = 0;
    while (got < much.size()) got += recv(line.server, line.s).size();
    const std::int64_t took = line.world.now() - before;
    BOOST_TEST(took > 100 * millisecond);
    BOOST_TEST(took < 110 * millisecond);
}
BOOST_AUTO_TEST_CASE(loss_delays_a_stream_and_never_breaks_it) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        sim::Options bad;
        bad.link.loss = 150'000;
        bad.link.jitter = 3 * millisecond;
        ConnectedHosts line(bad, seed);
        std::string text;
        for (int i = 0; i < 2000; ++i) text += std::to_string(i) + ' ';
        BOOST_TEST(send(line.client, line.c, text) == static_cast<ssize_t>(text.size()));
        BOOST_TEST(line.client.shutdown(line.c, SHUT_WR) == 0);
        std::string got;
        for (std::string part; (part = recv(line.server, line.s)) != "<end>";) {
            BOOST_TEST_REQUIRE(part != "<error>");
            got += part;
        }
        BOOST_TEST(got == text);
    }
}
BOOST_FIXTURE_TEST_CASE(a_cut_connection_times_out_after_15_retransmissions, ConnectedHosts) {
    world.cut(a, b);
    const std::int64_t before = world.now();
    BOOST_TEST(send(client, c, "into the void") == 13);
    BOOST_TEST(recv(client, c) == "<error>");
    BOOST_TEST(client.error() == ETIMEDOUT);
    const std::int64_t minutes = (world.now() - before) / (60 * second);
    BOOST_TEST(minutes >= 13);  // tcp_retries2: 924 s with a timeout of 200 ms
    BOOST_TEST(minutes <= 16);
}
BOOST_FIXTURE_TEST_CASE(an_idle_connection_outlives_a_cut, ConnectedHosts) {
    world.cut(a, b);
    world.run_for(3600 * second);
    world.heal(a, b);
    BOOST_TEST(send(client, c, "still here") == 10);
    BOOST_TEST(recv(server, s) == "still here");
}
BOOST_FIXTURE_TEST_CASE(a_smaller_receive_buffer_is_a_smaller_window, TwoHosts) {
    const int listening = stream(server);
    BOOST_TEST(set(server, listening, SOL_SOCKET, SO_RCVBUF, 4000) == 0);
    BOOST_TEST(bind(server, listening, at_server) == 0);
    BOOST_TEST(server.listen(listening, 1) == 0);
    const int fd = connected();
    const std::string much(16'000, 'x');
    BOOST_TEST(send(client, fd, much) == 16'000);
    world.run_for(second);
    const int got = accepted(listening);
    BOOST_TEST(recv(server, got, MSG_PEEK).size() == 4000U);
    std::size_t sum = 0;
    while (sum < much.size()) sum += recv(server, got).size();
    BOOST_TEST(sum == much.size());
}
BOOST_FIXTURE_TEST_CASE(a_window_of_less_than_a_segment_is_used_when_nothing_is_under_way, TwoHosts) {
    const int listening = stream(server);
    BOOST_TEST(set(server, listening, SOL_SOCKET, SO_RCVBUF, 2000) == 0);
    BOOST_TEST(bind(server, listening, at_server) == 0);
    BOOST_TEST(server.listen(listening, 1) == 0);
    const int c = connected();
    const int s = accepted(listening);
    BOOST_TEST(send(client, c, std::string(5000, 'x')) == 5000);
    world.run_for(100 * millisecond);
    std::string sizes;
    std::int64_t time = world.now();
    for (const sim::Event& each : world.trace().events()) {
        if (each.kind != sim::Event::sent || each.length == 0) continue;
        sizes += std::to_string(each.length) + ' ';
        BOOST_TEST((sizes.size() <= 5 || each.time == time + 2 * millisecond));  // when the first is acknowledged
        time = each.time;
    }
    BOOST_TEST(sizes == "1460 540 ");
    std::size_t got = 0;
    while (got < 5000) got += recv(server, s).size();
    BOOST_TEST(got == 5000U);
}
BOOST_FIXTURE_TEST_CASE(no_room_takes_nothing_and_waits_for_bytes_all_the_same, ConnectedHosts) {
    BOOST_TEST(fails(server, server.recv(s, nullptr, 0, MSG_DONTWAIT), EAGAIN));
    BOOST_TEST(send(client, c, "x") == 1);
    world.run_for(second);
    BOOST_TEST(server.recv(s, nullptr, 0, MSG_DONTWAIT) == 0);
    BOOST_TEST(recv(server, s) == "x");
}
BOOST_FIXTURE_TEST_CASE(what_was_moved_before_a_reset_is_told_before_it, ConnectedHosts) {
    const linger at_once{1, 0};
    BOOST_TEST(server.setsockopt(s, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    world.at(3 * second, [&] { server.close(s); });
    const std::string much(200'000, 'x');
    const auto sent = send(client, c, much);  // waits
    BOOST_TEST(sent > 0);
    BOOST_TEST(sent < 200'000);
    BOOST_TEST(fails(client, send(client, c, "x"), ECONNRESET));
    const int again = connected();
    const int served = accepted(listening);
    BOOST_TEST(server.setsockopt(served, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    BOOST_TEST(send(server, served, "123") == 3);
    world.at(5 * second, [&] { server.close(served); });
    BOOST_TEST(recv(client, again, MSG_WAITALL, 10) == "123");
    BOOST_TEST(fails(client, client.recv(again, nullptr, 0, 0), ECONNRESET));
}
