// SPDX-License-Identifier: BSL-1.0
#include <netinet/in.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <string>
#include <vector>

#include "../support/datagrams.hpp"
#include "../support/descriptors.hpp"
#include "../support/sockets.hpp"

// Several datagrams a call: batches, and segments that the kernel cuts and joins.

namespace {
using namespace estate;
using namespace estate::test;

template <Family F>
using SegmentedSocket = BoundSocket<Segmented<Udp<F>>>;

/// A socket with segments; says why where this kernel has none.
template <Family F>
auto segmented() {
    auto made = datagrams_on_loopback<F>().with_segments();
    if (!made) print_skipped("this kernel does not cut or join datagrams (UDP_GRO)");
    return made;
}

/// `count` places of `size` bytes each.
template <Family F>
struct Places {
    Places(std::size_t count, std::size_t size) : bytes(count * size), places(count) {
        for (std::size_t i = 0; i < count; ++i) places[i].buffer = std::span(bytes).subspan(i * size, size);
    }
    [[nodiscard]] std::string text(std::size_t i) const { return std::string(as_text(places[i].bytes())); }

    std::vector<std::byte> bytes;
    std::vector<IncomingDatagram<SocketAddress<F>>> places;
};

BOOST_AUTO_TEST_SUITE(udp_batch)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_batch_goes_to_each_peer_and_comes_from_each_sender, F, Families) {
    if (lacks<F>()) return;
    const auto a = datagrams_on_loopback<F>();
    const auto b = datagrams_on_loopback<F>();
    const auto c = datagrams_on_loopback<F>();
    const auto to_b = b.local_addr().value();
    const std::array<OutgoingDatagram<SocketAddress<F>>, 4> batch{{{as_buffer("one"), to_b},
                                                    {as_buffer("elsewhere"), c.local_addr().value()},
                                                    {ConstBuffer(), to_b},
                                                    {as_buffer("three"), to_b}}};
    BOOST_TEST(a.send_batch(batch).value() == 4U);
    BOOST_TEST(succeeds(c.send_to("four", to_b)));

    Places<F> here(8, 16);
    BOOST_TEST(b.recv_batch(here.places, soon()).value() == 4U);
    BOOST_TEST(here.text(0) == "one");
    BOOST_TEST(here.text(1) == "");
    BOOST_TEST(here.text(2) == "three");
    BOOST_TEST(here.text(3) == "four");
    BOOST_TEST((here.places[0].got.sender == a.local_addr().value()));
    BOOST_TEST((here.places[3].got.sender == c.local_addr().value()));
    BOOST_TEST(next_text(c) == "elsewhere");
    BOOST_TEST(is_silent(b));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_fixed_peer_is_sent_a_batch_of_buffers, F, Families) {
    if (lacks<F>()) return;
    auto b = datagrams_on_loopback<F>();
    const auto a = datagrams_on_loopback<F>().connect(b.local_addr().value()).value();
    const auto answering = std::move(b).connect(a.local_addr().value()).value();
    const std::array<ConstBuffer, 3> batch{as_buffer("one"), as_buffer("two"), as_buffer("three")};
    BOOST_TEST(a.send_batch(batch, soon()).value() == 3U);
    Places<F> here(2, 16);
    BOOST_TEST(answering.recv_batch(here.places, soon()).value() == 2U);
    BOOST_TEST(here.text(1) == "two");
    BOOST_TEST((here.places[1].got.sender == a.local_addr().value()));
    BOOST_TEST(answering.recv_batch(here.places).value() == 1U);
    BOOST_TEST(here.text(0) == "three");
}

BOOST_AUTO_TEST_CASE(a_batch_takes_64_datagrams_a_call_and_the_rest_is_for_the_next) {
    const auto a = datagrams_on_loopback<V4>();
    const auto b = datagrams_on_loopback<V4>();
    const std::vector<OutgoingDatagram<SocketAddress<V4>>> batch(100, {as_buffer("x"), b.local_addr().value()});
    BOOST_TEST(a.send_batch(batch).value() == 64U);
    BOOST_TEST(a.send_batch(std::span(batch).subspan(64)).value() == 36U);
    Places<V4> here(100, 4);
    BOOST_TEST(b.recv_batch(here.places).value() == 64U);
    BOOST_TEST(b.recv_batch(here.places).value() == 36U);
}

BOOST_AUTO_TEST_CASE(each_datagram_of_a_batch_that_was_cut_tells_its_true_length) {
    const auto a = datagrams_on_loopback<V4>();
    const auto b = datagrams_on_loopback<V4>();
    for (const char* text : {"abcdefgh", "abc"}) BOOST_TEST(succeeds(a.send_to(text, b.local_addr().value())));
    Places<V4> here(2, 4);
    BOOST_TEST(b.recv_batch(here.places).value() == 2U);
    BOOST_TEST(here.places[0].got.truncated);
    BOOST_TEST(here.places[0].got.size == 4U);
    BOOST_TEST(here.places[0].got.length == 8U);
    BOOST_TEST(!here.places[1].got.truncated);
    BOOST_TEST(here.places[1].got.length == 3U);
}

BOOST_AUTO_TEST_CASE(what_no_host_would_accept_ends_a_batch_before_it_and_is_told_by_the_next) {
    const auto a = datagrams_on_loopback<V4>();
    const auto b = datagrams_on_loopback<V4>();
    const std::array<OutgoingDatagram<SocketAddress<V4>>, 2> batch{{{as_buffer("good"), b.local_addr().value()},
                                                     {as_buffer("bad"), SocketAddress<V4>::loopback(0)}}};
    BOOST_TEST(a.send_batch(batch).value() == 1U);
    BOOST_TEST(fails_with(a.send_batch(std::span(batch).subspan(1)), errc::peer_port_zero));
    BOOST_TEST(a.send_batch(std::span<const OutgoingDatagram<SocketAddress<V4>>>()).value() == 0U);
    BOOST_TEST(next_text(b) == "good");
    BOOST_TEST(is_silent(b));

    const std::vector<std::byte> large(66000);
    const std::array<OutgoingDatagram<SocketAddress<V4>>, 2> too_large{{{as_buffer("fits"), b.local_addr().value()},
                                                         {large, b.local_addr().value()}}};
    BOOST_TEST(a.send_batch(too_large).value() == 1U);
    BOOST_TEST(fails_with(a.send_batch(std::span(too_large).subspan(1)), std::errc::message_size));
}

BOOST_AUTO_TEST_CASE(a_batch_is_not_received_without_room_and_loses_nothing) {
    const auto a = datagrams_on_loopback<V4>();
    const auto b = datagrams_on_loopback<V4>();
    for (int i = 0; i < 2; ++i) BOOST_TEST(succeeds(a.send_to("kept", b.local_addr().value())));
    BOOST_TEST(fails_with(b.recv_batch({}), errc::invalid_argument));
    Places<V4> here(2, 4);
    const auto room = here.places[0].buffer;
    here.places[0].buffer = {};
    BOOST_TEST(fails_with(b.recv_batch(here.places), errc::invalid_argument));
    std::swap(here.places[0].buffer, here.places[1].buffer);
    here.places[0].buffer = room;
    here.places[1].buffer = {};
    BOOST_TEST(b.recv_batch(here.places).value() == 1U);
    BOOST_TEST(next_text(b) == "kept");
}

BOOST_AUTO_TEST_CASE(a_batch_gives_up_at_its_deadline) {
    const auto b = datagrams_on_loopback<V4>();
    Places<V4> here(2, 4);
    BOOST_TEST(fails_with(b.recv_batch(here.places, in(30ms)), errc::deadline_exceeded));
    BOOST_TEST(fails_with(b.recv_batch(here.places, Deadline::at_once()), errc::deadline_exceeded));
}

// --- segments

BOOST_AUTO_TEST_CASE_TEMPLATE(the_kernel_cuts_what_is_sent_into_datagrams_that_anybody_receives, F, Families) {
    if (lacks<F>()) return;
    auto made = segmented<F>();
    if (!made) return;
    const auto a = std::move(made).assume_value();
    const auto b = datagrams_on_loopback<F>();
    BOOST_TEST(a.send_segments(as_buffer("aaabbbccc!"), 3, b.local_addr().value()).value() == 10U);
    for (const char* text : {"aaa", "bbb", "ccc", "!"}) BOOST_TEST(next_text(b) == text);
    BOOST_TEST(a.send_segments(as_buffer("short"), 100, b.local_addr().value()).value() == 5U);
    BOOST_TEST(next_text(b) == "short");
    BOOST_TEST(is_silent(b));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(sixty_four_segments_come_in_one_piece_with_their_sender, F, Families) {
    if (lacks<F>()) return;
    auto made = segmented<F>();
    if (!made) return;
    const auto a = std::move(made).assume_value();
    const auto b = datagrams_on_loopback<F>().with_segments().value();
    constexpr std::size_t segment = 1000;
    std::vector<std::byte> bytes(64 * segment - 1);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i / segment);
    BOOST_TEST(a.send_segments(bytes, segment, b.local_addr().value(), soon()).value() == bytes.size());

    std::vector<std::byte> room(65535);
    std::size_t datagrams = 0;
    for (std::size_t total = 0; total < bytes.size();) {  // in one piece or several: that is the kernel's to choose
        const auto got = b.recv_segments(room, soon()).value();
        BOOST_TEST(!got.truncated);
        BOOST_TEST((got.sender == a.local_addr().value()));
        for (std::size_t i = 0; i < got.count(); ++i) {
            const auto datagram = got.datagram(room, i);
            BOOST_TEST(datagram.size() == (datagrams == 63 ? segment - 1 : segment));
            BOOST_TEST((datagram.front() == static_cast<std::byte>(datagrams)));
            ++datagrams;
        }
        total += got.size;
    }
    BOOST_TEST(datagrams == 64U);
}

BOOST_AUTO_TEST_CASE(a_datagram_that_comes_alone_is_one_segment) {
    auto made = segmented<V4>();
    if (!made) return;
    const auto b = std::move(made).assume_value();
    const auto a = datagrams_on_loopback<V4>();
    std::byte room[8];
    BOOST_TEST(succeeds(a.send_to("alone", b.local_addr().value())));
    auto got = b.recv_segments(room, soon()).value();
    BOOST_TEST(got.segment == 5U);
    BOOST_TEST(got.count() == 1U);
    BOOST_TEST(as_text(got.datagram(room, 0)) == "alone");

    BOOST_TEST(succeeds(a.send_to("", b.local_addr().value())));
    got = b.recv_segments(room, soon()).value();
    BOOST_TEST(got.size == 0U);
    BOOST_TEST(got.count() == 1U);
    BOOST_TEST(got.datagram(room, 0).empty());

    BOOST_TEST(succeeds(a.send_to("longer than room", b.local_addr().value())));
    got = b.recv_segments(room, soon()).value();
    BOOST_TEST(got.truncated);
    BOOST_TEST(got.length == 16U);
    BOOST_TEST(got.count() == 1U);
    BOOST_TEST(as_text(got.datagram(room, 0)) == "longer t");
    BOOST_TEST(fails_with(b.recv_segments(room, Deadline::at_once()), errc::deadline_exceeded));
    BOOST_TEST(fails_with(b.recv_segments({}), errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(segments_of_no_size_or_too_many_are_refused_and_nothing_is_sent) {
    auto made = segmented<V4>();
    if (!made) return;
    const auto a = std::move(made).assume_value();
    const auto b = datagrams_on_loopback<V4>();
    const auto to = b.local_addr().value();
    const std::vector<std::byte> bytes(70000);
    BOOST_TEST(fails_with(a.send_segments(bytes, 0, to), errc::invalid_argument));
    BOOST_TEST(fails_with(a.send_segments(bytes, 65536, to), errc::invalid_argument));
    BOOST_TEST(fails_with(a.send_segments(std::span(bytes).first(65), 1, to), errc::invalid_argument));
    BOOST_TEST(fails_with(a.send_segments(bytes, 2000, to), std::errc::message_size));
    BOOST_TEST(fails_with(a.send_segments(as_buffer("x"), 1, SocketAddress<V4>::loopback(0)), errc::peer_port_zero));
    BOOST_TEST(is_silent(b));
    BOOST_TEST(a.send_segments(std::span(bytes).first(64), 1, to).value() == 64U);
}

BOOST_AUTO_TEST_CASE(a_socket_keeps_its_segments_from_state_to_state) {
    auto created = udp_v4().value().with_segments();
    if (!created) return print_skipped("this kernel does not cut or join datagrams (UDP_GRO)");
    const auto b = datagrams_on_loopback<V4>();
    auto a = std::move(created).value().bind(SocketAddress<V4>::loopback(0)).value();
    const auto connected = std::move(a).connect(b.local_addr().value()).value();
    BOOST_TEST(connected.send_segments(as_buffer("abcd"), 2).value() == 4U);
    BOOST_TEST(next_text(b) == "ab");
    BOOST_TEST(next_text(b) == "cd");
    BOOST_TEST(succeeds(b.send_to("back", connected.local_addr().value())));
    std::byte room[16];
    BOOST_TEST(connected.recv_segments(room, soon()).value().size == 4U);
}

BOOST_AUTO_TEST_CASE(a_socket_that_joins_segments_is_adopted_as_such_and_as_nothing_else) {
    auto made = segmented<V4>();
    if (!made) return;
    const int number = std::move(made).value().release();
    BOOST_TEST(fails_with(adopt<Udp<V4>>(number), errc::wrong_transport));
    BOOST_TEST(is_open(number));
    auto again = adopt<Segmented<Udp<V4>>>(number).value();
    BOOST_REQUIRE(again.is<Bound>());
    const SegmentedSocket<V4> same = std::move(again).take<Bound>();
    const int plain = datagrams_on_loopback<V4>().release();
    BOOST_TEST(fails_with(adopt<Segmented<Udp<V4>>>(plain), errc::wrong_transport));

    constexpr int level = IPPROTO_UDP, segment_option = 103, size = 500;  // UDP_SEGMENT: each send would be cut
    BOOST_REQUIRE(::setsockopt(plain, level, segment_option, &size, sizeof size) == 0);
    BOOST_TEST(fails_with(adopt<Udp<V4>>(plain), errc::wrong_transport));
    ::close(plain);
}

BOOST_AUTO_TEST_CASE(a_refusal_that_comes_while_a_batch_is_sent_ends_it_and_is_told_by_none) {
    const auto nobody = datagrams_on_loopback<V4>().local_addr().value();  // it has gone by now
    const auto fixed = datagrams_on_loopback<V4>().connect(nobody).value();
    const std::array<ConstBuffer, 2> batch{as_buffer("a"), as_buffer("b")};
    for (int i = 0; i < 3; ++i) BOOST_TEST(fixed.send_batch(batch).value() == 1U);
}

BOOST_AUTO_TEST_CASE(a_place_never_shows_more_than_its_buffer) {
    std::array<std::byte, 4> memory{};
    IncomingDatagram<SocketAddress<V4>> place{memory};
    place.got.size = 4;  // of a receive before
    place.buffer = place.buffer.first(2);
    BOOST_TEST(place.bytes().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_moved_from_socket_answers_moved_from_in_bulk_too) {
    auto socket = datagrams_on_loopback<V4>();
    const auto taken = std::move(socket);
    const std::array<OutgoingDatagram<SocketAddress<V4>>, 1> batch{{{as_buffer("x"), taken.local_addr().value()}}};
    Places<V4> here(1, 4);
    // NOLINTBEGIN(bugprone-use-after-move): that is what is tested
    BOOST_TEST(fails_with(socket.send_batch(batch), errc::moved_from));
    BOOST_TEST(fails_with(socket.recv_batch(here.places), errc::moved_from));
    auto refused = std::move(socket).with_segments();
    // NOLINTEND(bugprone-use-after-move)
    BOOST_REQUIRE(fails_with(refused, errc::moved_from));
    BOOST_TEST(fails_with(refused.error().socket.local_addr(), errc::moved_from));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
