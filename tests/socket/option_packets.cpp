// SPDX-License-Identifier: BSL-1.0
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <time.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <estate/packet_info.hpp>
#include <vector>

#include "../support/datagrams.hpp"
#include "../support/network.hpp"
#include "../support/sockets.hpp"

// Options about packets, times and paths: each set, read back, tried beyond both ends of its range, and seen at work.

namespace {
using namespace estate;
using namespace estate::test;

template <class S>
tcp_info info_of(const S& socket) {
    tcp_info info{};
    socklen_t size = sizeof info;
    BOOST_REQUIRE(::getsockopt(socket.handle(), IPPROTO_TCP, TCP_INFO, &info, &size) == 0);
    return info;
}

BOOST_AUTO_TEST_SUITE(option_packets)

BOOST_AUTO_TEST_CASE_TEMPLATE(each_value_is_read_back_and_refused_beyond_both_ends, F, Families) {
    if (lacks<F>()) return;
    auto tcp = new_tcp<F>().value();
    auto udp = new_udp<F>().value();
    for (const int value : {0, 1, 6}) {
        BOOST_TEST(round_trip<option::priority>(tcp, value));
        BOOST_TEST(round_trip<option::priority>(udp, value));
    }
    BOOST_TEST(fails_with(udp.set(option::priority{-1}), errc::invalid_argument));
    for (const int value : {0, 184, 252, 255}) BOOST_TEST(round_trip<option::traffic_class>(udp, value));
    for (const int value : {-1, 256}) {
        BOOST_TEST(fails_with(udp.set(option::traffic_class{value}), errc::invalid_argument));
        BOOST_TEST(fails_with(tcp.set(option::traffic_class{value}), errc::invalid_argument));
    }
    BOOST_TEST(round_trip<option::traffic_class>(tcp, 184));
    for (const bool on : {true, false}) {
        BOOST_TEST(round_trip<option::dont_fragment>(udp, on));
        BOOST_TEST(round_trip<option::cork>(tcp, on));
        BOOST_TEST(round_trip<option::fast_open_connect>(tcp, on));
    }
    {  // what others set for probes forbids fragments as well
        constexpr bool is_v4 = std::is_same_v<F, V4>;
        const int probe = is_v4 ? IP_PMTUDISC_PROBE : IPV6_PMTUDISC_PROBE;
        BOOST_TEST(::setsockopt(udp.handle(), is_v4 ? IPPROTO_IP : IPPROTO_IPV6, is_v4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER,
                                &probe, sizeof probe) == 0);
        BOOST_TEST(udp.template get<option::dont_fragment>().value().value);
    }
    for (const int value : {0, 1, 0x7fffffff}) {
        BOOST_TEST(succeeds(tcp.set(option::user_timeout{Milliseconds(value)})));
        BOOST_TEST(tcp.template get<option::user_timeout>().value().time.count() == value);
    }
    BOOST_TEST(succeeds(tcp.set(option::user_timeout{2min})));
    BOOST_TEST(tcp.template get<option::user_timeout>().value().time.count() == 120'000);
    BOOST_TEST(fails_with(tcp.set(option::user_timeout{-1ms}), errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(older_options_are_refused_beyond_both_ends_too, F, Families) {
    if (lacks<F>()) return;
    auto tcp = new_tcp<F>().value();
    auto udp = new_udp<F>().value();
    for (const int value : {-1, 256}) BOOST_TEST(fails_with(udp.set(option::multicast_hops{value}), errc::invalid_argument));
    for (const int value : {0, 255}) BOOST_TEST(round_trip<option::multicast_hops>(udp, value));
    for (const int value : {-2, 0, 256}) BOOST_TEST(fails_with(udp.set(option::hop_limit{value}), errc::invalid_argument));
    for (const int value : {1, 255}) BOOST_TEST(round_trip<option::hop_limit>(udp, value));
    BOOST_TEST(succeeds(udp.set(option::hop_limit{-1})));
    BOOST_TEST(fails_with(udp.set(option::send_buffer{-1}), errc::invalid_argument));
    BOOST_TEST(fails_with(tcp.set(option::receive_buffer{-1}), errc::invalid_argument));
    BOOST_TEST(fails_with(tcp.set(option::fast_open{-1}), errc::invalid_argument));
    for (const int value : {0, 128}) BOOST_TEST(!tcp.set(option::keep_alive_count{value}));
    for (const int value : {1, 127}) BOOST_TEST(round_trip<option::keep_alive_count>(tcp, value));
}

static_assert(Milliseconds(1500ms).count() == 1500 && Milliseconds(2s).count() == 2000 && Milliseconds().count() == 0);
static_assert(Milliseconds(std::chrono::hours(1'000'000)).count() == 0x7fffffff && Milliseconds(-7ms).count() == -1);
static_assert(Milliseconds(std::chrono::duration<unsigned long long, std::milli>(1ull << 63)).count() == 0x7fffffff);
static_assert(Milliseconds(std::chrono::duration<unsigned long long>(1ull << 63)).count() == 0x7fffffff);
static_assert(Seconds(std::chrono::duration<unsigned long long>(1ull << 63)).count() == 0x7fffffff);
static_assert(!std::is_constructible_v<Milliseconds, std::chrono::microseconds>);  // a fraction would be lost

BOOST_AUTO_TEST_CASE(a_listener_hands_on_what_the_table_says) {
    auto listener = listening_on_loopback<V4>();
    BOOST_TEST(succeeds(listener.set(option::user_timeout{7s})));
    BOOST_TEST(succeeds(listener.set(option::traffic_class{184})));
    BOOST_TEST(succeeds(listener.set(option::cork{})));
    const int raw = 5;  // SO_PRIORITY has no effect on what is accepted, so the table does not list it
    BOOST_REQUIRE(::setsockopt(listener.handle(), SOL_SOCKET, SO_PRIORITY, &raw, sizeof raw) == 0);
    const auto client = connected_to(listener);
    const auto accepted = listener.accept(soon()).value();
    BOOST_TEST(accepted.get<option::user_timeout>().value().time.count() == 7000);
    BOOST_TEST(accepted.get<option::traffic_class>().value().value == 184);
    BOOST_TEST(accepted.get<option::cork>().value().value);
    BOOST_TEST(accepted.get<option::priority>().value().value == 0);
}

BOOST_AUTO_TEST_CASE(a_cork_holds_small_segments_back_until_it_is_taken_off) {
    auto pair = connected_pair<V4>();
    BOOST_TEST(succeeds(pair.client.set(option::cork{})));
    BOOST_TEST(succeeds(pair.client.send("ab")));
    BOOST_TEST(succeeds(pair.client.send("cd")));
    std::byte room[8];
    BOOST_TEST(fails_with(pair.server.recv(room, Deadline::at_once()), errc::deadline_exceeded));
    BOOST_TEST(succeeds(pair.client.set(option::cork{false})));
    BOOST_TEST(pair.server.recv(room, soon()).value() == 4U);
}

BOOST_AUTO_TEST_CASE(quick_ack_is_set_where_bytes_come_in) {
    auto pair = connected_pair<V4>();
    BOOST_TEST(succeeds(pair.client.set(option::quick_ack{})));
    BOOST_TEST(pair.client.get<option::quick_ack>().value().value);
    BOOST_TEST(succeeds(pair.client.set(option::quick_ack{false})));
    BOOST_TEST(!pair.client.get<option::quick_ack>().value().value);
    auto half = std::move(pair.client).shutdown_send().value();
    BOOST_TEST(succeeds(half.set(option::quick_ack{})));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_mtu_of_a_path_is_told_of_a_connected_socket, F, Families) {
    if (lacks<F>()) return;
    const auto peer = datagrams_on_loopback<F>();
    const auto udp = datagrams_on_loopback<F>().connect(peer.local_addr().value()).value();
    constexpr int loopback = std::same_as<F, V4> ? 65535 : 65536;  // an IPv4 packet has no 16 bits more
    BOOST_TEST(udp.template get<option::path_mtu>().value().value == loopback);
    const auto pair = connected_pair<F>();
    BOOST_TEST(pair.client.template get<option::path_mtu>().value().value == loopback);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_datagram_that_may_not_be_cut_and_does_not_fit_is_refused, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_right();
        auto b = new_udp<F>().value().bind_any().value();
        const SocketAddress<F> to = [&]() -> SocketAddress<F> {
            if constexpr (std::same_as<F, V4>) {
                return {"10.77.0.2"_ip4, b.local_port().value()};
            } else {
                return {"fd00:77::2"_ip6, b.local_port().value()};
            }
        }();
        network.on_left();
        auto a = new_udp<F>().value().bind_any().value().connect(to).value();
        const std::vector<std::byte> bytes(3000);
        network.check(a.send(bytes).value() == 3000);  // in fragments
        std::vector<std::byte> room(4000);
        network.check(b.recv_from(room, soon()).value().size == 3000);
        network.check(succeeds(a.set(option::dont_fragment{})));
        network.check(fails_with(a.send(bytes), std::errc::message_size));
        const int mtu = a.template get<option::path_mtu>().value().value;
        network.check(mtu == 1500);
        const std::size_t headers = std::same_as<F, V4> ? 28 : 48;
        const auto longest = std::span(bytes).first(static_cast<std::size_t>(mtu) - headers);
        network.check(a.send(longest).value() == longest.size());
        network.check(b.recv_from(room, soon()).value().size == longest.size());
        network.check(succeeds(a.set(option::dont_fragment{false})));
        network.check(a.send(bytes).value() == 3000);
    });
}

BOOST_AUTO_TEST_CASE(a_mark_chooses_a_route_and_is_handed_on_to_what_is_accepted) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        network.check(network.ip("rule add fwmark 7 lookup 77\nroute add blackhole 10.77.0.2/32 table 77"));
        auto a = udp_v4().value().bind_any().value();
        network.check(succeeds(a.send_to("unmarked", {"10.77.0.2"_ip4, 9})));
        auto marked = a.set(option::mark{7});
        if (!marked && marked.error() == std::errc::operation_not_permitted) return network.skip("no CAP_NET_ADMIN");
        network.check(a.get<option::mark>().value().value == 7);
        network.check(!a.send_to("marked", {"10.77.0.2"_ip4, 9}));  // by the rule into the black hole
        network.check(round_trip<option::mark>(a, std::uint32_t{0xffffffff}));

        auto listener = listening_on_loopback<V4>();
        network.check(succeeds(listener.set(option::mark{9})));
        const auto client = connected_to(listener);
        network.check(listener.accept(soon()).value().get<option::mark>().value().value == 9);
        if (::setuid(65534) != 0) return network.skip("root could not become nobody");
        network.check(fails_with(listener.set(option::mark{1}), std::errc::operation_not_permitted));
        network.check(fails_with(listener.set(option::mark{0}), std::errc::operation_not_permitted));
    });
}

BOOST_AUTO_TEST_CASE(a_user_timeout_ends_a_connection_whose_bytes_nobody_acknowledges) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        auto listener = tcp_v4().value().bind_to_ip("10.77.0.1"_ip4, 0).value().listen().value();
        network.on_right();
        auto client = tcp_v4().value().connect(listener.local_addr().value(), soon()).value();
        const auto server = listener.accept(soon()).value();
        network.check(succeeds(client.set(option::user_timeout{300ms})));
        network.on_left();
        network.check(network.ip("route add blackhole 10.77.0.2/32"));  // whatever it answers is lost
        network.check(succeeds(client.send("into the hole")));
        std::byte room[1];
        network.check(fails_with(client.recv(room, in(15s)), std::errc::timed_out));
    });
}

BOOST_AUTO_TEST_CASE(fast_open_sends_the_first_bytes_with_the_syn) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        if (!network.sysctl("ipv4/tcp_fastopen", "3")) return network.skip("tcp_fastopen cannot be set");
        auto created = tcp_v4().value();
        network.check(succeeds(created.set(option::fast_open{8})));
        auto listener = std::move(created).bind(SocketAddress<V4>::loopback(0)).value().listen().value();
        const auto at = listener.local_addr().value();
        for (int i = 0; i < 2; ++i) {  // the first connection gets the cookie that the second has
            auto client = tcp_v4().value();
            network.check(succeeds(client.set(option::fast_open_connect{})));
            auto connected = std::move(client).connect(at, soon()).value();
            network.check(connected.send("hello").value() == 5);
            auto accepted = listener.accept(soon()).value();
            network.check(read_text(accepted, 5) == "hello");
            network.check(accepted.send("back").value() == 4);
            network.check(read_text(connected, 4) == "back");
            const bool with_syn = (info_of(connected).tcpi_options & 32) != 0;  // TCPI_OPT_SYN_DATA
            network.check(with_syn == (i == 1));
        }
        std::move(listener).close().value();
        auto late = tcp_v4().value();
        network.check(succeeds(late.set(option::fast_open_connect{})));
        auto connected = std::move(late).connect(at).value();  // nobody is there: the first send says so
        network.check(fails_with(connected.send("hello"), std::errc::connection_refused));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_datagram_tells_when_it_came, F, Families) {
    if (lacks<F>()) return;
    auto server = new_udp<F>().value().with_packet_info().value().bind(SocketAddress<F>::loopback(0)).value();
    const auto client = datagrams_on_loopback<F>();
    std::byte room[8];
    BOOST_TEST(succeeds(client.send_to("x", server.local_addr().value())));
    BOOST_TEST(server.recv_from(room, soon()).value().arrived == 0);
    BOOST_TEST(succeeds(server.set(option::timestamps{})));
    BOOST_TEST(server.template get<option::timestamps>().value().value);
    const auto now = [] {  // libc++'s system_clock drops the nanoseconds
        timespec time{};
        ::clock_gettime(CLOCK_REALTIME, &time);
        return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
    };
    const auto before = now();
    BOOST_TEST(succeeds(client.send_to("x", server.local_addr().value())));
    const auto got = server.recv_from(room, soon()).value();
    BOOST_TEST(got.arrived >= before);
    BOOST_TEST(got.arrived <= now());
    BOOST_TEST((got.destination == IpAddress<F>::loopback()));
}

// --- peek

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_looked_at_is_still_there_to_be_received, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    std::byte room[4];
    BOOST_TEST(fails_with(pair.server.peek(room, Deadline::at_once()), errc::deadline_exceeded));
    BOOST_TEST(fails_with(pair.server.peek({}), errc::invalid_argument));
    BOOST_TEST(succeeds(pair.client.send("abcdef")));
    BOOST_TEST(pair.server.peek(room, soon()).value() == 4U);
    BOOST_TEST(as_text(room) == "abcd");
    BOOST_TEST(pair.server.peek(room).value() == 4U);
    BOOST_TEST(read_text(pair.server, 6) == "abcdef");
    const auto gone = std::move(pair.client).close();
    BOOST_TEST(fails_with(pair.server.peek(room, soon()), errc::end_of_stream));

    const auto b = datagrams_on_loopback<F>();
    const auto a = datagrams_on_loopback<F>();
    BOOST_TEST(succeeds(a.send_to("abcdef", b.local_addr().value())));
    const auto seen = b.peek(room, soon()).value();
    BOOST_TEST(seen.truncated);
    BOOST_TEST(seen.length == 6U);
    BOOST_TEST((seen.sender == a.local_addr().value()));
    BOOST_TEST(next_text(b) == "abcdef");
    BOOST_TEST(fails_with(b.peek(room, Deadline::at_once()), errc::deadline_exceeded));
    const auto fixed = datagrams_on_loopback<F>().connect(a.local_addr().value()).value();
    BOOST_TEST(succeeds(a.send_to("one", fixed.local_addr().value())));
    BOOST_TEST(fixed.peek(room, soon()).value().size == 3U);
    BOOST_TEST(next_text(fixed) == "one");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
