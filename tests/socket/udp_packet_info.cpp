// SPDX-License-Identifier: BSL-1.0
#include <linux/net_tstamp.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <estate/packet_info.hpp>
#include <estate/pool.hpp>
#include <estate/resolve.hpp>
#include <string>
#include <vector>

#include "../support/counted_hold.hpp"
#include "../support/datagrams.hpp"
#include "../support/descriptors.hpp"
#include "../support/network.hpp"
#include "../support/sockets.hpp"

// Sockets that tell where a datagram was sent to, and choose where one is sent from.

namespace {
using namespace estate;
using namespace estate::test;

template <Family F>
using InformedSocket = BoundSocket<Informed<Udp<F>>>;

/// Bound to every address of the host.
template <Family F>
InformedSocket<F> informed() {
    return new_udp<F>().value().with_packet_info().value().bind_any().value();
}
template <Family F>
ConnectedSocket<Udp<F>> asking(IpAddress<F> server, Port port) {
    return new_udp<F>().value().bind_any().value().connect({server, port}).value();
}

BOOST_AUTO_TEST_SUITE(udp_packet_info)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_datagram_tells_where_it_was_sent_to, F, Families) {
    if (lacks<F>()) return;
    const auto server = informed<F>();
    const auto client = asking<F>(IpAddress<F>::loopback(), server.local_port().value());
    BOOST_TEST(succeeds(client.send("hello")));
    std::byte room[4];
    const auto got = server.recv_from(room, soon()).value();
    BOOST_TEST((got.sender == client.local_addr().value()));
    BOOST_TEST((got.destination == IpAddress<F>::loopback()));
    BOOST_TEST((got.source.address == IpAddress<F>::loopback()));
    BOOST_TEST(got.source.interface_index == 0U);  // what is answered may go another way
    BOOST_TEST(got.interface_index == interface_index("lo").value());
    BOOST_TEST(got.size == 4U);
    BOOST_TEST(got.truncated);
    BOOST_TEST(got.length == 5U);
    BOOST_TEST(server.send_to("back", got.sender, got.source).value() == 4U);
    BOOST_TEST(next_text(client) == "back");
}

BOOST_AUTO_TEST_CASE(a_server_on_ten_leased_addresses_answers_from_the_one_that_was_asked) {
    IpPool<V4> pool{"answers"};
    BOOST_REQUIRE(succeeds(pool.add_cidr_range("127.0.77.0/28")));
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 10; ++i) {
        leases.push_back(pool.allocate("tenant", std::to_string(i), ResourceType::vm("vm")).value());
    }
    const auto server = informed<V4>();
    const Port port = server.local_port().value();
    std::vector<ConnectedSocket<Udp<V4>>> clients;  // each hears the address that it asked, and no other
    for (const auto& lease : leases) clients.push_back(asking<V4>(lease.address(), port));
    for (std::size_t i = 0; i < clients.size(); ++i) BOOST_TEST(succeeds(clients[i].send(std::to_string(i))));

    for (std::size_t i = 0; i < clients.size(); ++i) {
        std::byte room[16];
        const auto got = server.recv_from(room, soon()).value();
        BOOST_TEST((got.destination == leases[i].address()));
        if (i % 2 == 0) {
            BOOST_TEST(succeeds(server.send_to(std::span(room).first(got.size), got.sender, got.source)));
        } else {
            BOOST_TEST(succeeds(server.send_to(std::span(room).first(got.size), got.sender, leases[i])));
        }
    }
    for (std::size_t i = 0; i < clients.size(); ++i) BOOST_TEST(next_text(clients[i]) == std::to_string(i));

    BOOST_TEST(succeeds(clients[5].send("from anywhere")));
    std::byte room[16];
    const auto got = server.recv_from(room, soon()).value();
    BOOST_TEST(succeeds(server.send_to("unheard", got.sender)));  // the system chooses 127.0.0.1
    const auto taken = std::move(leases[5]);
    const auto refused = server.send_to("x", got.sender, leases[5]);  // NOLINT(bugprone-use-after-move)
    BOOST_TEST(fails_with(refused, errc::moved_from));
    BOOST_TEST(is_silent(clients[5]));
    BOOST_TEST(succeeds(server.send_to("heard", got.sender, taken)));
    BOOST_TEST(next_text(clients[5]) == "heard");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_source_that_is_not_of_this_host_is_refused, F, Families) {
    if (lacks<F>()) return;
    const auto server = informed<F>();
    const auto client = datagrams_on_loopback<F>();
    const auto to = client.local_addr().value();
    const auto foreign = [] {
        if constexpr (std::same_as<F, V4>) {
            return "198.51.100.7"_ip4;
        } else {
            return "2001:db8::7"_ip6;
        }
    }();
    const auto refusal = std::same_as<F, V4> ? std::errc::network_unreachable : std::errc::invalid_argument;
    BOOST_TEST(fails_with(server.send_to("x", to, Source<F>(foreign)), refusal));
    BOOST_TEST(fails_with(server.send_to("x", SocketAddress<F>::loopback(0), Source<F>()), errc::peer_port_zero));
    BOOST_TEST(is_silent(client));

    const CountedHold<F> hold(IpAddress<F>::loopback());
    BOOST_TEST(server.send_to("held", to, hold, soon()).value() == 4U);
    BOOST_TEST(server.send_to(as_buffer("any"), to, Source<F>()).value() == 3U);
    BOOST_TEST(next_text(client) == "held");
    BOOST_TEST(next_text(client) == "any");
}

BOOST_AUTO_TEST_CASE(a_bound_socket_becomes_one_that_tells_and_keeps_what_waits) {
    auto bound = udp_v4().value().bind_any().value();
    const auto client = asking<V4>("127.0.0.9"_ip4, bound.local_port().value());
    BOOST_TEST(succeeds(client.send("early")));
    const auto server = std::move(bound).with_packet_info().value();
    std::byte room[16];
    const auto early = server.recv_from(room, soon()).value();
    BOOST_TEST((early.destination == "127.0.0.9"_ip4));
    BOOST_TEST(early.interface_index == 0U);
    BOOST_TEST(server.send_to("back", early.sender, early.source).value() == 4U);
    BOOST_TEST(next_text(client) == "back");
    BOOST_TEST(fails_with(server.recv_from(room, Deadline::at_once()), errc::deadline_exceeded));
    BOOST_TEST(fails_with(server.recv_from({}), errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(a_socket_of_both_families_answers_either_from_the_address_that_was_asked) {
    if (lacks<V6>()) return;
    const auto server = udp_v46().value().with_packet_info().value().bind_any().value();
    const Port port = server.local_port().value();
    const auto four = asking<V4>("127.0.0.7"_ip4, port);
    const auto six = asking<V6>("::1"_ip6, port);
    BOOST_TEST(succeeds(four.send("four")));
    BOOST_TEST(succeeds(six.send("six")));
    for (const auto& asked : {"127.0.0.7"_ip4.to_mapped(), "::1"_ip6}) {
        std::byte room[16];
        const auto got = server.recv_from(room, soon()).value();
        BOOST_TEST((got.destination == asked));
        BOOST_TEST(succeeds(server.send_to(std::span(room).first(got.size), got.sender, got.source)));
    }
    BOOST_TEST(next_text(four) == "four");
    BOOST_TEST(next_text(six) == "six");
}

BOOST_AUTO_TEST_CASE(segments_tell_their_destination_too) {
    auto cutting = informed<V4>().with_segments();
    if (!cutting) return print_skipped("this kernel does not cut or join datagrams (UDP_GRO)");
    const auto server = std::move(cutting).value();
    static_assert(std::is_same_v<decltype(server)::transport, Informed<Segmented<Udp<V4>>>>);
    const auto client = asking<V4>("127.0.0.12"_ip4, server.local_port().value());
    BOOST_TEST(succeeds(client.send("hello")));
    std::byte room[64];
    const auto got = server.recv_segments(room, soon()).value();
    BOOST_TEST((got.destination == "127.0.0.12"_ip4));
    BOOST_TEST(got.count() == 1U);
    BOOST_TEST(server.send_segments(as_buffer("aabbc"), 2, got.sender, got.source).value() == 5U);
    for (const char* text : {"aa", "bb", "c"}) BOOST_TEST(next_text(client) == text);
    BOOST_TEST(server.send_segments(as_buffer("unheard"), 7, got.sender).value() == 7U);
    BOOST_TEST(is_silent(client));
    // The other way round is the same type.
    auto other = udp_v4().value().with_segments().value().with_packet_info().value();
    static_assert(std::is_same_v<decltype(other)::transport, Informed<Segmented<Udp<V4>>>>);
}

BOOST_AUTO_TEST_CASE(a_socket_that_tells_is_adopted_as_one_or_as_a_plain_one) {
    const int number = informed<V4>().release();
    auto again = adopt<Informed<Udp<V4>>>(number).value();
    BOOST_REQUIRE(again.is<Bound>());
    InformedSocket<V4> same = std::move(again).take<Bound>();
    auto plain = adopt<Udp<V4>>(std::move(same).release()).value();  // what it tells is not asked for
    BOOST_TEST(plain.is<Bound>());
    const int silent = udp_v4().value().release();
    BOOST_TEST(fails_with(adopt<Informed<Udp<V4>>>(silent), errc::wrong_transport));
    ::close(silent);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_sent_or_received_with_packet_information_is_refused) {
    const auto server = informed<V4>();
    const SocketAddress<V4> nobody{Ipv4Address::loopback(), 0};
    BOOST_TEST(fails_with(server.send_to("x", nobody, Source<V4>()), errc::peer_port_zero));
    BOOST_TEST(fails_with(server.send_to("x", nobody), errc::peer_port_zero));
    auto cutting = udp_v4().value().with_segments();
    if (!cutting) return print_skipped("UDP_SEGMENT is not available");
    const auto cuts = std::move(cutting).value().with_packet_info().value().bind_any().value();
    BOOST_TEST(fails_with(cuts.recv_segments(MutableBuffer()), errc::invalid_argument));
    IpPool<V4> pool;
    BOOST_TEST(pool.add_cidr_range("127.0.0.1/32").has_value());
    auto lease = pool.allocate("tenant", "resource", ResourceType::pod()).value();
    const auto taken = std::move(lease);
    const SocketAddress<V4> self{Ipv4Address::loopback(), cuts.local_port().value()};
    BOOST_TEST(fails_with(cuts.send_segments(as_buffer("abcd"), 2, self, lease), errc::moved_from));  // NOLINT(bugprone-use-after-move)
    BOOST_TEST(succeeds(cuts.send_segments(as_buffer("abcd"), 2, self, taken)));
    const std::vector<std::byte> many(65);
    BOOST_TEST(succeeds(cuts.send_segments(std::span(many).first(64), 1, self)));
    BOOST_TEST(fails_with(cuts.send_segments(many, 1, self), errc::invalid_argument));
    BOOST_TEST(fails_with(cuts.send_segments(ConstBuffer(), 0, self), errc::invalid_argument));
    Source<V4> again = lease;  // NOLINT(bugprone-use-after-move)
    again.address = Ipv4Address::loopback();  // what it is given counts
    BOOST_TEST(succeeds(cuts.send_segments(as_buffer("abcd"), 2, self, again)));
}

BOOST_AUTO_TEST_CASE(a_moved_from_socket_answers_moved_from_with_packet_information_too) {
    auto socket = informed<V4>();
    const auto taken = std::move(socket);
    const auto to = SocketAddress<V4>::loopback(taken.local_port().value());
    std::byte room[4];
    // NOLINTBEGIN(bugprone-use-after-move): that is what is tested
    BOOST_TEST(fails_with(socket.recv_from(room), errc::moved_from));
    BOOST_TEST(fails_with(socket.send_to("x", to, Source<V4>()), errc::moved_from));
    BOOST_TEST(fails_with(socket.send_to("x", to), errc::moved_from));
    // NOLINTEND(bugprone-use-after-move)
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_interface_and_a_link_local_destination_are_told_and_chosen, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        const auto server = informed<F>();
        const Port port = server.local_port().value();
        const auto left = interface_index("left").value();
        network.on_right();
        const auto right = interface_index("right").value();
        // A second address of the left host, on its other interface, and a link-local one.
        const SocketAddress<F> to = [&]() -> SocketAddress<F> {
            if constexpr (std::same_as<F, V4>) {
                return {"10.77.0.50"_ip4, port};
            } else {
                return SocketAddress<V6>("fe80::77:1"_ip6, port).with_zone(right);
            }
        }();
        const auto client = new_udp<F>().value().bind_any().value().connect(to).value();
        network.check(succeeds(client.send("hello")));
        network.on_left();
        std::byte room[16];
        const auto got = server.recv_from(room, soon());
        network.check(succeeds(got));
        network.check(got.value().destination == to.address());
        network.check(got.value().interface_index == left);
        network.check(succeeds(server.send_to("back", got.value().sender, got.value().source)));
        network.check(next_text(client) == "back");
        const auto wrong = server.send_to("x", got.value().sender, Source<F>(IpAddress<F>(), 9999));
        network.check(!wrong.has_value());
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_was_sent_to_a_group_is_answered_from_an_address_of_the_interface, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        const auto group = [] {
            if constexpr (std::same_as<F, V4>) {
                return "239.255.77.11"_ip4;
            } else {
                return "ff05::77:b"_ip6;
            }
        }();
        network.on_left();
        auto server = informed<F>();
        const auto left = interface_index("left").value();
        network.check(succeeds(server.set(option::join_group<F>{group, left})));
        const SocketAddress<F> to(group, server.local_port().value());
        network.on_right();
        auto client = new_udp<F>().value().bind_any().value();
        network.check(succeeds(client.set(option::multicast_interface{interface_index("right").value()})));
        network.check(succeeds(client.send_to("hello", to)));
        network.on_left();
        std::byte room[16];
        const auto got = server.recv_from(room, soon());
        network.check(succeeds(got));
        network.check(got.value().destination == group);
        network.check(got.value().interface_index == left);
        network.check(!got.value().source.address.is_multicast());
        network.check(succeeds(server.send_to("back", got.value().sender, got.value().source)));
        network.check(next_text(client) == "back");
    });
}

BOOST_AUTO_TEST_CASE(a_socket_of_both_families_that_tells_is_adopted_as_one) {
    if (lacks<V6>()) return;
    auto made = udp_v46().value().with_packet_info().value().bind_any().value();
    const int number = std::move(made).release();
    BOOST_TEST(adopt<Informed<Udp<V46>>>(number).value().is<Bound>());
}

BOOST_AUTO_TEST_CASE(what_others_asked_for_leaves_room_for_what_is_told) {
    auto server = new_udp<V4>().value().with_packet_info().value().bind(SocketAddress<V4>::loopback(0)).value();
    const int all = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
    const int on = 1;
    BOOST_REQUIRE(::setsockopt(server.handle(), SOL_SOCKET, SO_TIMESTAMPING, &all, sizeof all) == 0);
    BOOST_REQUIRE(::setsockopt(server.handle(), IPPROTO_IP, IP_RECVTTL, &on, sizeof on) == 0);
    BOOST_REQUIRE(::setsockopt(server.handle(), IPPROTO_IP, IP_RECVTOS, &on, sizeof on) == 0);
    const auto client = asking<V4>(IpAddress<V4>::loopback(), server.local_port().value());
    BOOST_TEST(succeeds(client.send("hello")));
    std::byte room[8];
    const auto got = server.recv_from(room, soon()).value();
    BOOST_TEST((got.destination == IpAddress<V4>::loopback()));
    BOOST_TEST(got.interface_index == interface_index("lo").value());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
