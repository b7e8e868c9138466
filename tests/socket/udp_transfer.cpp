// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <string>
#include <thread>
#include <vector>

#include "../support/datagrams.hpp"
#include "../support/descriptors.hpp"
#include "../support/signals.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(udp_transfer)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_datagram_arrives_whole_with_its_sender, F, Families) {
    if (lacks<F>()) return;
    auto a = datagrams_on_loopback<F>();
    auto b = datagrams_on_loopback<F>();
    BOOST_TEST(a.send_to("hello", b.local_addr().value()).value() == 5U);

    std::byte room[16];
    const auto got = b.recv_from(room, soon()).value();
    BOOST_TEST(got.size == 5U);
    BOOST_TEST(!got.truncated);
    BOOST_TEST((got.sender == a.local_addr().value()));
    BOOST_TEST(as_text(std::span(room).first(got.size)) == "hello");

    BOOST_TEST(b.send_to("back", got.sender).value() == 4U);
    BOOST_TEST(next_text(a) == "back");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(datagrams_keep_their_bounds, F, Families) {
    if (lacks<F>()) return;
    auto a = datagrams_on_loopback<F>();
    auto b = datagrams_on_loopback<F>();
    const auto to = b.local_addr().value();
    for (const char* text : {"one", "", "three"}) BOOST_TEST(succeeds(a.send_to(text, to)));
    for (const char* text : {"one", "", "three"}) BOOST_TEST(next_text(b) == text);
    BOOST_TEST(is_silent(b));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_empty_datagram_is_a_datagram, F, Families) {
    if (lacks<F>()) return;
    auto a = datagrams_on_loopback<F>();
    auto b = datagrams_on_loopback<F>();
    BOOST_TEST(a.send_to(ConstBuffer{}, b.local_addr().value()).value() == 0U);
    std::byte room[1];
    const auto got = b.recv_from(room, soon()).value();
    BOOST_TEST(got.size == 0U);
    BOOST_TEST(!got.truncated);
    BOOST_TEST((got.sender == a.local_addr().value()));

    auto connected = std::move(a).connect(b.local_addr().value()).value();
    auto peer = std::move(b).connect(connected.local_addr().value()).value();
    BOOST_TEST(connected.send("").value() == 0U);
    const auto same = peer.recv(room, soon()).value();
    BOOST_TEST(same.size == 0U);
    BOOST_TEST(!same.truncated);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_datagram_that_was_cut_says_so_and_its_rest_is_gone, F, Families) {
    if (lacks<F>()) return;
    auto a = datagrams_on_loopback<F>();
    auto b = datagrams_on_loopback<F>();
    const auto to = b.local_addr().value();
    BOOST_TEST(succeeds(a.send_to("abcdef", to)));
    BOOST_TEST(succeeds(a.send_to("next", to)));

    std::array<std::byte, 8> room{};
    const auto cut = b.recv_from(std::span(room).first(4), soon()).value();
    BOOST_TEST(cut.size == 4U);
    BOOST_TEST(cut.truncated);
    BOOST_TEST((cut.sender == a.local_addr().value()));
    BOOST_TEST(as_text(std::span(room).first(4)) == "abcd");
    BOOST_TEST((room[4] == std::byte{0}));

    const auto exact = b.recv_from(std::span(room).first(4), soon()).value();
    BOOST_TEST(exact.size == 4U);
    BOOST_TEST(!exact.truncated);
    BOOST_TEST(as_text(std::span(room).first(4)) == "next");

    auto peer = std::move(b).connect(a.local_addr().value()).value();
    BOOST_TEST(succeeds(a.send_to("abcdef", to)));
    const auto received = peer.recv(std::span(room).first(5), soon()).value();
    BOOST_TEST(received.size == 5U);
    BOOST_TEST(received.truncated);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(receiving_into_no_room_is_refused_and_loses_nothing, F, Families) {
    if (lacks<F>()) return;
    auto a = datagrams_on_loopback<F>();
    auto b = datagrams_on_loopback<F>();
    BOOST_TEST(succeeds(a.send_to("kept", b.local_addr().value())));
    BOOST_TEST(fails_with(b.recv_from(MutableBuffer{}), errc::invalid_argument));
    BOOST_TEST(next_text(b) == "kept");

    auto peer = std::move(b).connect(a.local_addr().value()).value();
    BOOST_TEST(fails_with(peer.recv(MutableBuffer{}), errc::invalid_argument));
    BOOST_TEST(fails_with(peer.recv(MutableBuffer{}, soon()), errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_longest_datagram_arrives_and_one_byte_more_is_refused, F, Families) {
    if (lacks<F>()) return;
    constexpr std::size_t longest = F::bits == 32 ? 65535 - 20 - 8 : 65535 - 8;  // RFC 791, RFC 8200, RFC 768
    auto a = datagrams_on_loopback<F>();
    auto b = datagrams_on_loopback<F>();
    const auto to = b.local_addr().value();
    const std::vector<std::byte> bytes(longest + 1, std::byte{'x'});
    BOOST_TEST(fails_with(a.send_to(bytes, to), std::errc::message_size));
    BOOST_TEST(is_silent(b));
    BOOST_TEST(a.send_to(std::span(bytes).first(longest), to).value() == longest);
    std::vector<std::byte> room(longest);
    const auto got = b.recv_from(room, soon()).value();
    BOOST_TEST(got.size == longest);
    BOOST_TEST(!got.truncated);

    auto peer = std::move(a).connect(to).value();
    BOOST_TEST(fails_with(peer.send(bytes), std::errc::message_size));
    BOOST_TEST(peer.send(std::span(bytes).first(longest)).value() == longest);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_no_host_would_accept_as_a_peer_is_refused_before_any_call, F, Families) {
    if (lacks<F>()) return;
    auto a = datagrams_on_loopback<F>();
    BOOST_TEST(fails_with(a.send_to("x", SocketAddress<F>::loopback(0)), errc::peer_port_zero));
    BOOST_TEST(fails_with(a.send_to("x", SocketAddress<F>::any(9)), errc::peer_unspecified));
    if constexpr (std::same_as<F, V6>) {
        BOOST_TEST(fails_with(a.send_to("x", {"::ffff:127.0.0.1"_ip6, 9}), errc::address_v4_mapped));
    }
    auto refused = std::move(a).connect(SocketAddress<F>::any(9));
    BOOST_TEST(fails_with(refused, errc::peer_unspecified));
}

BOOST_AUTO_TEST_CASE(a_broadcast_needs_the_option) {
    auto a = udp_v4().value().bind_any().value();
    auto b = udp_v4().value().bind_any().value();
    const SocketAddress<V4> everybody("127.255.255.255"_ip4, b.local_port().value());
    BOOST_TEST(fails_with(a.send_to("x", everybody), std::errc::permission_denied));
    BOOST_TEST(is_silent(b));

    BOOST_TEST(succeeds(a.set(option::broadcast{})));
    BOOST_TEST(a.send_to("all", everybody).value() == 3U);
    BOOST_TEST(next_text(b) == "all");

    BOOST_TEST(succeeds(a.set(option::broadcast{false})));
    BOOST_TEST(fails_with(a.send_to("x", everybody), std::errc::permission_denied));
}

// --- deadlines

BOOST_AUTO_TEST_CASE_TEMPLATE(a_receive_gives_up_at_its_deadline_and_not_before, F, Families) {
    if (lacks<F>()) return;
    auto a = datagrams_on_loopback<F>();
    std::byte room[4];
    const Stopwatch first;
    BOOST_TEST(fails_with(a.recv_from(room, in(50ms)), errc::deadline_exceeded));
    BOOST_TEST((first.elapsed() >= 50ms));
    BOOST_TEST(fails_with(a.recv_from(room, Deadline::at_once()), errc::deadline_exceeded));

    auto b = datagrams_on_loopback<F>();
    auto peer = std::move(a).connect(b.local_addr().value()).value();
    const Stopwatch second;
    BOOST_TEST(fails_with(peer.recv(room, in(50ms)), errc::deadline_exceeded));
    BOOST_TEST((second.elapsed() >= 50ms));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deadline_that_has_passed_still_makes_one_attempt, F, Families) {
    if (lacks<F>()) return;
    auto a = datagrams_on_loopback<F>();
    auto b = datagrams_on_loopback<F>();
    BOOST_TEST(a.send_to("there", b.local_addr().value(), Deadline::at_once()).value() == 5U);
    std::byte room[8];
    BOOST_TEST(b.recv_from(room, Deadline::at_once()).value().size == 5U);
    auto peer = std::move(a).connect(b.local_addr().value()).value();
    BOOST_TEST(peer.send("too", Deadline::at_once()).value() == 3U);
    BOOST_TEST(b.recv_from(room, past()).value().size == 3U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deadline_waits_for_a_datagram_that_comes_in_time, F, Families) {
    if (lacks<F>()) return;
    auto a = datagrams_on_loopback<F>();
    auto b = datagrams_on_loopback<F>();
    const auto to = b.local_addr().value();
    std::jthread later([&] {
        std::this_thread::sleep_for(30ms);
        (void)a.send_to("late", to);
    });
    BOOST_TEST(next_text(b) == "late");
    later.join();
}

BOOST_AUTO_TEST_CASE(a_receive_with_a_deadline_leaves_the_mode_of_the_descriptor_alone) {
    auto a = datagrams_on_loopback<V4>();
    std::byte room[4];
    BOOST_TEST(fails_with(a.recv_from(room, Deadline::at_once()), errc::deadline_exceeded));
    BOOST_TEST(!is_nonblocking(a.handle()));
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_somebody_made_non_blocking_is_waited_for_all_the_same) {
    auto a = datagrams_on_loopback<V4>();
    auto b = datagrams_on_loopback<V4>();
    make_nonblocking(b.handle());
    const auto to = b.local_addr().value();
    std::jthread later([&] {
        std::this_thread::sleep_for(30ms);
        (void)a.send_to("late", to);
    });
    std::byte room[8];
    const auto got = b.recv_from(room);
    later.join();
    BOOST_TEST(got.value().size == 4U);
}

BOOST_AUTO_TEST_CASE(an_interrupted_receive_goes_on) {
    auto a = datagrams_on_loopback<V4>();
    auto b = datagrams_on_loopback<V4>();
    const auto to = b.local_addr().value();
    const auto release = [&] { (void)a.send_to("done", to); };
    std::byte room[8];
    BOOST_TEST(interrupting([&] { return b.recv_from(room); }, release).value().size == 4U);
    BOOST_TEST(interruptions > 0);
    BOOST_TEST(interrupting([&] { return b.recv_from(room, soon()); }, release).value().size == 4U);
    BOOST_TEST(interruptions > 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(one_socket_sends_in_one_thread_and_receives_in_another, F, Families) {
    if (lacks<F>()) return;
    constexpr int count = 200;
    auto a = datagrams_on_loopback<F>();
    auto b = datagrams_on_loopback<F>();
    const auto to_a = a.local_addr().value();
    const auto to_b = b.local_addr().value();
    std::jthread echo([&] {
        std::byte room[16];
        for (int i = 0; i < count; ++i) {
            const auto got = b.recv_from(room, soon());
            if (!got || !b.send_to(std::span(room).first(got.value().size), to_a)) return;
        }
    });
    int echoed = 0;
    for (int i = 0; i < count; ++i) {
        const std::string text = std::to_string(i);
        if (!a.send_to(text, to_b)) break;
        if (next_text(a) != text) break;
        ++echoed;
    }
    echo.join();
    BOOST_TEST(echoed == count);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
