// SPDX-License-Identifier: BSL-1.0
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "../support/child.hpp"
#include "../support/descriptors.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(tcp_bind)

BOOST_AUTO_TEST_CASE_TEMPLATE(port_0_gives_an_ephemeral_port_at_the_address_that_was_asked_for, F, Families) {
    if (lacks<F>()) return;
    const auto bound = created<F>().bind_to_ip(IpAddress<F>::loopback(), 0).value();
    BOOST_TEST((bound.local_ip().value() == IpAddress<F>::loopback()));
    BOOST_TEST(bound.local_port().value().number() != 0);
    BOOST_TEST((bound.local_addr().value() ==
                SocketAddress<F>(bound.local_ip().value(), bound.local_port().value())));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(bind_any_takes_an_ephemeral_port_on_every_address, F, Families) {
    if (lacks<F>()) return;
    const auto bound = created<F>().bind_any().value();
    BOOST_TEST(bound.local_ip().value().is_unspecified());
    BOOST_TEST(bound.local_port().value().number() != 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_bind_hands_the_unbound_socket_back_and_another_port_works, F, Families) {
    if (lacks<F>()) return;
    const auto taken = listening_on_loopback<F>();
    auto socket = created<F>();
    const int descriptor = socket.handle();
    auto refused = std::move(socket).bind(taken.local_addr().value());

    BOOST_REQUIRE(fails_with(refused, std::errc::address_in_use));
    BOOST_TEST(refused.error().socket.handle() == descriptor);
    auto bound = std::move(refused.error().socket).bind(SocketAddress<F>::loopback(0));
    BOOST_REQUIRE(succeeds(bound));
    BOOST_TEST(bound.value().handle() == descriptor);
    BOOST_TEST(succeeds(std::move(bound).value().listen()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_address_of_a_bound_socket_that_does_not_listen_is_in_use_too, F, Families) {
    if (lacks<F>()) return;
    const auto taken = bound_to_loopback<F>();
    BOOST_TEST(fails_with(created<F>().bind(taken.local_addr().value()), std::errc::address_in_use));
}

BOOST_AUTO_TEST_CASE(a_socket_can_be_bound_to_any_address_of_127_0_0_0_8) {
    const auto bound = created<V4>().bind_to_ip("127.77.7.1"_ip4, 0).value();
    BOOST_TEST((bound.local_ip().value() == "127.77.7.1"_ip4));
}

BOOST_AUTO_TEST_CASE(an_address_that_no_interface_has_is_not_available_and_the_socket_comes_back) {
    auto refused = created<V4>().bind_to_ip("192.0.2.1"_ip4, 0);
    BOOST_REQUIRE(fails_with(refused, std::errc::address_not_available));
    BOOST_TEST(succeeds(std::move(refused.error().socket).bind_any()));

    if (lacks<V6>()) return;
    auto refused6 = created<V6>().bind_to_ip("2001:db8::1"_ip6, 0);
    BOOST_REQUIRE(fails_with(refused6, std::errc::address_not_available));
    BOOST_TEST(succeeds(std::move(refused6.error().socket).bind_any()));
}

BOOST_AUTO_TEST_CASE(a_privileged_port_is_denied_and_the_socket_comes_back) {
    int first_free = 1024;
    std::ifstream("/proc/sys/net/ipv4/ip_unprivileged_port_start") >> first_free;
    if (first_free <= 1) return print_skipped("net.ipv4.ip_unprivileged_port_start lets everybody bind port 1");
    enum { as_claimed, bound_it, other_error, retry_failed, stays_root };
    const int code = exit_code_of_child([] {
        const uid_t root = ::geteuid();
        if (root == 0 && ::seteuid(65534) != 0) return int{stays_root};
        auto refused = created<V4>().bind(SocketAddress<V4>::loopback(1));
        if (root == 0 && ::seteuid(root) != 0) return int{stays_root};
        if (refused) return int{bound_it};
        if (refused.error() != std::errc::permission_denied) return int{other_error};
        return std::move(refused.error().socket).bind(SocketAddress<V4>::loopback(0)) ? int{as_claimed}
                                                                                      : int{retry_failed};
    });
    if (code == stays_root) return print_skipped("root cannot become another user here");
    BOOST_TEST(code == as_claimed);
}

template <class F>
void refuse_bind(IpAddress<F> ip, errc why) {
    auto refused = created<F>().bind_to_ip(ip, 0);
    BOOST_REQUIRE(fails_with(refused, why));
    BOOST_TEST(succeeds(std::move(refused.error().socket).bind(SocketAddress<F>::loopback(0))));
}

BOOST_AUTO_TEST_CASE(addresses_that_no_stream_can_have_are_refused_and_the_socket_comes_back) {
    refuse_bind<V4>("224.0.0.1"_ip4, errc::bind_multicast);
    refuse_bind<V4>("255.255.255.255"_ip4, errc::bind_multicast);
    if (lacks<V6>()) return;
    refuse_bind<V6>("ff02::1"_ip6, errc::bind_multicast);
    refuse_bind<V6>("::ffff:127.0.0.1"_ip6, errc::address_v4_mapped);
}

BOOST_AUTO_TEST_CASE(an_ipv6_socket_leaves_the_port_to_ipv4) {
    if (lacks<V6>()) return;
    const auto both_have_it = [] {
        const auto six = created<V6>().bind_any().value();
        return created<V4>().bind(SocketAddress<V4>::any(six.local_port().value())).has_value();
    };
    // Another program may have it on IPv4 just now, or had it a minute ago (TIME_WAIT), but not each of so many.
    bool did = false;
    for (int turn = 0; turn < 200 && !did; ++turn) did = both_have_it();
    BOOST_TEST(did);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(two_sockets_with_reuse_address_share_a_port_but_only_one_can_listen, F, Families) {
    if (lacks<F>()) return;
    auto first = reusing_address<F>().bind(SocketAddress<F>::loopback(0)).value();
    auto second = reusing_address<F>().bind(first.local_addr().value()).value();
    const int descriptor = second.handle();
    const auto listener = std::move(first).listen().value();
    const auto refused = std::move(second).listen();

    BOOST_TEST(fails_with(refused, std::errc::address_in_use));
    BOOST_TEST(!is_open(descriptor));  // a failed listen leaves Closed
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_backlog_can_be_changed_while_listening, F, Families) {
    if (lacks<F>()) return;
    auto listener = listening_on_loopback<F>(Backlog(1));
    const auto first = connected_to(listener);
    const auto second = connected_to(listener);
    BOOST_REQUIRE(succeeds(listener.set_backlog(Backlog(8))));
    BOOST_TEST(succeeds(created<F>().connect(listener.local_addr().value(), in(500ms))));
}

BOOST_AUTO_TEST_CASE(a_backlog_below_1_queues_one_all_the_same) {
    BOOST_TEST(Backlog(0).length() == 1);
    BOOST_TEST(Backlog(-5).length() == 1);
    const auto listener = listening_on_loopback<V4>(Backlog(0));
    const auto client = connected_to(listener);
    BOOST_TEST(succeeds(listener.accept(soon())));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
