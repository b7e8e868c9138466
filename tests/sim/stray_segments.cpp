// SPDX-License-Identifier: BSL-1.0
// Segments that come late, twice, out of nowhere or where there is no memory for them.
#include <estate/backend/sim/programs.hpp>

#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

/// A connection whose segments a stranger can write.
struct Strayed : ConnectedHosts {
    explicit Strayed(const sim::Options& options = {}) : ConnectedHosts(options) {}

    [[nodiscard]] sim::Socket& socket(const sim::Host& host, int fd) {
        return world.engine().sockets[world.engine().hosts[host.id()].find(fd)->socket];
    }
    /// A segment to the socket as from its peer; `change` makes it odd.
    template <class Change>
    void stray(const sim::Socket& to, Change change) {
        sim::Engine& engine = world.engine();
        const sim::PacketId id = engine.packets.take();
        sim::Packet& packet = engine.packets[id];
        packet.flags = sim::flag::ack;
        packet.from = to.host == a.id() ? b.id() : a.id();
        packet.source = to.peer;
        packet.destination = to.local;
        packet.sequence = to.rcv_nxt;
        packet.acknowledged = to.snd_nxt;
        packet.window = 65535;
        change(packet);
        sim::Network::send(engine, id);
        world.run_for(5 * millisecond);
    }
};

int connecting(const sim::System& on, const Address& to) {
    const int fd = stream(on);
    BOOST_TEST(on.set_nonblocking(fd, true) == 0);
    BOOST_TEST(fails(on, connect(on, fd, to), EINPROGRESS));
    return fd;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(an_acknowledgement_of_what_was_never_sent_is_answered_and_dropped, Strayed) {
    sim::Socket& own = socket(a, c);
    const std::uint64_t sent = world.engine().packets_sent;
    stray(own, [](sim::Packet& packet) { ++packet.acknowledged; });
    BOOST_TEST(world.engine().packets_sent == sent + 2);
    BOOST_TEST(send(client, c, "goes on") == 7);
    BOOST_TEST(recv(server, s) == "goes on");
}
BOOST_FIXTURE_TEST_CASE(an_old_acknowledgement_changes_no_window, Strayed) {
    BOOST_TEST(send(client, c, "1234") == 4);
    BOOST_TEST(recv(server, s) == "1234");
    world.run_for(5 * millisecond);
    stray(socket(a, c), [](sim::Packet& packet) {
        packet.acknowledged -= 4;
        packet.window = 0;
    });
    BOOST_TEST(send(client, c, "5") == 1);
    world.run_for(5 * millisecond);
    BOOST_TEST(recv(server, s, MSG_DONTWAIT) == "5");
}
BOOST_FIXTURE_TEST_CASE(a_window_that_closes_over_what_is_lost_is_probed, Strayed) {
    world.drop(1);
    BOOST_TEST(send(client, c, "lost") == 4);
    stray(socket(a, c), [](sim::Packet& packet) {
        packet.acknowledged -= 4;
        packet.window = 0;
    });
    world.run_for(second);
    BOOST_TEST(recv(server, s, MSG_DONTWAIT) == "lost");
    BOOST_TEST(window_probes(world) == 1U);
}
BOOST_FIXTURE_TEST_CASE(an_end_that_is_lost_is_sent_again_into_a_window_of_none, Strayed) {
    world.drop(1);
    BOOST_TEST(client.shutdown(c, SHUT_WR) == 0);
    stray(socket(a, c), [](sim::Packet& packet) {
        --packet.acknowledged;
        packet.window = 0;
    });
    BOOST_TEST(recv(server, s) == "<end>");
}
BOOST_FIXTURE_TEST_CASE(what_is_answered_late_was_sent_again_and_all_of_it_is_acknowledged_at_once, Strayed) {
    world.join(a, b, {.latency = millisecond}, {.latency = 300 * millisecond});
    const std::string much(5'000, 'x');
    BOOST_TEST(send(client, c, much) == 5'000);  // four segments, of which the first goes again
    world.run_for(second);
    BOOST_TEST(recv(server, s, MSG_DONTWAIT).size() == 5'000U);
    BOOST_TEST(send(client, c, "behind") == 6);
    world.run_for(second);
    BOOST_TEST(recv(server, s, MSG_DONTWAIT) == "behind");
}
BOOST_FIXTURE_TEST_CASE(segments_that_are_here_already_are_acknowledged_again, Strayed) {
    world.pass_one_way(b, a, sim::Passage::cut);
    BOOST_TEST(send(client, c, std::string(2'000, 'x')) == 2'000);  // two segments
    world.run_for(250 * millisecond);                                // the first has come a second time
    BOOST_TEST(recv(server, s, MSG_DONTWAIT).size() == 2'000U);
    world.heal(a, b);
    world.run_for(second);
    BOOST_TEST(recv(server, s, MSG_DONTWAIT) == "<error>");
    BOOST_TEST(server.error() == EAGAIN);
    BOOST_TEST(socket(a, c).unacknowledged.size == 0U);
}
BOOST_FIXTURE_TEST_CASE(the_time_of_a_line_that_was_cut_for_long_becomes_short_again, Strayed) {
    world.cut(a, b);
    BOOST_TEST(send(client, c, "x") == 1);
    world.run_for(800 * second);
    BOOST_TEST(socket(a, c).timeout == sim::tcp::most_timeout);
    world.heal(a, b);
    BOOST_TEST(recv(server, s) == "x");
    world.run_for(second);
    BOOST_TEST(socket(a, c).retries == 0U);
    BOOST_TEST(socket(a, c).timeout == sim::tcp::least_timeout);
}
BOOST_FIXTURE_TEST_CASE(a_reset_with_the_wrong_number_or_none_does_not_end_an_attempt, Strayed) {
    world.cut(a, b);
    const int waits = connecting(client, {"10.0.0.2"_ip4, 81});
    world.heal(a, b);
    const sim::Socket& own = socket(a, waits);
    stray(own, [](sim::Packet& packet) { packet.flags = sim::flag::rst; });
    BOOST_TEST(tcp_state(client, waits) == TCP_SYN_SENT);
    stray(own, [](sim::Packet& packet) {
        packet.flags = sim::flag::rst | sim::flag::ack;
        ++packet.acknowledged;
    });
    BOOST_TEST(tcp_state(client, waits) == TCP_SYN_SENT);
    stray(own, [](sim::Packet& packet) { packet.flags = sim::flag::rst | sim::flag::ack; });
    BOOST_TEST(error_of(client, waits) == ECONNREFUSED);
}
BOOST_FIXTURE_TEST_CASE(both_ends_can_open_at_once, TwoHosts) {
    const auto opening = [&](const sim::System& on, const Address& own, const Address& peer) {
        const int fd = stream(on);
        BOOST_TEST(bind(on, fd, own) == 0);
        BOOST_TEST(on.set_nonblocking(fd, true) == 0);
        BOOST_TEST(fails(on, connect(on, fd, peer), EINPROGRESS));
        return fd;
    };
    const Address at_client{"10.0.0.1"_ip4, 80};
    const int one = opening(client, at_client, at_server);
    const int two = opening(server, at_server, at_client);
    world.run_for(millisecond);  // SYN has come to both
    BOOST_TEST(tcp_state(client, one) == TCP_SYN_RECV);
    BOOST_TEST(ready(client, one, POLLIN | POLLOUT) == 0);
    BOOST_TEST(fails(client, send(client, one, "x"), EAGAIN));
    BOOST_TEST(fails(client, connect(client, one, at_server), EALREADY));
    world.run_for(millisecond);
    BOOST_TEST(connect(client, one, at_server) == 0);
    BOOST_TEST(connect(server, two, at_client) == 0);
    BOOST_TEST(send(client, one, "hello") == 5);
    world.run_for(millisecond);
    BOOST_TEST(recv(server, two) == "hello");
    // Once more, and one is shut, one closed, one undone, before it is done.
    for (const int how : {1, 2, 3, 4}) {
        const Address here{"10.0.0.1"_ip4, static_cast<std::uint16_t>(80 + how)};
        const Address there{"10.0.0.2"_ip4, static_cast<std::uint16_t>(80 + how)};
        if (how == 4) {
            for (const std::uint64_t answer : {3U, 4U}) world.drop(answer);
        }
        const int opens = opening(client, here, there);
        const int peer = opening(server, there, here);
        world.run_for(millisecond);
        if (how == 1) {
            BOOST_TEST(client.shutdown(opens, SHUT_WR) == 0);
            BOOST_TEST(fails(client, connect(client, opens, there), EINVAL));
        } else if (how == 2) {
            BOOST_TEST(client.close(opens) == 0);
        } else if (how == 3) {
            sockaddr nobody{};
            nobody.sa_family = AF_UNSPEC;
            BOOST_TEST(client.connect(opens, &nobody, sizeof nobody) == 0);
            BOOST_TEST(error_of(client, opens) == ECONNRESET);
        } else {
            world.cut(a, b);
            world.run_for(100 * second);
            BOOST_TEST(error_of(client, opens) == ETIMEDOUT);
            BOOST_TEST(error_of(server, peer) == ETIMEDOUT);
            continue;
        }
        world.run_for(5 * millisecond);
        BOOST_TEST(recv(server, peer) == (how != 3 ? "<end>" : "<error>"));
        if (how == 3) BOOST_TEST(server.error() == ECONNRESET);
        if (how == 1) BOOST_TEST(tcp_state(client, opens) == TCP_FIN_WAIT2);
    }
}
BOOST_FIXTURE_TEST_CASE(a_program_that_opens_while_its_peer_does_waits_until_both_have, TwoHosts) {
    sim::Programs programs(world);
    const Address at_client{"10.0.0.1"_ip4, 80};
    const auto open = [&](const sim::System& on, const Address& own, const Address& peer) {
        const int fd = stream(on);
        BOOST_TEST(bind(on, fd, own) == 0);
        BOOST_TEST(works(on, connect(on, fd, peer)));
        BOOST_TEST(on.close(fd) == 0);
    };
    programs.spawn(a, "one", [&](const sim::System& on) { open(on, at_client, at_server); });
    programs.spawn(b, "two", [&](const sim::System& on) { open(on, at_server, at_client); });
    programs.run();
    BOOST_TEST(world.deadlock() == "");
}
BOOST_FIXTURE_TEST_CASE(who_is_reset_before_it_is_accepted_leaves_its_place, TwoHosts) {
    const int listening = listener(0);
    world.drop(3);  // SYN, SYN+ACK and the ACK that completes it
    const int c = connected();
    const linger at_once{1, 0};
    BOOST_TEST(client.setsockopt(c, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    BOOST_TEST(client.close(c) == 0);
    world.run_for(5 * millisecond);
    BOOST_TEST(b.sockets() == 1U);
    BOOST_TEST(ready(server, listening, POLLIN) == 0);
}
BOOST_FIXTURE_TEST_CASE(two_that_are_half_open_find_one_place_in_a_backlog_of_none, TwoHosts) {
    const int listening = listener(0);
    connecting(client, at_server);
    const int late = connecting(client, at_server);
    world.run_for(5 * millisecond);
    BOOST_TEST(tcp_state(client, late) == TCP_ESTABLISHED);  // as it thinks
    accepted(listening);
    BOOST_TEST(ready(server, listening, POLLIN) == 0);
    world.run_for(5 * second);
    BOOST_TEST(ready(server, listening, POLLIN) == POLLIN);  // SYN+ACK was sent again, and its answer has a place
}
BOOST_FIXTURE_TEST_CASE(an_answer_with_the_wrong_number_is_refused_while_it_is_half_open, Strayed) {
    world.drop(3);
    const int half = connected();
    sim::Socket* child = nullptr;
    for (sim::Socket& each : world.engine().sockets) {
        if (each.is_used && each.tcp == TCP_SYN_RECV) child = &each;
    }
    BOOST_TEST_REQUIRE(child != nullptr);
    stray(*child, [](sim::Packet& packet) { ++packet.acknowledged; });
    BOOST_TEST(send(client, half, "completes it") == 12);
    BOOST_TEST(recv(server, accepted(listening)) == "completes it");
}
BOOST_FIXTURE_TEST_CASE(a_connection_takes_the_place_of_one_in_time_wait, ConnectedHosts) {
    BOOST_TEST(server.shutdown(s, SHUT_WR) == 0);
    BOOST_TEST(recv(client, c) == "<end>");
    const Address own = name_of(client, c);
    BOOST_TEST(client.close(c) == 0);
    BOOST_TEST(recv(server, s) == "<end>");
    world.run_for(second);
    const int again = stream(client);
    BOOST_TEST(bind(client, again, own) == 0);
    BOOST_TEST(connect(client, again, at_server) == 0);
    const int served = accepted(listening);
    BOOST_TEST(peer_of(server, served).port() == own.port());
    BOOST_TEST(error_of(server, s) == 0);
    // A SYN to a connection that is open is answered with where that is (RFC 5961 section 4).
    BOOST_TEST(server.setsockopt(served, SOL_SOCKET, SO_KEEPALIVE, &served, sizeof served) == 0);
}
BOOST_FIXTURE_TEST_CASE(a_host_that_is_unreachable_is_of_no_account_to_who_is_connected_or_gone, ConnectedHosts) {
    world.pass(a, b, sim::Passage::reject);
    BOOST_TEST(send(client, c, "x") == 1);
    world.run_for(5 * millisecond);
    BOOST_TEST(error_of(client, c) == 0);
    const int gone = connecting(client, {"10.0.0.2"_ip4, 81});
    BOOST_TEST(client.close(gone) == 0);
    world.run_for(5 * millisecond);
    world.heal(a, b);
    BOOST_TEST(recv(server, s) == "x");
}
BOOST_FIXTURE_TEST_CASE(a_refusal_is_not_refused_itself, TwoHosts) {
    world.pass_one_way(b, a, sim::Passage::reject);
    const int u = datagrams(client);
    BOOST_TEST(connect(client, u, at_server) == 0);
    BOOST_TEST(send(client, u, "x") == 1);
    world.run_for(5 * millisecond);
    BOOST_TEST(error_of(client, u) == 0);
    BOOST_TEST(world.engine().packets_sent == 2U);
}
BOOST_FIXTURE_TEST_CASE(a_connection_in_time_wait_is_undone_and_its_pair_stays_taken, ConnectedHosts) {
    BOOST_TEST(client.shutdown(c, SHUT_WR) == 0);
    BOOST_TEST(server.shutdown(s, SHUT_WR) == 0);
    world.run_for(5 * millisecond);
    Address name;
    BOOST_TEST(fails(client, client.getpeername(c, name.get(), &name.size), ENOTCONN));
    BOOST_TEST(fails(client, client.shutdown(c, SHUT_RD), ENOTCONN));
    sockaddr nobody{};
    nobody.sa_family = AF_UNSPEC;
    const std::uint16_t port = static_cast<std::uint16_t>(name_of(client, c).port());
    BOOST_TEST(client.connect(c, &nobody, sizeof nobody) == 0);
    BOOST_TEST(a.sockets() == 2U);
    BOOST_TEST(fails(client, bind(client, stream(client), {"10.0.0.1"_ip4, port}), EADDRINUSE));
    world.run_for(sim::tcp::time_wait);
    BOOST_TEST(bind(client, stream(client), {"10.0.0.1"_ip4, port}) == 0);
}
BOOST_AUTO_TEST_CASE(time_wait_ends_at_once_where_there_is_no_place_for_it) {
    sim::Options few;
    few.sockets = 3;
    ConnectedHosts two(few);
    BOOST_TEST(two.client.shutdown(two.c, SHUT_WR) == 0);
    BOOST_TEST(two.server.shutdown(two.s, SHUT_WR) == 0);
    two.world.run_for(5 * millisecond);
    sockaddr nobody{};
    nobody.sa_family = AF_UNSPEC;
    BOOST_TEST(two.client.connect(two.c, &nobody, sizeof nobody) == 0);
    BOOST_TEST(two.a.sockets() == 1U);
}
BOOST_FIXTURE_TEST_CASE(a_connection_is_undone_in_each_state_that_is_open, TwoHosts) {
    const int listening = listener();
    sockaddr nobody{};
    nobody.sa_family = AF_UNSPEC;
    for (const int state : {TCP_SYN_SENT, TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSE_WAIT}) {
        const int c = connecting(client, at_server);
        if (state != TCP_SYN_SENT) {
            world.run_for(5 * millisecond);
            const int s = accepted(listening);
            if (state == TCP_CLOSE_WAIT) BOOST_TEST(server.shutdown(s, SHUT_WR) == 0);
            if (state == TCP_FIN_WAIT2) BOOST_TEST(client.shutdown(c, SHUT_WR) == 0);
            world.run_for(5 * millisecond);
            if (state == TCP_FIN_WAIT1) BOOST_TEST(client.shutdown(c, SHUT_WR) == 0);
        }
        BOOST_TEST(tcp_state(client, c) == state);
        BOOST_TEST(client.connect(c, &nobody, sizeof nobody) == 0);
        BOOST_TEST(error_of(client, c) == ECONNRESET);
        BOOST_TEST(tcp_state(client, c) == TCP_CLOSE);
        world.run_for(5 * millisecond);
    }
}
BOOST_FIXTURE_TEST_CASE(who_lingers_after_the_peer_or_together_with_it_waits_for_the_last_acknowledgement, ConnectedHosts) {
    const linger long_enough{1, 100};
    for (const auto& [on, fd] : {std::pair{&client, c}, {&server, s}}) {
        BOOST_TEST(on->setsockopt(fd, SOL_SOCKET, SO_LINGER, &long_enough, sizeof long_enough) == 0);
    }
    sim::Programs programs(world);
    for (const bool is_client : {true, false}) {  // both at once
        programs.spawn(is_client ? a : b, "closes", [&, is_client](const sim::System& on) {
            const std::int64_t before = on.now();
            BOOST_TEST(on.close(is_client ? c : s) == 0);
            BOOST_TEST(on.now() - before == 2 * millisecond);
        });
    }
    programs.run();
    const int again = connected();
    const int served = accepted(listening);
    BOOST_TEST(client.setsockopt(again, SOL_SOCKET, SO_LINGER, &long_enough, sizeof long_enough) == 0);
    BOOST_TEST(server.shutdown(served, SHUT_WR) == 0);
    BOOST_TEST(recv(client, again) == "<end>");
    const std::int64_t before = world.now();
    BOOST_TEST(client.close(again) == 0);  // LAST_ACK
    BOOST_TEST(world.now() - before == 2 * millisecond);
    world.run_for(100 * second);
    BOOST_TEST(a.sockets() == 0U);
}
BOOST_FIXTURE_TEST_CASE(a_lingering_close_ends_with_a_reset_and_with_a_signal, ConnectedHosts) {
    const linger long_enough{1, 100};
    BOOST_TEST(send(server, s, "unread by the client") == 20);
    BOOST_TEST(client.setsockopt(c, SOL_SOCKET, SO_LINGER, &long_enough, sizeof long_enough) == 0);
    BOOST_TEST(client.shutdown(c, SHUT_RD) == 0);
    BOOST_TEST(server.setsockopt(s, SOL_SOCKET, SO_LINGER, &long_enough, sizeof long_enough) == 0);
    world.cut(a, b);
    sim::Programs programs(world);
    std::uint32_t closes = 0;
    closes = programs.spawn(b, "is interrupted", [&](const sim::System& on) {
        BOOST_TEST(on.close(s) == 0);
        BOOST_TEST(on.now() == 3 * second);
    });
    world.at(3 * second, [&] { programs.interrupt(closes); });
    programs.run();
    BOOST_TEST(b.sockets() == 2U);  // goes on as an orphan
}
