// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <boost/test/unit_test.hpp>
#include <cerrno>

#include "../support/datagrams.hpp"
#include "../support/descriptors.hpp"
#include "../support/faulty.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

std::array<std::byte, 8> datagram_room{};

BOOST_AUTO_TEST_SUITE(fault_udp)

BOOST_AUTO_TEST_CASE(interrupted_again_and_again_a_datagram_is_sent_and_received_once) {
    const auto one = datagrams_on_loopback<V4, FaultySockets>();
    auto other = datagrams_on_loopback<V4, FaultySockets>();
    const auto to_other = other.local_addr().value();
    for (const auto until : {Deadline::never(), soon()}) {
        const Faults faults{refuse(Call::sendto, EINTR, 20), refuse(Call::recvfrom, EINTR, 20)};
        BOOST_TEST(one.send_to("abcd", to_other, until).value() == 4u);
        BOOST_TEST(other.recv_from(datagram_room, until).value().size == 4u);
        BOOST_TEST(faults.made(Call::sendto) == 21);
        BOOST_TEST(faults.made(Call::recvfrom) == 21);
    }
    const auto connected = std::move(other).connect(one.local_addr().value()).value();
    for (const auto until : {Deadline::never(), soon()}) {
        BOOST_TEST(one.send_to("abcd", to_other).value() == 4u);
        const Faults faults{refuse(Call::recv, EINTR, 20)};
        BOOST_TEST(connected.recv(datagram_room, until).value().size == 4u);
    }
}

BOOST_AUTO_TEST_CASE(an_empty_datagram_is_received_where_the_first_attempt_was_interrupted) {
    const auto one = datagrams_on_loopback<V4, FaultySockets>();
    BOOST_TEST(one.send_to("", one.local_addr().value()).value() == 0u);
    const Faults faults{refuse(Call::recvfrom, EINTR)};
    const auto got = one.recv_from(datagram_room, soon()).value();
    BOOST_TEST(got.size == 0u);
    BOOST_TEST((got.sender == one.local_addr().value()));
    BOOST_TEST(faults.made(Call::recvfrom) == 2);
}

/// What the stack held before: a message that is not set whole would be read from it.
[[gnu::noinline]] void spoil_stack() {
    volatile unsigned char garbage[64 * 1024];
    for (volatile unsigned char& each : garbage) each = 0xa5;
}
BOOST_AUTO_TEST_CASE(a_batch_asks_for_nothing_but_what_it_says) {
    const auto one = datagrams_on_loopback<V4, FaultySockets>();
    const auto at = one.local_addr().value();
    const OutgoingDatagram<SocketAddress<V4>> two[] = {{as_buffer("ab"), at}, {as_buffer("cd"), at}};
    spoil_stack();
    BOOST_TEST(one.send_batch(two).value() == 2u);
    IncomingDatagram<SocketAddress<V4>> places[2];
    std::byte rooms[2][8];
    for (int i = 0; i < 2; ++i) places[i].buffer = rooms[i];
    spoil_stack();
    BOOST_TEST(one.recv_batch(places, soon()).value() == 2u);
    BOOST_TEST(as_text(std::span(rooms[1]).first(places[1].got.size)) == "cd");
}

BOOST_AUTO_TEST_CASE(a_datagram_that_would_block_is_waited_for) {
    const auto one = datagrams_on_loopback<V4, FaultySockets>();
    const auto at = one.local_addr().value();
    for (const auto until : {Deadline::never(), soon()}) {
        const Faults faults{refuse(Call::sendto, EAGAIN), refuse(Call::recvfrom, EAGAIN)};
        BOOST_TEST(one.send_to("abcd", at, until).value() == 4u);
        BOOST_TEST(one.recv_from(datagram_room, until).value().size == 4u);
    }
}

BOOST_AUTO_TEST_CASE(an_error_of_the_system_is_the_answer_and_the_socket_stays) {
    const auto one = datagrams_on_loopback<V4, FaultySockets>();
    const auto at = one.local_addr().value();
    {
        const Faults faults{refuse(Call::sendto, ENETDOWN), refuse(Call::recvfrom, ENOMEM)};
        BOOST_TEST(fails_with(one.send_to("x", at), std::errc::network_down));
        BOOST_TEST(fails_with(one.recv_from(datagram_room), std::errc::not_enough_memory));
    }
    BOOST_TEST(one.send_to("x", at).value() == 1u);
    BOOST_TEST(one.recv_from(datagram_room, soon()).value().size == 1u);
}

BOOST_AUTO_TEST_CASE(a_peer_that_cannot_be_fixed_leaves_the_socket_bound) {
    auto one = datagrams_on_loopback<V4, FaultySockets>();
    const auto at = one.local_addr().value();
    const Faults faults{refuse(Call::connect, ENETUNREACH)};
    const auto refused = std::move(one).connect(at);
    BOOST_REQUIRE(fails_with(refused, std::errc::network_unreachable));
    BOOST_TEST((refused.error().socket.local_addr().value() == at));
    BOOST_TEST(refused.error().socket.send_to("x", at).value() == 1u);
}

BOOST_AUTO_TEST_CASE(a_disconnect_that_fails_anywhere_closes_the_socket) {
    const auto peer = datagrams_on_loopback<V4, FaultySockets>();
    const auto check = [&](Fault fault, std::string_view device = {}) {
        // No explicit port: Linux gives it up with the peer, and it is bound again.
        auto bound = new_socket<FaultyUdp<V4>>().value().bind_any().value();
        if (!device.empty() && !bound.set(option::bind_to_device::to(device).value())) {
            return print_skipped("option::bind_to_device needs CAP_NET_RAW on this kernel");
        }
        auto fixed = std::move(bound).connect(peer.local_addr().value()).value();
        const int descriptor = fixed.handle();
        const Faults faults{fault};
        const auto failed = std::move(fixed).disconnect();
        BOOST_TEST(fails_with(failed, std::errc::no_buffer_space));
        BOOST_TEST(!is_open(descriptor));
        BOOST_TEST(faults.all_happened());
    };
    check(refuse(Call::getsockname, ENOBUFS));
    check(refuse(Call::connect, ENOBUFS));
    check(refuse(Call::getsockname, ENOBUFS, 1, 1));
    check(refuse(Call::bind, ENOBUFS));
    check(refuse(Call::setsockopt, ENOBUFS), "lo");
}

BOOST_AUTO_TEST_CASE(a_change_of_peer_that_cannot_even_give_the_old_one_up_closes_the_socket) {
    auto peer = new_socket<FaultyUdp<V4>>().value().bind(SocketAddress<V4>::loopback(0)).value();
    auto fixed = new_socket<FaultyUdp<V4>>().value().bind_any().value().connect(peer.local_addr().value()).value();
    const int descriptor = fixed.handle();
    const Faults faults{refuse(Call::bind, ENOBUFS)};  // of the ephemeral port that went with the old peer
    const auto refused = std::move(fixed).connect(SocketAddress<V4>::loopback(0));
    BOOST_REQUIRE(fails_with(refused, errc::peer_port_zero));
    BOOST_TEST(refused.error().socket.is<Closed>());
    BOOST_TEST(!is_open(descriptor));
    BOOST_TEST(faults.all_happened());
}

BOOST_AUTO_TEST_CASE(a_kernel_that_does_not_tell_the_device_disconnects_all_the_same) {
    const auto peer = datagrams_on_loopback<V4, FaultySockets>();
    auto fixed = datagrams_on_loopback<V4, FaultySockets>().connect(peer.local_addr().value()).value();
    const Faults faults{refuse(Call::getsockopt, ENOPROTOOPT)};
    BOOST_TEST(succeeds(std::move(fixed).disconnect()));
    BOOST_TEST(faults.all_happened());
}

BOOST_AUTO_TEST_CASE(an_error_queue_that_nobody_reads_makes_no_wait_spin) {
    const auto socket = datagrams_on_loopback<V4, FaultySockets>();
    const int on = 1;
    BOOST_REQUIRE(::setsockopt(socket.handle(), IPPROTO_IP, IP_RECVERR, &on, sizeof on) == 0);
    const auto nobody = datagrams_on_loopback<V4>().local_addr().value();  // closed by now
    for (int i = 0; i < 3; ++i) (void)socket.send_to("x", nobody);
    std::byte room[4];
    const Faults none;
    int told = 0;
    while (fails_with(socket.recv_from(room, in(50ms)), std::errc::connection_refused)) ++told;
    BOOST_TEST(told >= 1);
    BOOST_TEST(told <= 3);
    BOOST_TEST(fails_with(socket.recv_from(room, in(50ms)), errc::deadline_exceeded));
    BOOST_TEST(none.made() <= 40);
    (void)socket.send_to("y", socket.local_addr().value()).value();
    BOOST_TEST(socket.recv_from(room, soon()).value().size == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
