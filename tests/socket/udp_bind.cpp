// SPDX-License-Identifier: BSL-1.0
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <fstream>

#include "../support/child.hpp"
#include "../support/counted_hold.hpp"
#include "../support/datagrams.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(udp_bind)

BOOST_AUTO_TEST_CASE_TEMPLATE(an_ephemeral_port_is_known_once_bound, F, Families) {
    if (lacks<F>()) return;
    auto bound = datagrams_on_loopback<F>();
    BOOST_TEST((bound.local_ip().value() == IpAddress<F>::loopback()));
    BOOST_TEST(bound.local_port().value().number() != 0);
    BOOST_TEST((bound.local_addr().value() == SocketAddress<F>::loopback(bound.local_port().value())));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(bind_any_takes_every_address_and_an_ephemeral_port, F, Families) {
    if (lacks<F>()) return;
    auto bound = new_udp<F>().value().bind_any().value();
    BOOST_TEST(bound.local_ip().value().is_unspecified());
    BOOST_TEST(bound.local_port().value().number() != 0);

    auto sender = datagrams_on_loopback<F>();
    const auto to = SocketAddress<F>::loopback(bound.local_port().value());
    BOOST_TEST(sender.send_to("x", to).value() == 1U);
    BOOST_TEST(next_text(bound) == "x");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_bind_hands_the_unbound_socket_back, F, Families) {
    if (lacks<F>()) return;
    auto taken = datagrams_on_loopback<F>();
    auto refused = new_udp<F>().value().bind(taken.local_addr().value());
    BOOST_REQUIRE(!refused);
    BOOST_TEST(fails_with(refused, std::errc::address_in_use));
    BOOST_TEST(succeeds(std::move(refused.error().socket).bind_to_ip(IpAddress<F>::loopback(), 0)));
}

BOOST_AUTO_TEST_CASE(an_address_of_another_host_cannot_be_bound) {
    auto refused = udp_v4().value().bind_to_ip("198.51.100.1"_ip4, 0);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(fails_with(refused, std::errc::address_not_available));
    BOOST_TEST(succeeds(std::move(refused.error().socket).bind_to_ip("127.0.0.2"_ip4, 0)));

    if (lacks<V6>()) return;
    auto refused6 = udp_v6().value().bind_to_ip("2001:db8::1"_ip6, 0);
    BOOST_REQUIRE(!refused6);
    BOOST_TEST(fails_with(refused6, std::errc::address_not_available));
    BOOST_TEST(succeeds(std::move(refused6.error().socket).bind_to_ip("::1"_ip6, 0)));
}

BOOST_AUTO_TEST_CASE(all_of_127_is_this_host) {
    for (const auto ip : {"127.0.0.1"_ip4, "127.0.0.2"_ip4, "127.255.255.254"_ip4}) {
        BOOST_TEST((udp_v4().value().bind_to_ip(ip, 0).value().local_ip().value() == ip));
    }
}

BOOST_AUTO_TEST_CASE(a_v4_mapped_address_is_refused_before_any_call) {
    if (lacks<V6>()) return;
    auto refused = udp_v6().value().bind_to_ip("::ffff:127.0.0.1"_ip6, 0);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(fails_with(refused, errc::address_v4_mapped));
    BOOST_TEST(succeeds(std::move(refused.error().socket).bind_any()));
}

BOOST_AUTO_TEST_CASE(a_datagram_socket_can_be_bound_to_a_group_and_to_broadcast) {
    BOOST_TEST(succeeds(udp_v4().value().bind_to_ip("239.1.2.3"_ip4, 0)));
    BOOST_TEST(succeeds(udp_v4().value().bind_to_ip("255.255.255.255"_ip4, 0)));
    BOOST_TEST(succeeds(udp_v4().value().bind_to_ip("127.255.255.255"_ip4, 0)));
}

BOOST_AUTO_TEST_CASE(the_same_port_serves_both_families_at_once) {
    if (lacks<V6>()) return;
    const auto on_v6 = [] { return udp_v6().value().bind_any().value(); };
    const auto beside = [](const auto& other) {
        return udp_v4().value().bind_to_ip(IpAddress<V4>::any(), other.local_port().value());
    };
    auto v6 = on_v6();
    auto v4 = beside(v6);
    for (int i = 0; !v4 && i < 3; ++i) {  // somebody else may have it on IPv4 just now, but not each time another one
        v6 = on_v6();
        v4 = beside(v6);
    }
    BOOST_REQUIRE(succeeds(v4));  // an IPv6 socket never takes the port of IPv4
    const Port port = v6.local_port().value();

    BOOST_TEST(succeeds(datagrams_on_loopback<V4>().send_to("four", SocketAddress<V4>::loopback(port))));
    BOOST_TEST(next_text(v4.value()) == "four");
    BOOST_TEST(is_silent(v6));
}

BOOST_AUTO_TEST_CASE(a_port_below_1024_needs_a_privilege) {
    int first_free = 1024;
    std::ifstream("/proc/sys/net/ipv4/ip_unprivileged_port_start") >> first_free;
    if (first_free < 2) return print_skipped("net.ipv4.ip_unprivileged_port_start lets everybody bind port 1");
    const int code = exit_code_of_child([] {
        if (::geteuid() == 0 && ::setuid(65534) != 0) return 2;
        auto refused = udp_v4().value().bind_to_ip(IpAddress<V4>::loopback(), 1);
        const bool handed_back = !refused && refused.error() == std::errc::permission_denied &&
                                 std::move(refused.error().socket).bind_any().has_value();
        return handed_back ? 0 : 1;
    });
    if (code == 2) return print_skipped("root could not become nobody");
    BOOST_TEST(code == 0);
}

// --- with an address that somebody holds

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_keeps_its_hold_through_every_change_of_peer, F, Families) {
    if (lacks<F>()) return;
    auto peer = datagrams_on_loopback<F>();
    CountedHold<F> hold(IpAddress<F>::loopback());
    const auto binding = hold.binding();
    {
        auto bound = new_udp<F>().value().bind(std::move(hold), 0).value();
        BOOST_TEST((bound.local_ip().value() == bound.held().address()));
        auto connected = std::move(bound).connect(peer.local_addr().value()).value();
        auto again = std::move(connected).connect(peer.local_addr().value()).value();
        auto alone = std::move(again).disconnect().value();
        auto failed = std::move(alone).connect(SocketAddress<F>::loopback(0));
        BOOST_REQUIRE(!failed);
        BOOST_TEST(binding.users() == 1);
        auto closed = std::move(failed.error().socket).close().value();
        BOOST_TEST(binding.users() == 1);
        auto [socket, back] = std::move(closed).detach_hold();
        BOOST_TEST(binding.users() == 1);
        BOOST_TEST((back.address() == IpAddress<F>::loopback()));
    }
    BOOST_TEST(binding.users() == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_bind_hands_the_hold_back, F, Families) {
    if (lacks<F>()) return;
    auto taken = datagrams_on_loopback<F>();
    CountedHold<F> hold(IpAddress<F>::loopback());
    const auto binding = hold.binding();
    auto refused = new_udp<F>().value().bind(std::move(hold), taken.local_port().value());
    BOOST_REQUIRE(!refused);
    BOOST_TEST(fails_with(refused, std::errc::address_in_use));
    BOOST_TEST(binding.users() == 1);
    auto bound = std::move(refused.error().socket).bind(0).value();
    BOOST_TEST((bound.local_ip().value() == IpAddress<F>::loopback()));
    BOOST_TEST(binding.users() == 1);

    auto twice = new_udp<F>().value().bind(bound.held().share(), taken.local_port().value());
    BOOST_REQUIRE(!twice);
    BOOST_TEST(binding.users() == 2);
    auto [socket, back] = std::move(twice.error().socket).detach_hold();
    BOOST_TEST(succeeds(std::move(socket).bind_any()));
    BOOST_TEST(binding.users() == 2);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_binding_shares_the_hold_or_says_that_it_is_stale, F, Families) {
    if (lacks<F>()) return;
    auto hold = std::make_unique<CountedHold<F>>(IpAddress<F>::loopback());
    const auto binding = hold->binding();
    {
        auto bound = new_udp<F>().value().bind_with_binding(binding, 0).value();
        BOOST_TEST(binding.users() == 2);
        auto refused = new_udp<F>().value().bind_with_binding(binding, bound.local_port().value());
        BOOST_REQUIRE(!refused);
        BOOST_TEST(fails_with(refused, std::errc::address_in_use));
        BOOST_TEST(binding.users() == 2);  // the socket that is left holds nothing
        BOOST_TEST(succeeds(std::move(refused.error().socket).bind_with_binding(binding, 0)));
    }
    hold.reset();
    auto stale = new_udp<F>().value().bind_with_binding(binding, 0);
    BOOST_REQUIRE(!stale);
    BOOST_TEST(fails_with(stale, errc::stale_binding));
    BOOST_TEST(succeeds(std::move(stale.error().socket).bind_any()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_released_handle_comes_with_its_hold, F, Families) {
    if (lacks<F>()) return;
    CountedHold<F> hold(IpAddress<F>::loopback());
    const auto binding = hold.binding();
    auto bound = new_udp<F>().value().bind(std::move(hold), 0).value();
    auto released = std::move(bound).release();
    BOOST_TEST(binding.users() == 1);
    BOOST_TEST(::close(released.handle) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
