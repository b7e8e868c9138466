// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include "host.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(udp_life)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_datagram_arrives_whole_with_its_sender, F, Families) {
    if (lacks<F>()) return;
    const auto a = datagrams_on_loopback<F>();
    const auto b = datagrams_on_loopback<F>();
    BOOST_TEST(a.send_to("hello", b.local_addr().value()).value() == 5U);
    std::byte room[16];
    const auto got = b.recv_from(room, soon()).value();
    BOOST_TEST(got.size == 5U);
    BOOST_TEST(!got.truncated);
    BOOST_TEST((got.sender == a.local_addr().value()));
    BOOST_TEST(b.send_to("back", got.sender).value() == 4U);
    BOOST_TEST(next_text(a) == "back");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(datagrams_keep_their_bounds_and_may_be_empty, F, Families) {
    if (lacks<F>()) return;
    const auto a = datagrams_on_loopback<F>();
    const auto b = datagrams_on_loopback<F>();
    for (const char* text : {"one", "", "three"}) BOOST_TEST(succeeds(a.send_to(text, b.local_addr().value())));
    for (const char* text : {"one", "", "three"}) BOOST_TEST(next_text(b) == text);
    std::byte room[4];
    BOOST_TEST(fails_with(b.recv_from(room, in(20ms)), errc::deadline_exceeded));
    BOOST_TEST(fails_with(b.recv_from(MutableBuffer{}), errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_datagram_that_does_not_fit_is_cut_and_says_so, F, Families) {
    if (lacks<F>()) return;
    const auto a = datagrams_on_loopback<F>();
    const auto b = datagrams_on_loopback<F>();
    const std::vector<std::byte> large(9000, std::byte{5});
    BOOST_TEST(succeeds(a.send_to(large, b.local_addr().value())));
    BOOST_TEST(succeeds(a.send_to("next", b.local_addr().value())));
    std::byte room[16];
    const auto got = b.recv_from(room, soon()).value();
    BOOST_TEST(got.size == sizeof room);
    BOOST_TEST(got.truncated);
    BOOST_TEST(got.length == 9000U);
    BOOST_TEST((room[0] == std::byte{5} && room[15] == std::byte{5}));
    BOOST_TEST(next_text(b) == "next");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(one_that_no_network_carries_is_refused, F, Families) {
    if (lacks<F>()) return;
    const auto a = datagrams_on_loopback<F>();
    const std::vector<std::byte> huge(70000);
    BOOST_TEST(fails_with(a.send_to(huge, a.local_addr().value(), soon()), std::errc::message_size));
    BOOST_TEST(succeeds(a.send_to("small", a.local_addr().value())));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(destinations_that_no_host_would_accept_are_refused_by_name, F, Families) {
    if (lacks<F>()) return;
    const auto a = datagrams_on_loopback<F>();
    BOOST_TEST(fails_with(a.send_to("x", SocketAddress<F>::loopback(0)), errc::peer_port_zero));
    BOOST_TEST(fails_with(a.send_to("x", SocketAddress<F>::any(9)), errc::peer_unspecified));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_fixed_peer_is_the_only_one_heard, F, Families) {
    if (lacks<F>()) return;
    auto socket = datagrams_on_loopback<F>();
    const auto here = socket.local_addr().value();
    const auto peer = datagrams_on_loopback<F>();
    const auto stranger = datagrams_on_loopback<F>();
    const auto connected = std::move(socket).connect(peer.local_addr().value()).value();
    BOOST_TEST((connected.remote_addr().value() == peer.local_addr().value()));
    BOOST_TEST((connected.local_addr().value() == here));
    BOOST_TEST(succeeds(stranger.send_to("noise", here)));
    BOOST_TEST(succeeds(peer.send_to("word", here)));
    BOOST_TEST(next_text(connected) == "word");
    BOOST_TEST(connected.send("answer").value() == 6U);
    BOOST_TEST(next_text(peer) == "answer");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_peer_can_be_changed_and_given_up, F, Families) {
    if (lacks<F>()) return;
    const auto one = datagrams_on_loopback<F>();
    const auto two = datagrams_on_loopback<F>();
    auto first = datagrams_on_loopback<F>().connect(one.local_addr().value()).value();
    auto second = std::move(first).connect(two.local_addr().value()).value();
    BOOST_TEST(succeeds(second.send("two")));
    BOOST_TEST(next_text(two) == "two");
    const auto here = second.local_addr().value();
    const auto alone = std::move(second).disconnect().value();
    BOOST_TEST((alone.local_addr().value() == here));
    BOOST_TEST(succeeds(alone.send_to("one", one.local_addr().value())));
    BOOST_TEST(next_text(one) == "one");
    BOOST_TEST(succeeds(two.send_to("heard again", here)));
    BOOST_TEST(next_text(alone) == "heard again");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_change_of_peer_leaves_none, F, Families) {
    if (lacks<F>()) return;
    const auto one = datagrams_on_loopback<F>();
    auto connected = datagrams_on_loopback<F>().connect(one.local_addr().value()).value();
    auto refused = std::move(connected).connect(SocketAddress<F>::loopback(0));
    BOOST_REQUIRE(fails_with(refused, errc::peer_port_zero));
    BOOST_REQUIRE(refused.assume_error().socket.template is<Bound>());
    const auto alone = std::move(refused.assume_error().socket).template take<Bound>();
    BOOST_TEST(succeeds(alone.send_to("again", one.local_addr().value())));
    BOOST_TEST(next_text(one) == "again");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_refused_datagram_is_told_to_the_sender, F, Families) {
    if (lacks<F>() || host_hides_refusals()) return;
    const auto gone = datagrams_on_loopback<F>().local_addr().value();
    const auto socket = datagrams_on_loopback<F>().connect(gone).value();
    bool refused = false;
    for (int i = 0; i < 20 && !refused; ++i) {
        const auto sent = socket.send("anybody?");
        std::byte room[8];
        const auto got = socket.recv(room, in(50ms));
        refused = (!sent && sent.assume_error() == std::errc::connection_refused) ||
                  (!got && got.assume_error() == std::errc::connection_refused);
    }
    BOOST_TEST(refused);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_batch_takes_what_is_there_and_does_not_wait_for_more, F, Families) {
    if (lacks<F>()) return;
    const auto a = datagrams_on_loopback<F>();
    const auto b = datagrams_on_loopback<F>();
    const auto to = b.local_addr().value();
    const OutgoingDatagram<SocketAddress<F>> batch[] = {{as_buffer("one"), to}, {as_buffer("more than fits"), to}};
    BOOST_TEST(a.send_batch(batch).value() == 2U);
    std::byte rooms[3][4];
    IncomingDatagram<SocketAddress<F>> places[] = {{rooms[0]}, {rooms[1]}, {rooms[2]}};
    std::size_t came = 0;
    while (came < 2) came += b.recv_batch(std::span(places).subspan(came), soon()).value();
    BOOST_TEST(came == 2U);
    BOOST_TEST(as_text(places[0].bytes()) == "one");
    BOOST_TEST((places[0].got.sender == a.local_addr().value()));
    BOOST_TEST(as_text(places[1].bytes()) == "more");
    BOOST_TEST(places[1].got.truncated);
    BOOST_TEST(places[1].got.length == 14U);
    BOOST_TEST(fails_with(b.recv_batch(places, Deadline::at_once()), errc::deadline_exceeded));
    BOOST_TEST(fails_with(b.recv_batch({}, soon()), errc::invalid_argument));

    const auto connected = datagrams_on_loopback<F>().connect(to).value();
    const ConstBuffer parts[] = {as_buffer("a"), as_buffer("b")};
    BOOST_TEST(connected.send_batch(parts, soon()).value() == 2U);
    BOOST_TEST(next_text(b) == "a");
    BOOST_TEST(next_text(b) == "b");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_bind_hands_the_unbound_socket_back, F, Families) {
    if (lacks<F>()) return;
    const auto taken = datagrams_on_loopback<F>();
    auto refused = new_udp<F>().value().bind(taken.local_addr().value());
    BOOST_REQUIRE(fails_with(refused, std::errc::address_in_use));
    const auto again = std::move(refused.assume_error().socket).bind(SocketAddress<F>::loopback(0));
    BOOST_REQUIRE(succeeds(again));
    BOOST_TEST(succeeds(taken.send_to("found", again.assume_value().local_addr().value())));
    BOOST_TEST(next_text(again.assume_value()) == "found");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_moved_from_socket_answers_every_call, F, Families) {
    if (lacks<F>()) return;
    auto socket = datagrams_on_loopback<F>();
    auto taken = std::move(socket);
    std::byte room[4];
    // NOLINTBEGIN(bugprone-use-after-move): that is what is tested
    BOOST_TEST(fails_with(socket.send_to("x", taken.local_addr().value()), errc::moved_from));
    BOOST_TEST(fails_with(socket.recv_from(room, soon()), errc::moved_from));
    BOOST_TEST(fails_with(socket.local_addr(), errc::moved_from));
    BOOST_TEST(fails_with(std::move(socket).connect(taken.local_addr().value()), errc::moved_from));
    // NOLINTEND(bugprone-use-after-move)
    BOOST_TEST(succeeds(std::move(taken).close()));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
