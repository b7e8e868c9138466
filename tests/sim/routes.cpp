// SPDX-License-Identifier: BSL-1.0
// Hosts behind routers: what arrives, by which way, and what those hear who do not get there.
#include <estate/backend/sim/trace_mermaid.hpp>
#include <estate/backend/sim/trace_pcapng.hpp>
#include <estate/backend/sim/trace_text.hpp>
#include <tuple>
#include <utility>

#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

/// The client and the server of TwoHosts reach each other, and all else, by a router: 2 ms and 5 ms from it.
struct Routed : TwoHosts {
    explicit Routed(const sim::Options& options = {}, std::uint64_t seed = 1) : TwoHosts(options, seed) {
        world.join(a, router, {.latency = 2 * millisecond});
        world.join(router, b, {.latency = 5 * millisecond});
        for (const sim::Host& each : {a, b}) {
            world.route(each, "0.0.0.0/0"_cidr4, router);
            world.route(each, "::/0"_cidr6, router);
        }
    }
    sim::Host router = world.host("router", "10.0.0.254"_ip4, "fd00::fe"_ip6);

    /// Who has passed packets on, in order.
    [[nodiscard]] std::string way() const {
        std::string names;
        for (const sim::Event& event : world.trace().events()) {
            if (event.kind == sim::Event::passed) names += world.name_of(event.host) + ' ';
        }
        return names;
    }
};
constexpr std::int64_t round_trip = 14 * millisecond;

struct Four {
    static constexpr int domain = AF_INET;
    static Address server(std::uint16_t port = 80) { return {"10.0.0.2"_ip4, port}; }
    static Address beyond() { return {"10.9.0.9"_ip4, 80}; }
    static constexpr auto far = "10.9.0.0/16"_cidr4;
    static constexpr int hops_level = IPPROTO_IP;
    static constexpr int hops = IP_TTL;
};
struct Six {
    static constexpr int domain = AF_INET6;
    static Address server(std::uint16_t port = 80) { return {"fd00::2"_ip6, port}; }
    static Address beyond() { return {"fd09::9"_ip6, 80}; }
    static constexpr auto far = "fd09::/16"_cidr6;
    static constexpr int hops_level = IPPROTO_IPV6;
    static constexpr int hops = IPV6_UNICAST_HOPS;
};
using FourAndSix = std::tuple<Four, Six>;

template <class F>
int stream_of(const sim::System& on) {
    return on.socket(F::domain, SOCK_STREAM, 0);
}
template <class F>
int datagrams_of(const sim::System& on) {
    return on.socket(F::domain, SOCK_DGRAM, 0);
}
template <class F>
int listener_of(TwoHosts& two) {
    const int fd = stream_of<F>(two.server);
    BOOST_TEST_REQUIRE(works(two.server, bind(two.server, fd, F::server())));
    BOOST_TEST_REQUIRE(works(two.server, two.server.listen(fd, 16)));
    return fd;
}
/// What a datagram socket hears of a peer to which it has sent something.
template <class F>
int heard(TwoHosts& two, const Address& peer) {
    const int u = datagrams_of<F>(two.client);
    BOOST_TEST_REQUIRE(works(two.client, connect(two.client, u, peer)));
    BOOST_TEST(send(two.client, u, "anybody?") == 8);
    two.world.run_for(second);
    const int error = error_of(two.client, u);
    BOOST_TEST(two.client.close(u) == 0);
    return error;
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(hops_add_up_their_latency, F, FourAndSix) {
    Routed net;
    const int listening = listener_of<F>(net);
    const int c = stream_of<F>(net.client);
    const std::int64_t before = net.world.now();
    BOOST_TEST(connect(net.client, c, F::server()) == 0);
    BOOST_TEST(net.world.now() - before == round_trip);
    BOOST_TEST(net.way() == "router router ");
    const int s = net.accepted(listening);  // when the ACK is there
    BOOST_TEST(net.way() == "router router router ");
    BOOST_TEST(send(net.client, c, "hello") == 5);
    BOOST_TEST(recv(net.server, s) == "hello");
    BOOST_TEST(net.world.now() - before == 2 * round_trip);
    BOOST_TEST(peer_of(net.server, s).ip() == name_of(net.client, c).ip());
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_datagram_is_passed_on_and_refused_through_the_router, F, FourAndSix) {
    Routed net;
    const int u = datagrams_of<F>(net.server);
    BOOST_TEST(bind(net.server, u, F::server()) == 0);
    BOOST_TEST(send_to(net.client, datagrams_of<F>(net.client), "one", F::server()) == 3);
    BOOST_TEST(recv(net.server, u) == "one");
    BOOST_TEST(net.world.now() == second + round_trip / 2);
    BOOST_TEST(heard<F>(net, F::server(81)) == ECONNREFUSED);
    BOOST_TEST(fails(net.client, connect(net.client, stream_of<F>(net.client), F::server(81)), ECONNREFUSED));
}
BOOST_FIXTURE_TEST_CASE(each_hop_has_its_bandwidth, Routed) {
    world.join(router, b, {.latency = 5 * millisecond, .bandwidth = 1000});
    const int u = datagrams(server);
    BOOST_TEST(bind(server, u, at_server) == 0);
    for (int i = 0; i < 2; ++i) BOOST_TEST(send_to(client, datagrams(client), std::string(60, 'x'), at_server) == 60);
    recv(server, u);
    BOOST_TEST(world.now() == second + 107 * millisecond);  // 100 bytes with their headers
    recv(server, u);
    BOOST_TEST(world.now() == second + 207 * millisecond);
}
BOOST_FIXTURE_TEST_CASE(each_hop_loses_and_duplicates, Routed) {
    const int u = datagrams(server);
    BOOST_TEST(bind(server, u, at_server) == 0);
    world.join(router, b, {.duplicate = 1'000'000});
    BOOST_TEST(send_to(client, datagrams(client), "twice", at_server) == 5);
    for (int i = 0; i < 2; ++i) BOOST_TEST(recv(server, u) == "twice");
    world.join(router, b, {.loss = 1'000'000});
    BOOST_TEST(send_to(client, datagrams(client), "never", at_server) == 5);
    world.run_for(second);
    BOOST_TEST(recv(server, u, MSG_DONTWAIT) == "<error>");
    const sim::Event& last = world.trace().events()[world.trace().events().size() - 2];
    BOOST_TEST(last.kind == sim::Event::lost);
    BOOST_TEST(world.name_of(last.host) == "router");
    BOOST_TEST(world.name_of(last.peer) == "server");
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_line_that_is_cut_behind_the_router_swallows_until_it_heals, F, FourAndSix) {
    Routed net;
    listener_of<F>(net);
    net.world.cut(net.router, net.b);
    const std::int64_t before = net.world.now();
    BOOST_TEST(fails(net.client, connect(net.client, stream_of<F>(net.client), F::server()), ETIMEDOUT));
    BOOST_TEST(net.world.now() - before == 127 * second);
    BOOST_TEST(says(sim::MermaidTrace::of(net.world), "    h2-xh1: SYN seq 0 win 65535 (the network is cut)\n"));
    net.world.at(net.world.now() + 2 * second, [&] { net.world.heal(net.router, net.b); });
    const std::int64_t again = net.world.now();
    BOOST_TEST(connect(net.client, stream_of<F>(net.client), F::server()) == 0);
    BOOST_TEST(net.world.now() - again == 3 * second + round_trip);
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_line_that_rejects_behind_the_router_is_host_unreachable_by_it, F, FourAndSix) {
    Routed net;
    net.world.pass(net.router, net.b, sim::Passage::reject);
    const std::int64_t before = net.world.now();
    BOOST_TEST(fails(net.client, connect(net.client, stream_of<F>(net.client), F::server()), EHOSTUNREACH));
    BOOST_TEST(net.world.now() - before == 4 * millisecond);  // there and back
    BOOST_TEST(heard<F>(net, F::server()) == 0);  // it may come back, so Linux keeps it from datagram sockets
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_router_that_cannot_pass_on_says_why, F, FourAndSix) {
    Routed net;
    const auto refused_with = [&](int error) {
        const std::int64_t before = net.world.now();
        BOOST_TEST(fails(net.client, connect(net.client, stream_of<F>(net.client), F::beyond()), error));
        BOOST_TEST(net.world.now() - before == 4 * millisecond);
        BOOST_TEST(heard<F>(net, F::beyond()) == 0);
    };
    refused_with(EHOSTUNREACH);  // no host has the address
    net.world.route(net.router, "10.0.0.0/24"_cidr4);
    net.world.route(net.router, "fd00::/64"_cidr6);
    refused_with(ENETUNREACH);
    listener_of<F>(net);
    BOOST_TEST(connect(net.client, stream_of<F>(net.client), F::server()) == 0);
}
BOOST_FIXTURE_TEST_CASE(what_icmp_says_of_a_connection_is_why_it_times_out, Routed) {
    const int listening = listener();
    const int c = connected();
    const int s = accepted(listening);
    world.pass(router, b, sim::Passage::reject);
    BOOST_TEST(send(client, c, "one") == 3);
    world.run_for(second);
    world.heal(router, b);
    BOOST_TEST(recv(server, s) == "one");  // it was no end
    world.run_for(second);
    world.cut(router, b);
    BOOST_TEST(send(client, c, "two") == 3);
    BOOST_TEST(recv(client, c) == "<error>");
    BOOST_TEST(client.error() == ETIMEDOUT);  // the reason was forgotten
    world.heal(router, b);
    const int d = connected();
    world.pass(router, b, sim::Passage::reject);
    BOOST_TEST(send(client, d, "three") == 5);
    BOOST_TEST(recv(client, d) == "<error>");
    BOOST_TEST(client.error() == EHOSTUNREACH);
}
BOOST_FIXTURE_TEST_CASE(the_longest_prefix_decides_and_the_latest_of_equals, Routed) {
    const sim::Host other = world.host("other", "10.0.0.253"_ip4);
    const sim::Host third = world.host("third", "10.0.0.252"_ip4);
    const int u = datagrams(server);
    BOOST_TEST(bind(server, u, at_server) == 0);
    const auto way_of_next = [&] {
        const std::size_t before = way().size();
        BOOST_TEST(send_to(client, datagrams(client), "x", at_server) == 1);
        BOOST_TEST(recv(server, u) == "x");
        return way().substr(before);
    };
    BOOST_TEST(way_of_next() == "router ");
    world.route(a, "10.0.0.4/30"_cidr4, third);
    BOOST_TEST(way_of_next() == "router ");  // not one of these four
    world.route(a, "10.0.0.0/30"_cidr4, other);
    world.route(a, "10.0.0.0/8"_cidr4, third);
    BOOST_TEST(way_of_next() == "other ");
    world.route(a, "10.0.0.0/30"_cidr4, third);
    BOOST_TEST(way_of_next() == "third ");
    world.route(a, "10.0.0.2/31"_cidr4);
    BOOST_TEST(way_of_next() == "");  // to the host itself
    world.route(a, "10.0.0.2/32"_cidr4, router);
    world.route(a, "10.0.0.3/32"_cidr4, other);
    BOOST_TEST(way_of_next() == "router ");
    world.route(router, "10.0.0.0/24"_cidr4, other);
    BOOST_TEST(way_of_next() == "router other ");
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_circle_ends_with_the_hop_limit, F, FourAndSix) {
    Routed net;
    const sim::Host other = net.world.host("other", "10.0.0.253"_ip4, "fd00::fd"_ip6);
    for (const auto& [one, next] : {std::pair{net.router, other}, {other, net.router}}) {
        net.world.route(one, F::far, next);
        net.world.route(one, "10.0.0.0/24"_cidr4);
        net.world.route(one, "fd00::/64"_cidr6);
    }
    BOOST_TEST(heard<F>(net, F::beyond()) == 0);
    std::string way = "router ";
    for (int i = 0; i < 31; ++i) way += "other router ";
    BOOST_TEST(net.way() == way);  // 63; the refusal comes from the 64th, which is beside the client
    BOOST_TEST(says(sim::TextTrace::of(net.world), "(the hop limit is over)\n"));
    BOOST_TEST(says(sim::TextTrace::of(net.world), "(time exceeded)\n"));
    BOOST_TEST(fails(net.client, connect(net.client, stream_of<F>(net.client), F::beyond()), EHOSTUNREACH));
}
BOOST_AUTO_TEST_CASE_TEMPLATE(the_option_of_a_socket_is_its_hop_limit, F, FourAndSix) {
    Routed net;
    listener_of<F>(net);
    for (const int hops : {1, 2}) {
        const int c = stream_of<F>(net.client);
        BOOST_TEST(set(net.client, c, F::hops_level, F::hops, hops) == 0);
        if (hops == 2) BOOST_TEST(connect(net.client, c, F::server()) == 0);
        if (hops == 1) BOOST_TEST(fails(net.client, connect(net.client, c, F::server()), EHOSTUNREACH));
        const int u = datagrams_of<F>(net.client);
        BOOST_TEST(set(net.client, u, F::hops_level, F::hops, hops) == 0);
        BOOST_TEST(connect(net.client, u, F::server()) == 0);
        BOOST_TEST(send(net.client, u, "x") == 1);
        net.world.run_for(second);
        BOOST_TEST(error_of(net.client, u) == (hops == 1 ? 0 : ECONNREFUSED));
    }
}
BOOST_AUTO_TEST_CASE_TEMPLATE(what_has_no_route_is_refused_at_once_and_leaves_the_socket_usable, F, FourAndSix) {
    TwoHosts two;
    two.world.route(two.a, "10.0.0.0/24"_cidr4);
    two.world.route(two.a, "fd00::/64"_cidr6);
    const int c = stream_of<F>(two.client);
    const int u = datagrams_of<F>(two.client);
    BOOST_TEST(fails(two.client, connect(two.client, c, F::beyond()), ENETUNREACH));
    BOOST_TEST(fails(two.client, connect(two.client, u, F::beyond()), ENETUNREACH));
    BOOST_TEST(fails(two.client, send_to(two.client, u, "x", F::beyond()), ENETUNREACH));
    BOOST_TEST(two.world.now() == second);
    listener_of<F>(two);
    BOOST_TEST(connect(two.client, c, F::server()) == 0);
    BOOST_TEST(connect(two.client, u, F::server()) == 0);
    two.world.route(two.b, F::far);  // which has no way back now
    BOOST_TEST(fails(two.client, connect(two.client, stream_of<F>(two.client), F::server()), ETIMEDOUT));
    BOOST_TEST(says(sim::TextTrace::of(two.world), "(there is no route)\n"));
}
BOOST_FIXTURE_TEST_CASE(a_host_needs_no_route_to_itself_to_groups_and_to_all, TwoHosts) {
    world.route(a, "10.9.0.0/16"_cidr4);
    const int u = datagrams(client);
    BOOST_TEST(bind(client, u, {"0.0.0.0"_ip4, 80}) == 0);
    for (const Address& own : {Address{"127.0.0.1"_ip4, 80}, Address{"10.0.0.1"_ip4, 80}}) {
        BOOST_TEST(send_to(client, u, "own", own) == 3);
        BOOST_TEST(recv(client, u) == "own");
    }
    const int heard_by = datagrams(server);
    BOOST_TEST(bind(server, heard_by, {"0.0.0.0"_ip4, 80}) == 0);
    ip_mreq request{};
    request.imr_multiaddr.s_addr = htonl("239.1.1.1"_ip4.to_uint());
    BOOST_TEST(server.setsockopt(heard_by, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0);
    BOOST_TEST(set(client, u, SOL_SOCKET, SO_BROADCAST, 1) == 0);
    for (const Address& many : {Address{"239.1.1.1"_ip4, 80}, Address{"255.255.255.255"_ip4, 80}}) {
        BOOST_TEST(send_to(client, u, "many", many) == 4);
        BOOST_TEST(recv(server, heard_by) == "many");
    }
}
BOOST_FIXTURE_TEST_CASE(a_route_may_name_the_source_of_sockets_that_are_bound_to_none, Routed) {
    const sim::Host two_homed = world.host("two-homed", "10.0.0.5"_ip4, "10.0.0.6"_ip4);
    const sim::System on = two_homed.system();
    world.route(two_homed, "0.0.0.0/0"_cidr4, router);
    world.route(two_homed, "10.0.0.2/32"_cidr4, router, "10.0.0.6"_ip4);
    const int listening = listener();
    const int c = stream(on);
    BOOST_TEST(connect(on, c, at_server) == 0);
    BOOST_TEST(name_of(on, c).ip() == "10.0.0.6");
    BOOST_TEST(peer_of(server, accepted(listening)).ip() == "10.0.0.6");
    const int bound = stream(on);
    BOOST_TEST(bind(on, bound, {"10.0.0.5"_ip4, 0}) == 0);
    BOOST_TEST(connect(on, bound, at_server) == 0);
    BOOST_TEST(peer_of(server, accepted(listening)).ip() == "10.0.0.5");
    const int u = datagrams(server);
    BOOST_TEST(bind(server, u, at_server) == 0);
    const int other = datagrams(router.system());
    BOOST_TEST(bind(router.system(), other, {"0.0.0.0"_ip4, 80}) == 0);
    const auto sender = [](const sim::System& by, int fd) {
        Address from;
        char room[4];
        BOOST_TEST(by.recvfrom(fd, room, sizeof room, 0, from.get(), &from.size) == 1);
        return from.ip();
    };
    BOOST_TEST(send_to(on, datagrams(on), "x", at_server) == 1);
    BOOST_TEST(sender(server, u) == "10.0.0.6");
    BOOST_TEST(send_to(on, datagrams(on), "x", {"10.0.0.254"_ip4, 80}) == 1);  // by the other route, to the router itself
    BOOST_TEST(sender(router.system(), other) == "10.0.0.5");
}
BOOST_FIXTURE_TEST_CASE(the_way_back_may_be_another, TwoHosts) {
    const sim::Host router = world.host("router");  // which needs no address
    world.route(a, "10.0.0.0/24"_cidr4, router);
    listener();
    const std::int64_t before = world.now();
    connected();
    BOOST_TEST(world.now() - before == 3 * millisecond);
    world.pass(router, b, sim::Passage::reject);
    BOOST_TEST(fails(client, connect(client, stream(client), at_server), EHOSTUNREACH));
    BOOST_TEST(says(sim::TextTrace::of(world), "ICMP about 10.0.0.2:80  0.0.0.0:0 > 10.0.0.1:"));
}
BOOST_FIXTURE_TEST_CASE(a_trace_tells_the_way_of_a_packet, Routed) {
    const int u = datagrams(client);
    BOOST_TEST(bind(client, u, {"10.0.0.1"_ip4, 5000}) == 0);
    const int v = datagrams(server);
    BOOST_TEST(bind(server, v, at_server) == 0);
    BOOST_TEST(send_to(client, u, "x", at_server) == 1);
    world.run_for(10 * millisecond);
    world.route(router, "10.0.0.0/30"_cidr4);
    BOOST_TEST(send_to(client, u, "xy", {"10.9.0.9"_ip4, 80}) == 2);
    world.run_for(10 * millisecond);
    BOOST_TEST(send_to(client, u, "xyz", at_server) == 3);
    world.run_for(3 * millisecond);
    std::string packets;
    for (const sim::Event& event : world.trace().events()) {
        if (event.is_packet()) packets += sim::TextTrace::of(world, event);
    }
    BOOST_TEST(packets ==
               R"(1.000000      client          sends                              datagram of 1  10.0.0.1:5000 > 10.0.0.2:80
1.002000      router          passes                             datagram of 1  10.0.0.1:5000 > 10.0.0.2:80
1.007000      server          gets     BOUND        BOUND        datagram of 1  10.0.0.1:5000 > 10.0.0.2:80
1.010000      client          sends                              datagram of 2  10.0.0.1:5000 > 10.9.0.9:80
1.012000      router          gets                               datagram of 2  10.0.0.1:5000 > 10.9.0.9:80  (there is no route)
1.012000      router          sends                              ICMP about 10.9.0.9:80  10.0.0.254:0 > 10.0.0.1:5000  (net unreachable)
1.014000      client          gets                               ICMP about 10.9.0.9:80  10.0.0.254:0 > 10.0.0.1:5000  (net unreachable)
1.020000      client          sends                              datagram of 3  10.0.0.1:5000 > 10.0.0.2:80
1.022000      router          passes                             datagram of 3  10.0.0.1:5000 > 10.0.0.2:80
)");
    const std::string diagram = sim::MermaidTrace::of(world);
    BOOST_TEST(says(diagram, "    h0->>h2: datagram of 1\n    h2->>h1: datagram of 1\n"
                             "    h0->>h2: datagram of 2 (there is no route)\n"
                             "    h2->>h0: ICMP about 10.9.0.9:80 (net unreachable)\n"));
    const std::string capture = sim::PcapngTrace::of(world);
    BOOST_TEST(says(capture, "client sends; router passes it on at 1.002000; server has it at 1.007000, BOUND to BOUND"));
    BOOST_TEST(says(capture, "client sends; router has it at 1.012000 (there is no route)"));
    BOOST_TEST(says(capture, "client sends; router passes it on at 1.022000; under way when the trace ends"));
}
