// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <estate/resolve.hpp>

#include "../support/datagrams.hpp"
#include "../support/network.hpp"
#include "../support/sockets.hpp"

// Options whose effect needs interfaces, privileges or another host.

namespace {
using namespace estate;
using namespace estate::test;

/// That it is the next datagram, for which the cable may need a moment. What was sent before on the same way, and
/// is not heard first, does not come.
template <class F>
bool hears(const BoundSocket<Udp<F>>& socket, std::string_view text) {
    std::byte room[32];
    const auto got = socket.recv_from(room, soon());
    return got && as_text(std::span(room).first(got.assume_value().size)) == text;
}

BOOST_AUTO_TEST_SUITE(netns_options)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_tied_to_an_interface_hears_that_one_only, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        auto created = new_udp<F>().value();
        network.check(succeeds(created.set(option::bind_to_device::to("left").value())));
        auto tied = std::move(created).bind_any().value();
        const Port port = tied.local_port().value();
        auto neighbour = new_udp<F>().value().bind_any().value();
        network.check(succeeds(neighbour.send_to("by lo", SocketAddress<F>::loopback(port))));

        network.on_right();
        auto far = new_udp<F>().value().bind_any().value();
        network.check(succeeds(far.send_to("by cable", {pick<F>("10.77.0.1"_ip4, "fd00:77::1"_ip6), port})));
        network.check(hears(tied, "by cable"));

        network.on_left();
        network.check(succeeds(tied.set(option::bind_to_device{})));
        network.check(succeeds(neighbour.send_to("by lo again", SocketAddress<F>::loopback(port))));
        network.check(hears(tied, "by lo again"));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_stays_tied_to_its_interface_when_it_is_disconnected, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        for (const Port port : {Port(), Port(7777)}) {
            auto bound = new_udp<F>().value().bind_to_ip(IpAddress<F>::any(), port).value();
            network.check(succeeds(bound.set(option::bind_to_device::to("left").value())));
            const SocketAddress<F> to(pick<F>("10.77.0.2"_ip4, "fd00:77::2"_ip6), 9);
            auto alone = std::move(bound).connect(to).value().disconnect().value();
            network.check(alone.template get<option::bind_to_device>().value().name() == "left");

            auto refused = std::move(alone).connect(to).value().connect(SocketAddress<F>::loopback(0));
            network.check(fails_with(refused, errc::peer_port_zero));
            const auto left = std::move(refused.error().socket).template take<Bound>();
            network.check(left.template get<option::bind_to_device>().value().name() == "left");
        }
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_tied_to_an_interface_is_reached_by_that_one_only, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        auto created = new_tcp<F>().value();
        network.check(succeeds(created.set(option::bind_to_device::to("left").value())));
        auto listener = std::move(created).bind_any().value().listen().value();
        const Port port = listener.local_port().value();
        network.check(fails_with(new_tcp<F>().value().connect(SocketAddress<F>::loopback(port), soon()),
                                 std::errc::connection_refused));
        const SocketAddress<F> at(pick<F>("10.77.0.1"_ip4, "fd00:77::1"_ip6), port);
        network.on_right();
        network.check(succeeds(new_tcp<F>().value().connect(at, soon())));
    });
}

BOOST_AUTO_TEST_CASE(keep_alive_finds_a_peer_that_vanished) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        auto listener = tcp_v4().value().bind_to_ip("10.77.0.1"_ip4, 0).value().listen().value();
        network.on_right();
        auto client = tcp_v4().value().connect(listener.local_addr().value(), soon()).value();
        auto server = listener.accept(soon()).value();
        network.check(succeeds(client.set(option::keep_alive{})));
        network.check(succeeds(client.set(option::keep_alive_idle{1s})));
        network.check(succeeds(client.set(option::keep_alive_interval{1s})));
        network.check(succeeds(client.set(option::keep_alive_count{1})));
        network.on_left();
        network.check(network.ip("route add blackhole 10.77.0.2/32"));  // whatever it answers is lost
        std::byte room[1];
        const Stopwatch watch;
        network.check(fails_with(client.recv(room, in(10s)), std::errc::timed_out));
        network.check(client.recv(room, in(10s)).error() == errc::end_of_stream);  // reported once
        network.check(watch.elapsed() >= 1s && watch.elapsed() < 9s);
    });
}

// --- broadcast

BOOST_AUTO_TEST_CASE(a_broadcast_reaches_the_other_host_once_it_is_allowed) {
    in_new_network([](NetworkNamespace& network) {
        network.on_right();
        auto b = udp_v4().value().bind_any().value();
        network.on_left();
        auto a = udp_v4().value().bind_to_ip("10.77.0.1"_ip4, 0).value();
        const SocketAddress<V4> subnet("10.77.0.255"_ip4, b.local_port().value());
        const SocketAddress<V4> everybody(IpAddress<V4>::broadcast(), b.local_port().value());
        network.check(fails_with(a.send_to("x", subnet), std::errc::permission_denied));
        network.check(succeeds(a.set(option::broadcast{})));
        network.check(succeeds(a.send_to("subnet", subnet)));
        network.check(hears(b, "subnet"));
        network.check(succeeds(a.set(option::bind_to_device::to("left").value())));
        network.check(succeeds(a.send_to("everybody", everybody)));
        network.check(hears(b, "everybody"));
    });
}

// --- multicast

/// Where a group is sent to: by the interface of the source address (IPv4), or by the zone.
template <class F>
SocketAddress<F> group_at(Port port, std::uint32_t interface) {
    if constexpr (std::same_as<F, V4>) {
        (void)interface;
        return {"239.255.77.9"_ip4, port};
    } else {
        return SocketAddress<V6>("ff02::77:9"_ip6, port).with_zone(interface);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_group_crosses_the_cable_to_those_that_joined_it, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_right();
        const auto right = interface_index("right").value();
        auto b = new_udp<F>().value().bind_any().value();
        const auto group = group_at<F>(b.local_port().value(), right).address();
        network.on_left();
        const auto to = group_at<F>(b.local_port().value(), interface_index("left").value());
        auto a = new_udp<F>().value().bind_to_ip(pick<F>("10.77.0.1"_ip4, "fd00:77::1"_ip6), 0).value();
        const SocketAddress<F> alone(pick<F>("10.77.0.2"_ip4, "fd00:77::2"_ip6), to.port());

        network.check(succeeds(a.send_to("early", to)));
        network.check(succeeds(a.send_to("to it alone", alone)));
        network.check(hears(b, "to it alone"));
        network.on_right();
        network.check(succeeds(b.set(option::join_group<F>{group, right})));
        network.check(fails_with(b.set(option::join_group<F>{group, right}), std::errc::address_in_use));
        network.check(succeeds(a.send_to("now", to)));
        network.check(hears(b, "now"));
        network.check(succeeds(b.set(option::leave_group<F>{group, right})));
        network.check(fails_with(b.set(option::leave_group<F>{group, right}), std::errc::address_not_available));
        network.check(succeeds(a.send_to("late", to)));
        network.check(succeeds(a.send_to("to it alone", alone)));
        network.check(hears(b, "to it alone"));
        network.check(fails_with(b.set(option::join_group<F>{group, 999}), std::errc::no_such_device));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(multicast_loop_decides_whether_this_host_hears_itself, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        const auto left = interface_index("left").value();
        auto listening = new_udp<F>().value().bind_any().value();
        const auto to = group_at<F>(listening.local_port().value(), left);
        network.check(succeeds(listening.set(option::join_group<F>{to.address(), left})));
        auto a = new_udp<F>().value().bind_to_ip(pick<F>("10.77.0.1"_ip4, "fd00:77::1"_ip6), 0).value();
        network.check(succeeds(a.send_to("loops", to)));
        network.check(hears(listening, "loops"));
        network.check(succeeds(a.set(option::multicast_loop{false})));
        network.check(succeeds(a.send_to("does not", to)));
        network.check(succeeds(a.set(option::multicast_loop{true})));
        network.check(succeeds(a.send_to("again", to)));
        network.check(hears(listening, "again"));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(multicast_has_a_hop_limit_of_its_own, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_right();
        const auto right = interface_index("right").value();
        auto b = new_udp<F>().value().bind_any().value();
        const Port port = b.local_port().value();
        network.check(succeeds(b.set(option::join_group<F>{group_at<F>(port, right).address(), right})));
        network.check(ask_for_hops(b));
        network.on_left();
        auto a = new_udp<F>().value().bind_to_ip(pick<F>("10.77.0.1"_ip4, "fd00:77::1"_ip6), 0).value();
        network.check(succeeds(a.set(option::hop_limit{33})));
        const auto to = group_at<F>(port, interface_index("left").value());
        network.check(succeeds(a.send_to("x", to)));
        network.check(hops_of_next(b) == 1);
        network.check(succeeds(a.set(option::multicast_hops{5})));
        network.check(succeeds(a.send_to("x", to)));
        network.check(hops_of_next(b) == 5);
        network.check(succeeds(a.send_to("x", {pick<F>("10.77.0.2"_ip4, "fd00:77::2"_ip6), port})));
        network.check(hops_of_next(b) == 33);
    });
}

// --- addresses that the host does not have

BOOST_AUTO_TEST_CASE_TEMPLATE(freebind_waits_for_an_address_that_comes_later, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        const auto later = pick<F>("10.77.0.77"_ip4, "fd00:77::77"_ip6);
        auto refused = new_tcp<F>().value().bind_to_ip(later, 0);
        network.check(fails_with(refused, std::errc::address_not_available));
        auto created = std::move(refused.error().socket);
        network.check(succeeds(created.set(option::freebind{})));
        auto listener = std::move(created).bind_to_ip(later, 0).value().listen().value();
        network.check(network.ip(std::same_as<F, V4> ? "addr add 10.77.0.77/24 dev left"
                                                     : "addr add fd00:77::77/64 dev left nodad"));
        network.on_right();
        network.check(succeeds(new_tcp<F>().value().connect(listener.local_addr().value(), soon())));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_transparent_socket_speaks_with_an_address_of_somebody_else, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_right();
        auto b = new_udp<F>().value().bind_any().value();
        const SocketAddress<F> to(pick<F>("10.77.0.2"_ip4, "fd00:77::2"_ip6), b.local_port().value());
        network.on_left();
        const auto foreign = pick<F>("198.51.100.7"_ip4, "2001:db8::7"_ip6);
        auto created = new_udp<F>().value();
        network.check(succeeds(created.set(option::transparent{})));
        network.check(created.template get<option::transparent>().value().value);
        auto a = std::move(created).bind_to_ip(foreign, 7).value();
        network.check(succeeds(a.send_to("who is it", to)));
        std::byte room[16];
        const auto got = b.recv_from(room, soon());
        network.check(succeeds(got));
        network.check(got.value().sender == SocketAddress<F>(foreign, 7));
    });
}

BOOST_AUTO_TEST_CASE(an_option_that_needs_a_privilege_says_so) {
    in_new_network([](NetworkNamespace& network) {
        if (::setuid(65534) != 0) return network.skip("root could not become nobody");
        auto created = tcp_v4().value();
        network.check(fails_with(created.set(option::transparent{}), std::errc::operation_not_permitted));
        network.check(!created.get<option::transparent>().value().value);
        network.check(succeeds(created.set(option::freebind{})));
    });
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
