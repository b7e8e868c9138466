// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <estate/resolve.hpp>

#include "../support/counted_hold.hpp"
#include "../support/datagrams.hpp"
#include "../support/network.hpp"
#include "../support/sockets.hpp"

// Addresses that are not loopback, on hosts that each test makes for itself.

namespace {
using namespace estate;
using namespace estate::test;

template <class F>
struct Hosts;
template <>
struct Hosts<V4> {
    static constexpr auto left = "10.77.0.1"_ip4;
    static constexpr auto right = "10.77.0.2"_ip4;
    static constexpr auto absent = "10.77.0.99"_ip4;   // on the cable, but nobody has it
    static constexpr auto silent = "10.78.0.9"_ip4;    // nobody answers, not even that it is not there
    static constexpr auto nowhere = "203.0.113.1"_ip4; // no route
};
template <>
struct Hosts<V6> {
    static constexpr auto left = "fd00:77::1"_ip6;
    static constexpr auto right = "fd00:77::2"_ip6;
    static constexpr auto absent = "fd00:77::99"_ip6;
    static constexpr auto silent = "fd00:78::9"_ip6;
    static constexpr auto nowhere = "2001:db8::1"_ip6;
};

BOOST_AUTO_TEST_SUITE(netns_addresses)

BOOST_AUTO_TEST_CASE_TEMPLATE(two_hosts_talk_over_tcp_and_each_sees_the_other, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        auto listener = new_tcp<F>().value().bind_to_ip(Hosts<F>::left, 0).value().listen().value();
        network.check(listener.local_ip().value() == Hosts<F>::left);
        network.on_right();
        auto client = new_tcp<F>().value().connect(listener.local_addr().value(), soon()).value();
        auto server = listener.accept(soon()).value();
        network.check(client.local_ip().value() == Hosts<F>::right);
        network.check(server.remote_addr().value() == client.local_addr().value());
        network.check(client.remote_addr().value() == server.local_addr().value());
        network.check(succeeds(client.send_all("over the cable", soon())));
        network.check(read_text(server, 14) == "over the cable");
        network.check(succeeds(std::move(client).close()));
        std::byte room[1];
        network.check(fails_with(server.recv(room, soon()), errc::end_of_stream));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(two_hosts_exchange_datagrams, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        auto a = new_udp<F>().value().bind_to_ip(Hosts<F>::left, 0).value();
        network.on_right();
        auto b = new_udp<F>().value().bind_any().value();
        const SocketAddress<F> to(Hosts<F>::right, b.local_port().value());
        network.check(succeeds(a.send_to("there", to)));
        std::byte room[8];
        const auto got = b.recv_from(room, soon()).value();
        network.check(got.sender == a.local_addr().value());
        network.check(succeeds(b.send_to("back", got.sender)));
        network.check(next_text(a) == "back");
    });
}

BOOST_AUTO_TEST_CASE(a_client_chooses_its_source_address_by_a_hold_which_the_server_sees) {
    in_new_network([](NetworkNamespace& network) {
        network.on_right();
        auto listener = tcp_v4().value().bind_to_ip("10.77.0.2"_ip4, 0).value().listen().value();
        network.on_left();
        CountedHold<V4> hold("10.77.0.50"_ip4);
        const auto binding = hold.binding();
        {
            auto client = tcp_v4().value().bind(std::move(hold), 0).value();
            auto connected = std::move(client).connect(listener.local_addr().value(), soon()).value();
            network.check(listener.accept(soon()).value().remote_addr().value().address() == "10.77.0.50"_ip4);
            network.check(binding.users() == 1);
        }
        network.check(binding.users() == 0);
    });
}

BOOST_AUTO_TEST_CASE(what_a_listener_accepts_shares_its_hold) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        CountedHold<V6> hold("fd00:77::1"_ip6);
        const auto binding = hold.binding();
        auto listener = tcp_v6().value().bind(std::move(hold), 0).value().listen().value();
        const auto at = listener.local_addr().value();
        network.on_right();
        auto first = tcp_v6().value().connect(at, soon()).value();
        auto second = tcp_v6().value().connect(at, soon()).value();
        {
            auto a = listener.accept(soon()).value();
            auto b = listener.accept(soon()).value();
            network.check(binding.users() == 3);
            network.check(a.held().address() == "fd00:77::1"_ip6);
            network.check(succeeds(std::move(listener).close()));
            network.check(binding.users() == 2);
        }
        network.check(binding.users() == 0);
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_address_of_another_host_cannot_be_bound_and_the_hold_comes_back, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        CountedHold<F> hold(Hosts<F>::right);
        const auto binding = hold.binding();
        auto refused = new_tcp<F>().value().bind(std::move(hold), 0);
        network.check(fails_with(refused, std::errc::address_not_available));
        network.check(binding.users() == 1);
        auto [socket, back] = std::move(refused.error().socket).detach_hold();
        network.check(succeeds(std::move(socket).bind_to_ip(Hosts<F>::left, 0)));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_change_of_peer_changes_the_source_address_that_leads_there, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        auto bound = new_udp<F>().value().bind_any().value();
        auto near = std::move(bound).connect(SocketAddress<F>::loopback(9)).value();
        network.check(near.local_ip().value() == IpAddress<F>::loopback());
        auto far = std::move(near).connect({Hosts<F>::right, 9}).value();
        network.check(far.local_ip().value() == Hosts<F>::left);
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(where_no_route_leads_the_network_is_unreachable, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        const SocketAddress<F> nowhere(Hosts<F>::nowhere, 9);
        network.check(fails_with(new_tcp<F>().value().connect(nowhere, soon()), std::errc::network_unreachable));
        network.check(fails_with(new_tcp<F>().value().begin_connect(nowhere), std::errc::network_unreachable));
        auto bound = new_udp<F>().value().bind_any().value();
        network.check(fails_with(bound.send_to("x", nowhere), std::errc::network_unreachable));
        const auto at = bound.local_addr().value();
        auto refused = std::move(bound).connect(nowhere);
        network.check(fails_with(refused, std::errc::network_unreachable));
        network.check(refused.error().socket.local_addr().value() == at);

        // A change of peer that the kernel refuses leaves no peer.
        const SocketAddress<F> right(Hosts<F>::right, 9);
        auto lost = std::move(refused.error().socket).connect(right).value().connect(nowhere);
        network.check(fails_with(lost, std::errc::network_unreachable));
        const auto left = std::move(lost.error().socket).template take<Bound>();
        network.check(left.local_addr().value() == at);
        network.check(succeeds(left.send_to("x", right)));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_host_that_is_not_on_the_cable_is_unreachable, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        const std::string neighbours = std::string(std::same_as<F, V4> ? "ipv4" : "ipv6") + "/neigh/left/";
        if (!network.sysctl(neighbours + "retrans_time_ms", "20")) return network.skip("no sysctl for neighbours");
        const SocketAddress<F> absent(Hosts<F>::absent, 9);
        network.check(fails_with(new_tcp<F>().value().connect(absent, in(10s)), std::errc::host_unreachable));
        network.check(fails_with(new_tcp<F>().value().connect(absent), std::errc::host_unreachable));
    });
}

BOOST_AUTO_TEST_CASE(a_route_that_says_unreachable_or_prohibited_fails_at_once) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        network.check(network.ip("route add unreachable 198.51.100.0/25\nroute add prohibit 198.51.100.128/25"));
        network.check(fails_with(tcp_v4().value().connect({"198.51.100.1"_ip4, 9}), std::errc::host_unreachable));
        network.check(fails_with(tcp_v4().value().connect({"198.51.100.129"_ip4, 9}), std::errc::permission_denied));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_connect_to_a_silent_host_ends_at_its_deadline_and_closes, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        CountedHold<F> hold(Hosts<F>::left);
        const auto binding = hold.binding();
        const SocketAddress<F> silent(Hosts<F>::silent, 9);
        const Stopwatch watch;
        auto late = new_tcp<F>().value().bind(std::move(hold), 0).value().connect(silent, in(60ms));
        network.check(fails_with(late, errc::deadline_exceeded));
        network.check(watch.elapsed() >= 60ms && watch.elapsed() < 3s);
        network.check(binding.users() == 1);  // the closed socket still has it
        auto [closed, back] = std::move(late.error().socket).detach_hold();
        network.check(back.address() == Hosts<F>::left);
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_connect_to_a_silent_host_can_be_waited_for_again_and_again, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        const SocketAddress<F> silent(Hosts<F>::silent, 9);
        auto connecting = new_tcp<F>().value().begin_connect(silent).value();
        for (int i = 0; i < 3; ++i) {
            auto late = std::move(connecting).finish_connect(in(20ms));
            network.check(fails_with(late, errc::deadline_exceeded));
            network.check(late.error().socket.template is<Connecting>());
            connecting = std::move(late.error().socket).template take<Connecting>();
        }
        network.check(fails_with(std::move(connecting).finish_connect(Deadline::at_once()), errc::deadline_exceeded));
    });
}

BOOST_AUTO_TEST_CASE(a_connect_without_a_deadline_ends_when_the_system_gives_up) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        if (!network.sysctl("ipv4/tcp_syn_retries", "1")) return network.skip("no sysctl for tcp_syn_retries");
        auto lost = tcp_v4().value().connect({Hosts<V4>::silent, 9});  // two attempts, 3 s
        network.check(fails_with(lost, std::errc::timed_out));
        network.check(fails_with(lost, std::errc::timed_out) && lost.error().code.is_system());
    });
}

// --- addresses of a link

BOOST_AUTO_TEST_CASE(a_link_local_address_needs_its_zone) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        const auto zone = interface_index("left").value();
        const SocketAddress<V6> here("fe80::77:1"_ip6, 0);
        auto refused = tcp_v6().value().bind(here);
        network.check(fails_with(refused, std::errc::invalid_argument));
        auto listener = std::move(refused.error().socket).bind(here.with_zone(zone)).value().listen().value();
        const auto at = listener.local_addr().value();
        network.check(at.zone() == zone);

        network.on_right();
        const auto far_zone = interface_index("right").value();
        network.check(fails_with(tcp_v6().value().connect({"fe80::77:1"_ip6, at.port()}, soon()),
                                 std::errc::invalid_argument));
        const auto there = resolve<V6>("fe80::77:1%right", at.port()).value()[0];
        network.check(there == SocketAddress<V6>("fe80::77:1"_ip6, at.port()).with_zone(far_zone));
        auto client = tcp_v6().value().connect(there, soon()).value();
        network.check(client.remote_addr().value() == there);
        auto server = listener.accept(soon()).value();
        network.check(server.remote_addr().value().address() == "fe80::77:2"_ip6);
        network.check(server.remote_addr().value().zone() == zone);
    });
}

BOOST_AUTO_TEST_CASE(a_datagram_socket_on_a_link_local_address_keeps_its_zone_through_disconnect) {
    in_new_network([](NetworkNamespace& network) {
        network.on_right();
        auto b = udp_v6().value()
                     .bind(SocketAddress<V6>("fe80::77:2"_ip6, 0).with_zone(interface_index("right").value()))
                     .value();
        network.on_left();
        const auto zone = interface_index("left").value();
        const auto to = SocketAddress<V6>("fe80::77:2"_ip6, b.local_port().value()).with_zone(zone);
        auto bound = udp_v6().value().bind(SocketAddress<V6>("fe80::77:1"_ip6, 0).with_zone(zone)).value();
        const auto at = bound.local_addr().value();
        network.check(at.zone() == zone);
        auto a = std::move(bound).connect(to).value();
        network.check(succeeds(a.send("x")));
        std::byte room[4];
        const auto got = b.recv_from(room, soon()).value();
        network.check(got.sender.address() == at.address() && got.sender.port() == at.port());
        auto alone = std::move(a).disconnect();
        network.check(succeeds(alone));
        network.check(alone.value().local_addr().value() == at);
        network.check(succeeds(alone.value().send_to("y", to)));
        network.check(next_text(b) == "y");
    });
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
