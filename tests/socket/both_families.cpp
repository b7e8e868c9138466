// SPDX-License-Identifier: BSL-1.0
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <string>

#include "../support/check.hpp"
#include "../support/loopback.hpp"

// One socket for IPv4 and IPv6: what it yields as an address it takes back as a peer.

namespace {
using namespace estate;
using namespace estate::test;

/// Loopback of a family, as the addresses of a V46 socket name it.
template <Family F>
SocketAddress<V6> loopback(Port port) {
    if constexpr (std::same_as<F, V4>) {
        return SocketAddress<V4>::loopback(port).to_mapped();
    } else {
        return SocketAddress<V6>::loopback(port);
    }
}
template <Family F>
SocketAddress<F> in_family(const SocketAddress<V6>& at) {
    if constexpr (std::same_as<F, V4>) {
        return at.to_v4().value();
    } else {
        return at;
    }
}
int raw_v6(int type, bool only, bool any) {
    const int made = ::socket(AF_INET6, type, 0);
    const int value = only ? 1 : 0;
    BOOST_REQUIRE(::setsockopt(made, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof value) == 0);
    sockaddr_in6 at{};
    at.sin6_family = AF_INET6;
    at.sin6_addr = any ? in6addr_any : in6addr_loopback;
    BOOST_REQUIRE(::bind(made, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
    return made;
}

BOOST_AUTO_TEST_SUITE(both_families)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_hears_both_and_its_peers_can_be_connected_to, F, Families) {
    if (lacks<V6>()) return;
    const auto listener = tcp_v46().value().bind_any().value().listen().value();
    const auto client =
        new_tcp<F>().value().connect(SocketAddress<F>::loopback(listener.local_port().value()), soon()).value();
    const auto server = listener.accept(soon()).value();
    BOOST_TEST((in_family<F>(server.remote_addr().value()) == client.local_addr().value()));
    BOOST_TEST((server.local_addr().value() == loopback<F>(listener.local_port().value())));
    BOOST_TEST(succeeds(server.send("x")));
    BOOST_TEST(read_text(client, 1) == "x");

    const auto back = new_tcp<F>().value().bind(SocketAddress<F>::loopback(0)).value().listen().value();
    const auto again = tcp_v46().value().connect(loopback<F>(back.local_port().value()), soon()).value();
    BOOST_TEST((again.remote_addr().value() == loopback<F>(back.local_port().value())));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_datagram_socket_answers_whom_it_hears, F, Families) {
    if (lacks<V6>()) return;
    auto server = udp_v46().value().bind_any().value();
    const auto at = SocketAddress<F>::loopback(server.local_port().value());
    const auto client = new_udp<F>().value().bind(SocketAddress<F>::loopback(0)).value().connect(at).value();
    BOOST_TEST(succeeds(client.send("ask")));
    std::byte room[8];
    const auto got = server.recv_from(room, soon()).value();
    BOOST_TEST((in_family<F>(got.sender) == client.local_addr().value()));
    BOOST_TEST(succeeds(server.send_to("answer", got.sender)));
    BOOST_TEST(next_text(client) == "answer");
    const auto fixed = std::move(server).connect(got.sender).value();
    BOOST_TEST((fixed.remote_addr().value() == got.sender));
    BOOST_TEST(succeeds(fixed.send("again")));
    BOOST_TEST(next_text(client) == "again");
}

BOOST_AUTO_TEST_CASE(a_v4_mapped_peer_is_held_to_the_rules_of_ipv4) {
    const auto mapped = [](Ipv4Address ip) { return SocketAddress<V4>(ip, 9).to_mapped(); };
    BOOST_TEST(fails_with(tcp_v46().value().connect(mapped("0.0.0.0"_ip4)), errc::peer_unspecified));
    BOOST_TEST(fails_with(tcp_v46().value().connect(mapped("224.0.0.1"_ip4)), errc::peer_multicast));
    BOOST_TEST(fails_with(tcp_v46().value().connect(mapped("255.255.255.255"_ip4)), errc::peer_broadcast));
    BOOST_TEST(fails_with(tcp_v46().value().connect(SocketAddress<V6>::any(9)), errc::peer_unspecified));
    BOOST_TEST(fails_with(tcp_v46().value().bind(mapped("224.0.0.1"_ip4)), errc::bind_multicast));
    BOOST_TEST(fails_with(tcp_v6().value().connect(mapped("127.0.0.1"_ip4)), errc::address_v4_mapped));
    BOOST_TEST(succeeds(tcp_v46().value().bind(SocketAddress<V4>::loopback(0).to_mapped())));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_ipv6_socket_never_carries_ipv4, F, Families) {
    if (lacks<V6>()) return;
    const auto listener = tcp_v6().value().bind_any().value().listen().value();
    const auto client = new_tcp<F>().value().connect(SocketAddress<F>::loopback(listener.local_port().value()), soon());
    BOOST_TEST(client.has_value() == (std::same_as<F, V6>));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(adopt_tells_both_families_from_one, T, decltype(std::tuple<Tcp<V46>, Udp<V46>>())) {
    if (lacks<V6>()) return;
    using Six = std::conditional_t<T::is_stream, Tcp<V6>, Udp<V6>>;
    constexpr int type = T::is_stream ? SOCK_STREAM : SOCK_DGRAM;
    int both = raw_v6(type, false, true);
    BOOST_TEST(fails_with(adopt<Six>(both), errc::wrong_family));  // it would name peers that a V6 socket refuses
    BOOST_TEST(adopt<T>(both).value().template is<Bound>());
    const int six = raw_v6(type, true, true);
    BOOST_TEST(fails_with(adopt<T>(six), errc::wrong_family));
    BOOST_TEST(adopt<Six>(six).value().template is<Bound>());
    BOOST_TEST(adopt<Six>(raw_v6(type, false, false)).value().template is<Bound>());  // ::1 hears no IPv4

    for (const bool wants_both : {true, false}) {  // what has no address yet becomes what it is adopted as
        const int made = ::socket(AF_INET6, type, 0);
        int value = wants_both ? 1 : 0;
        BOOST_REQUIRE(::setsockopt(made, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof value) == 0);
        if (wants_both) {
            BOOST_TEST(adopt<T>(::dup(made)).value().template is<Created>());
        } else {
            BOOST_TEST(adopt<Six>(::dup(made)).value().template is<Created>());
        }
        socklen_t size = sizeof value;
        BOOST_REQUIRE(::getsockopt(made, IPPROTO_IPV6, IPV6_V6ONLY, &value, &size) == 0);
        BOOST_TEST((value == 0) == wants_both);
        ::close(made);
    }
}

BOOST_AUTO_TEST_CASE(a_datagram_socket_that_disconnect_would_open_to_both_is_none_of_ipv6_alone) {
    if (lacks<V6>()) return;
    const auto peer = datagrams_on_loopback<V6>().local_addr().value();
    const int both = udp_v46().value().bind_any().value().connect(peer).value().release();
    BOOST_TEST(fails_with(adopt<Udp<V6>>(both), errc::wrong_family));
    BOOST_TEST(adopt<Udp<V46>>(both).value().is<Connected>());
    const int six = udp_v6().value().bind_any().value().connect(peer).value().release();
    BOOST_TEST(adopt<Udp<V6>>(six).value().is<Connected>());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_adopted_socket_of_a_service_manager_answers_both, F, Families) {
    if (lacks<V6>()) return;
    const auto server = adopt<Udp<V46>>(raw_v6(SOCK_DGRAM, false, true)).value().take<Bound>();
    const auto client = datagrams_on_loopback<F>();
    BOOST_TEST(succeeds(client.send_to("ask", SocketAddress<F>::loopback(server.local_port().value()))));
    std::byte room[8];
    const auto got = server.recv_from(room, soon()).value();
    BOOST_TEST(succeeds(server.send_to("answer", got.sender)));
    BOOST_TEST(next_text(client) == "answer");
}

BOOST_AUTO_TEST_CASE(options_that_each_protocol_has_its_own_of_are_absent) {
    static_assert(!EffectiveIn<option::hop_limit, Tcp<V46>, Bound> && EffectiveIn<option::hop_limit, Tcp<V6>, Bound>);
    static_assert(EffectiveIn<option::no_delay, Tcp<V46>, Bound>);
    BOOST_TEST(tcp_v46().value().family() == std::string("IPv4 and IPv6"));
}

BOOST_AUTO_TEST_CASE(a_refused_socket_carries_the_families_that_it_did) {
    if (lacks<V6>()) return;
    for (const int only : {0, 1}) {
        const int made = ::socket(AF_INET6, SOCK_DGRAM, 0);
        BOOST_REQUIRE(::setsockopt(made, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) == 0);
        const int on = 1;
        if (::setsockopt(made, IPPROTO_UDP, UDP_GRO, &on, sizeof on) != 0) return (void)::close(made);
        BOOST_TEST(fails_with(adopt<Udp<V6>>(made), errc::wrong_transport));  // it joins segments
        BOOST_TEST(fails_with(adopt<Udp<V46>>(made), errc::wrong_transport));
        int value = -1;
        socklen_t size = sizeof value;
        BOOST_REQUIRE(::getsockopt(made, IPPROTO_IPV6, IPV6_V6ONLY, &value, &size) == 0);
        BOOST_TEST(value == only);
        ::close(made);
    }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
