// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>

#include "../support/datagrams.hpp"
#include "../support/sockets.hpp"

// A UDP socket whose peer is fixed, changed and fixed no more.

namespace {
using namespace estate;
using namespace estate::test;

/// Addresses to which connect() is refused by the kernel, and not by this library.
template <class F>
SocketAddress<F> refused_by_the_kernel() {
    if constexpr (std::same_as<F, V4>) {
        return {"127.255.255.255"_ip4, 9};  // EACCES: broadcast without the option
    } else {
        return {"fe80::1"_ip6, 9};  // EINVAL: link-local without a zone
    }
}

/// Can be bound to an address that deaf_datagrams() keeps.
template <Family F>
CreatedSocket<Udp<F>> reusing() {
    auto created = new_udp<F>().value();
    created.set(option::reuse_address{}).value();
    return created;
}

/// That no peer is fixed: it sends to anybody and hears everybody.
template <class F>
void check_that_nobody_is_fixed(BoundSocket<Udp<F>>& socket) {
    auto stranger = datagrams_on_loopback<F>();
    auto another = datagrams_on_loopback<F>();
    const auto here = SocketAddress<F>::loopback(socket.local_port().value());
    BOOST_TEST(succeeds(socket.send_to("to", stranger.local_addr().value())));
    BOOST_TEST(next_text(stranger) == "to");
    BOOST_TEST(succeeds(stranger.send_to("from", here)));
    BOOST_TEST(succeeds(another.send_to("another", here)));
    BOOST_TEST(next_text(socket) == "from");
    BOOST_TEST(next_text(socket) == "another");
}

BOOST_AUTO_TEST_SUITE(udp_peer)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_fixed_peer_is_sent_to_and_heard, F, Families) {
    if (lacks<F>()) return;
    auto b = datagrams_on_loopback<F>();
    auto a = datagrams_on_loopback<F>().connect(b.local_addr().value()).value();
    BOOST_TEST((a.remote_addr().value() == b.local_addr().value()));
    BOOST_TEST(a.send("ping").value() == 4U);
    std::byte room[16];
    const auto ping = b.recv_from(room, soon()).value();
    BOOST_TEST((ping.sender == a.local_addr().value()));
    BOOST_TEST(succeeds(b.send_to("pong", ping.sender)));
    BOOST_TEST(next_text(a) == "pong");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_others_send_to_a_socket_with_a_fixed_peer_is_dropped, F, Families) {
    if (lacks<F>()) return;
    auto b = datagrams_on_loopback<F>();
    auto stranger = datagrams_on_loopback<F>();
    auto a = datagrams_on_loopback<F>().connect(b.local_addr().value()).value();
    const auto at = a.local_addr().value();
    BOOST_TEST(succeeds(stranger.send_to("stranger", at)));
    BOOST_TEST(is_silent(a));
    BOOST_TEST(succeeds(b.send_to("peer", at)));
    BOOST_TEST(next_text(a) == "peer");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(linux_still_delivers_what_others_had_sent_before_the_peer_was_fixed, F,
                              Families) {
    if (lacks<F>()) return;
    auto b = datagrams_on_loopback<F>();
    auto stranger = datagrams_on_loopback<F>();
    auto bound = datagrams_on_loopback<F>();
    const auto at = bound.local_addr().value();
    BOOST_TEST(succeeds(stranger.send_to("early stranger", at)));
    BOOST_TEST(succeeds(b.send_to("early peer", at)));
    auto a = std::move(bound).connect(b.local_addr().value()).value();
    BOOST_TEST(succeeds(stranger.send_to("late stranger", at)));
    BOOST_TEST(succeeds(b.send_to("late peer", at)));

    BOOST_TEST(next_text(a) == "early stranger");
    BOOST_TEST(next_text(a) == "early peer");
    BOOST_TEST(next_text(a) == "late peer");
    BOOST_TEST(is_silent(a));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_refused_datagram_is_reported_by_a_later_call_and_the_socket_lives, F,
                              Families) {
    if (lacks<F>()) return;
    auto deaf = deaf_datagrams<F>();
    const auto nobody = deaf.local_addr().value();
    auto a = datagrams_on_loopback<F>().connect(nobody).value();
    std::byte room[16];

    BOOST_TEST(a.send("lost").value() == 4U);
    BOOST_TEST(fails_with(a.recv(room, soon()), std::errc::connection_refused));
    BOOST_TEST(is_silent(a));  // reported once

    BOOST_TEST(a.send("lost").value() == 4U);
    BOOST_TEST(fails_with(a.send("not sent"), std::errc::connection_refused));
    BOOST_TEST((a.remote_addr().value() == nobody));

    auto b = std::move(deaf).disconnect().value();  // now somebody is there
    BOOST_TEST(a.send("heard").value() == 5U);
    BOOST_TEST(next_text(b) == "heard");
    BOOST_TEST(succeeds(b.send_to("answer", a.local_addr().value())));
    BOOST_TEST(next_text(a) == "answer");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_without_a_peer_hears_of_no_refusal, F, Families) {
    if (lacks<F>()) return;
    auto a = datagrams_on_loopback<F>();
    const auto deaf = deaf_datagrams<F>();
    const auto nobody = deaf.local_addr().value();
    for (int i = 0; i < 3; ++i) BOOST_TEST(a.send_to("lost", nobody).value() == 4U);
    BOOST_TEST(is_silent(a));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_peer_can_be_changed, F, Families) {
    if (lacks<F>()) return;
    auto first = datagrams_on_loopback<F>();
    auto second = datagrams_on_loopback<F>();
    auto a = datagrams_on_loopback<F>().connect(first.local_addr().value()).value();
    const auto at = a.local_addr().value();
    auto b = std::move(a).connect(second.local_addr().value()).value();
    BOOST_TEST((b.remote_addr().value() == second.local_addr().value()));
    BOOST_TEST((b.local_addr().value() == at));

    BOOST_TEST(succeeds(b.send("x")));
    BOOST_TEST(next_text(second) == "x");
    BOOST_TEST(is_silent(first));
    BOOST_TEST(succeeds(first.send_to("old", at)));
    BOOST_TEST(succeeds(second.send_to("new", at)));
    BOOST_TEST(next_text(b) == "new");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_refusal_by_the_old_peer_is_told_to_nobody_after_it, F, Families) {
    if (lacks<F>()) return;
    const auto deaf = deaf_datagrams<F>();
    const auto peer = datagrams_on_loopback<F>();
    const auto at = peer.local_addr().value();
    const auto refused = [&] {
        auto socket = datagrams_on_loopback<F>().connect(deaf.local_addr().value()).value();
        socket.send("lost").value();
        return socket;
    };
    const auto other = refused().connect(at).value();
    BOOST_TEST(succeeds(other.send("hello")));
    BOOST_TEST(next_text(peer) == "hello");
    const auto none = refused().disconnect().value();
    BOOST_TEST(succeeds(none.send_to("again", at)));
    BOOST_TEST(next_text(peer) == "again");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_first_peer_that_is_refused_leaves_the_socket_bound_as_it_was, F, Families) {
    if (lacks<F>()) return;
    for (const auto& peer : {refused_by_the_kernel<F>(), SocketAddress<F>::loopback(0), SocketAddress<F>::any(9)}) {
        auto bound = datagrams_on_loopback<F>();
        const auto at = bound.local_addr().value();
        auto refused = std::move(bound).connect(peer);
        BOOST_REQUIRE(!refused);
        BOOST_TEST((refused.error().socket.local_addr().value() == at));
        check_that_nobody_is_fixed<F>(refused.error().socket);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_change_of_peer_that_fails_leaves_none, F, Families) {
    if (lacks<F>()) return;
    for (const auto& peer : {refused_by_the_kernel<F>(), SocketAddress<F>::loopback(0), SocketAddress<F>::any(9)}) {
        auto first = datagrams_on_loopback<F>();
        auto a = datagrams_on_loopback<F>().connect(first.local_addr().value()).value();
        const auto at = a.local_addr().value();
        auto refused = std::move(a).connect(peer);
        BOOST_REQUIRE(!refused);
        BOOST_REQUIRE(refused.error().socket.template is<Bound>());
        auto left = std::move(refused.error().socket).template take<Bound>();
        BOOST_TEST((left.local_addr().value() == at));
        check_that_nobody_is_fixed<F>(left);
        BOOST_TEST(succeeds(std::move(left).connect(first.local_addr().value())));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_first_peer_that_fails_says_why, F, Families) {
    if (lacks<F>()) return;
    BOOST_TEST(fails_with(datagrams_on_loopback<F>().connect(SocketAddress<F>::loopback(0)), errc::peer_port_zero));
    BOOST_TEST(fails_with(datagrams_on_loopback<F>().connect(SocketAddress<F>::any(9)), errc::peer_unspecified));
    if constexpr (std::same_as<F, V4>) {
        BOOST_TEST(
            fails_with(datagrams_on_loopback<V4>().connect({"127.255.255.255"_ip4, 9}), std::errc::permission_denied));
    } else {
        BOOST_TEST(fails_with(datagrams_on_loopback<V6>().connect({"fe80::1"_ip6, 9}), std::errc::invalid_argument));
        BOOST_TEST(
            fails_with(datagrams_on_loopback<V6>().connect({"::ffff:127.0.0.1"_ip6, 9}), errc::address_v4_mapped));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(disconnecting_keeps_an_ephemeral_port, F, Families) {
    if (lacks<F>()) return;
    auto peer = datagrams_on_loopback<F>();
    auto bound = datagrams_on_loopback<F>();
    const auto at = bound.local_addr().value();
    auto alone = std::move(bound).connect(peer.local_addr().value()).value().disconnect().value();
    BOOST_TEST((alone.local_addr().value() == at));
    check_that_nobody_is_fixed<F>(alone);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(disconnecting_keeps_a_chosen_port, F, Families) {
    if (lacks<F>()) return;
    auto peer = datagrams_on_loopback<F>();
    const auto keeper = deaf_datagrams<F>();
    const auto at = keeper.local_addr().value();
    auto bound = reusing<F>().bind(at).value();
    auto alone = std::move(bound).connect(peer.local_addr().value()).value().disconnect().value();
    BOOST_TEST((alone.local_addr().value() == at));
    check_that_nobody_is_fixed<F>(alone);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(disconnecting_opens_a_socket_to_every_address_that_it_was_bound_to, F,
                              Families) {
    if (lacks<F>()) return;
    auto peer = datagrams_on_loopback<F>();
    const auto keeper = deaf_datagrams<F>();
    for (const Port wanted : {Port(), keeper.local_port().value()}) {
        auto bound = reusing<F>().bind_to_ip(IpAddress<F>::any(), wanted).value();
        const auto at = bound.local_addr().value();
        auto connected = std::move(bound).connect(peer.local_addr().value()).value();
        BOOST_TEST((connected.local_ip().value() == IpAddress<F>::loopback()));  // the address that leads there
        auto alone = std::move(connected).disconnect().value();
        BOOST_TEST((alone.local_addr().value() == at));
        check_that_nobody_is_fixed<F>(alone);

        auto again = std::move(alone).connect(peer.local_addr().value()).value();
        auto refused = std::move(again).connect(SocketAddress<F>::loopback(0));
        BOOST_TEST((std::move(refused.error().socket).template take<Bound>().local_addr().value() == at));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_peer_can_be_fixed_again_after_disconnecting, F, Families) {
    if (lacks<F>()) return;
    auto b = datagrams_on_loopback<F>();
    const auto to = b.local_addr().value();
    auto a = datagrams_on_loopback<F>().connect(to).value().disconnect().value().connect(to).value();
    BOOST_TEST(succeeds(a.send("x")));
    BOOST_TEST(next_text(b) == "x");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
