// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>

#include "../support/descriptors.hpp"
#include "../support/signals.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(tcp_connect)

BOOST_AUTO_TEST_CASE_TEMPLATE(both_ends_name_each_other, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    const auto client = created<F>().connect(listener.local_addr().value()).value();
    const auto server = listener.accept(soon()).value();

    BOOST_TEST((client.remote_addr().value() == listener.local_addr().value()));
    BOOST_TEST((server.local_addr().value() == listener.local_addr().value()));
    BOOST_TEST((server.remote_addr().value() == client.local_addr().value()));
    BOOST_TEST((client.local_ip().value() == IpAddress<F>::loopback()));
    BOOST_TEST((client.local_port().value() == server.remote_addr().value().port()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(connect_within_a_deadline_leaves_a_socket_that_blocks, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    const auto client = created<F>().connect(listener.local_addr().value(), soon()).value();
    BOOST_TEST(!is_nonblocking(client.handle()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_that_is_connected_to_itself_is_told_by_its_addresses, F, Families) {
    if (lacks<F>()) return;
    auto bound = created<F>().bind(SocketAddress<F>::loopback(0)).value();
    const auto own = bound.local_addr().value();
    const auto self = std::move(bound).connect(own, soon()).value();  // nobody listens there
    BOOST_TEST((self.local_addr().value() == self.remote_addr().value()));
    const auto listener = listening_on_loopback<F>();
    const auto client = connected_to(listener);
    BOOST_TEST((client.local_addr().value() != client.remote_addr().value()));
}

BOOST_AUTO_TEST_CASE(a_bound_socket_connects_from_the_address_that_it_chose) {
    const auto listener = listening_on_loopback<V4>();
    const auto to = listener.local_addr().value();
    const auto one = created<V4>().bind_to_ip("127.0.0.2"_ip4, 0).value().connect(to).value();
    BOOST_TEST((listener.accept(soon()).value().remote_addr().value().address() == "127.0.0.2"_ip4));
    const auto two = created<V4>().bind_to_ip("127.0.0.3"_ip4, 0).value().connect(to, soon()).value();
    BOOST_TEST((listener.accept(soon()).value().remote_addr().value() == two.local_addr().value()));
    BOOST_TEST((one.local_ip().value() == "127.0.0.2"_ip4));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_bound_socket_keeps_its_port_when_it_connects, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    auto bound = bound_to_loopback<F>();
    const auto at = bound.local_addr().value();
    const auto client = std::move(bound).connect(listener.local_addr().value(), soon()).value();
    BOOST_TEST((client.local_addr().value() == at));
    BOOST_TEST((listener.accept(soon()).value().remote_addr().value() == at));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_source_address_that_has_a_connection_to_the_peer_is_not_available_for_another, F,
                              Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    const auto to = listener.local_addr().value();
    auto first = reusing_address<F>().bind(SocketAddress<F>::loopback(0)).value();
    const auto from = first.local_addr().value();
    auto second = reusing_address<F>().bind(from).value();
    auto third = reusing_address<F>().bind(from).value();
    const auto connected = std::move(first).connect(to).value();

    const int descriptor = second.handle();
    const auto refused = std::move(second).connect(to);
    BOOST_TEST(fails_with(refused, std::errc::address_not_available));
    BOOST_TEST(!is_open(descriptor));
    BOOST_TEST(fails_with(std::move(third).connect(to, soon()), std::errc::address_not_available));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_refused_connect_leaves_a_closed_socket, F, Families) {
    if (lacks<F>()) return;
    const auto deaf = bound_to_loopback<F>();
    const auto nobody = deaf.local_addr().value();
    auto socket = created<F>();
    const int descriptor = socket.handle();
    const auto refused = std::move(socket).connect(nobody);
    BOOST_TEST(fails_with(refused, std::errc::connection_refused));
    BOOST_TEST(!is_open(descriptor));  // while the error is alive: it holds a ClosedSocket

    BOOST_TEST(fails_with(created<F>().connect(nobody, soon()), std::errc::connection_refused));
    BOOST_TEST(fails_with(bound_to_loopback<F>().connect(nobody), std::errc::connection_refused));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_connect_without_an_answer_ends_at_its_deadline_and_is_closed, F, Families) {
    if (lacks<F>()) return;
    const FullListener<F> full;
    auto socket = created<F>();
    const int descriptor = socket.handle();
    const Stopwatch watch;
    const auto late = std::move(socket).connect(full.address(), in(60ms));
    BOOST_TEST(fails_with(late, errc::deadline_exceeded));
    BOOST_TEST(fails_with(late, std::errc::timed_out));
    BOOST_TEST(!is_open(descriptor));
    BOOST_TEST(watch.elapsed().count() >= 59);
    BOOST_TEST(watch.elapsed().count() < 5000);
}

BOOST_AUTO_TEST_CASE(an_interrupted_connect_goes_on_until_it_is_answered) {
    const FullListener<V4> full;
    const auto connected = interrupting([&] { return created<V4>().connect(full.address()); },
                                        [&] { full.make_room(); });
    BOOST_REQUIRE(succeeds(connected));
    BOOST_TEST(interruptions > 0);
    BOOST_TEST((connected.value().remote_addr().value() == full.address()));
}

BOOST_AUTO_TEST_CASE(an_interrupted_connect_that_is_refused_in_the_end_is_refused) {
    FullListener<V4> full;
    const auto at = full.address();
    const auto refused = interrupting([&] { return created<V4>().connect(at); },
                                      [&] { (void)std::move(full.listener).close(); });
    BOOST_TEST(fails_with(refused, std::errc::connection_refused));
    BOOST_TEST(interruptions > 0);
}

BOOST_AUTO_TEST_CASE(an_interrupted_connect_keeps_its_deadline) {
    const FullListener<V4> full;
    const Stopwatch watch;
    const auto late = interrupting([&] { return created<V4>().connect(full.address(), in(100ms)); }, [] {});
    BOOST_TEST(fails_with(late, errc::deadline_exceeded));
    BOOST_TEST(watch.elapsed().count() >= 99);
    BOOST_TEST(interruptions > 0);
}

BOOST_AUTO_TEST_CASE(a_foreign_non_blocking_socket_connects_as_a_blocking_one) {
    const FullListener<V4> full;
    auto socket = created<V4>();
    make_nonblocking(socket.handle());
    const Watchdog watchdog;
    const std::jthread other([&] {
        std::this_thread::sleep_for(20ms);
        full.make_room();
    });
    BOOST_TEST(succeeds(std::move(socket).connect(full.address())));
}

template <class F>
void refuse_peer(SocketAddress<F> peer, errc why) {
    BOOST_TEST(fails_with(created<F>().connect(peer), why));
    BOOST_TEST(fails_with(created<F>().connect(peer, soon()), why));
    BOOST_TEST(fails_with(created<F>().begin_connect(peer), why));
    BOOST_TEST(fails_with(bound_to_loopback<F>().connect(peer), why));
    BOOST_TEST(fails_with(bound_to_loopback<F>().begin_connect(peer), why));
}

BOOST_AUTO_TEST_CASE(peers_that_no_stream_can_have_are_refused) {
    refuse_peer<V4>({"127.0.0.1"_ip4, 0}, errc::peer_port_zero);
    refuse_peer<V4>({"0.0.0.0"_ip4, 80}, errc::peer_unspecified);
    refuse_peer<V4>({"224.0.0.1"_ip4, 80}, errc::peer_multicast);
    refuse_peer<V4>({"255.255.255.255"_ip4, 80}, errc::peer_broadcast);
    if (lacks<V6>()) return;
    refuse_peer<V6>({"::1"_ip6, 0}, errc::peer_port_zero);
    refuse_peer<V6>({"::"_ip6, 80}, errc::peer_unspecified);
    refuse_peer<V6>({"ff02::1"_ip6, 80}, errc::peer_multicast);
    refuse_peer<V6>({"::ffff:127.0.0.1"_ip6, 80}, errc::address_v4_mapped);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
