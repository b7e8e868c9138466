// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <thread>
#include <vector>

#include "../support/datagrams.hpp"
#include "../support/sockets.hpp"

// Every option: set, read back, and what it does where that can be seen on one host. What needs a network of its
// own is in netns_options.cpp.

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(option_effects)

BOOST_AUTO_TEST_CASE_TEMPLATE(flags_are_read_back_as_they_were_set, F, Families) {
    if (lacks<F>()) return;
    for (const bool on : {true, false}) {
        auto tcp = new_tcp<F>().value();
        auto udp = new_udp<F>().value();
        BOOST_TEST(round_trip<option::reuse_address>(tcp, on));
        BOOST_TEST(round_trip<option::reuse_address>(udp, on));
        BOOST_TEST(round_trip<option::reuse_port>(tcp, on));
        BOOST_TEST(round_trip<option::reuse_port>(udp, on));
        BOOST_TEST(round_trip<option::freebind>(tcp, on));
        BOOST_TEST(round_trip<option::freebind>(udp, on));
        BOOST_TEST(round_trip<option::no_delay>(tcp, on));
        BOOST_TEST(round_trip<option::keep_alive>(tcp, on));
        BOOST_TEST(round_trip<option::bind_address_no_port>(tcp, on));
        BOOST_TEST(round_trip<option::multicast_loop>(udp, on));
        if constexpr (std::same_as<F, V4>) {
            BOOST_TEST(round_trip<option::broadcast>(udp, on));
        }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_flag_is_off_until_it_is_set_and_its_value_says_on, F, Families) {
    if (lacks<F>()) return;
    auto tcp = new_tcp<F>().value();
    BOOST_TEST(!tcp.template get<option::no_delay>().value().value);
    BOOST_TEST(!tcp.template get<option::keep_alive>().value().value);
    BOOST_TEST(!tcp.template get<option::reuse_address>().value().value);
    BOOST_TEST(!tcp.template get<option::reuse_port>().value().value);
    BOOST_TEST(!tcp.template get<option::linger>().value().lingers);
    BOOST_TEST(succeeds(tcp.set(option::no_delay{})));
    BOOST_TEST(tcp.template get<option::no_delay>().value().value);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(options_hold_in_every_state_in_which_they_can_be_set, F, Families) {
    if (lacks<F>()) return;
    auto listener = listening_on_loopback<F>();
    BOOST_TEST(round_trip<option::hop_limit>(listener, 9));
    auto connecting = new_tcp<F>().value().begin_connect(listener.local_addr().value()).value();
    BOOST_TEST(round_trip<option::no_delay>(connecting, true));
    auto connected = std::move(connecting).finish_connect(soon()).value();
    BOOST_TEST(connected.template get<option::no_delay>().value().value);
    BOOST_TEST(round_trip<option::keep_alive>(connected, true));
    auto half = std::move(connected).shutdown_send().value();
    BOOST_TEST(round_trip<option::keep_alive_count>(half, 3));
    BOOST_TEST(half.template get<option::keep_alive>().value().value);
    auto other = new_tcp<F>().value().connect(listener.local_addr().value()).value().shutdown_receive().value();
    BOOST_TEST(round_trip<option::no_delay>(other, true));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_a_listener_accepts_has_its_options, F, Families) {
    if (lacks<F>()) return;
    auto listener = listening_on_loopback<F>();
    BOOST_TEST(succeeds(listener.set(option::no_delay{})));
    BOOST_TEST(succeeds(listener.set(option::keep_alive{})));
    BOOST_TEST(succeeds(listener.set(option::keep_alive_idle{77s})));
    BOOST_TEST(succeeds(listener.set(option::linger{true, 3s})));
    auto client = new_tcp<F>().value().connect(listener.local_addr().value(), soon()).value();
    auto accepted = listener.accept(soon()).value();
    BOOST_TEST(accepted.template get<option::no_delay>().value().value);
    BOOST_TEST(accepted.template get<option::keep_alive>().value().value);
    BOOST_TEST(accepted.template get<option::keep_alive_idle>().value().time.count() == 77);
    BOOST_TEST(accepted.template get<option::linger>().value().lingers);
    BOOST_TEST(!client.template get<option::no_delay>().value().value);
}

// --- keep-alive

BOOST_AUTO_TEST_CASE_TEMPLATE(keep_alive_times_are_durations, F, Families) {
    if (lacks<F>()) return;
    auto tcp = new_tcp<F>().value();
    BOOST_TEST(succeeds(tcp.set(option::keep_alive_idle{2min})));
    BOOST_TEST(succeeds(tcp.set(option::keep_alive_interval{std::chrono::seconds(30)})));
    BOOST_TEST(succeeds(tcp.set(option::keep_alive_count{4})));
    BOOST_TEST(tcp.template get<option::keep_alive_idle>().value().time.count() == 120);
    BOOST_TEST(tcp.template get<option::keep_alive_interval>().value().time.count() == 30);
    BOOST_TEST(tcp.template get<option::keep_alive_count>().value().value == 4);

    BOOST_TEST(fails_with(tcp.set(option::keep_alive_idle{0s}), std::errc::invalid_argument));
    BOOST_TEST(fails_with(tcp.set(option::keep_alive_idle{24h}), std::errc::invalid_argument));
    BOOST_TEST(fails_with(tcp.set(option::keep_alive_interval{-1s}), std::errc::invalid_argument));
    BOOST_TEST(fails_with(tcp.set(option::keep_alive_count{128}), std::errc::invalid_argument));
    BOOST_TEST(tcp.template get<option::keep_alive_idle>().value().time.count() == 120);
}

static_assert(Seconds(std::chrono::hours(1)).count() == 3600 && Seconds(90s).count() == 90 && Seconds().count() == 0);
static_assert(Seconds(std::chrono::hours(1'000'000)).count() == 0x7fffffff);
static_assert(Seconds(std::chrono::hours(INT64_MAX / 2)).count() == 0x7fffffff);
static_assert(Seconds(std::chrono::hours(INT64_MIN / 2)).count() == -1 && Seconds(-7s).count() == -1);
static_assert(Seconds(7s) == Seconds(7) && !std::is_convertible_v<int, Seconds>);
static_assert(!std::is_constructible_v<Seconds, std::chrono::milliseconds>);  // a fraction would be lost

// --- linger

BOOST_AUTO_TEST_CASE(linger_is_read_back) {
    auto tcp = tcp_v4().value();
    BOOST_TEST(succeeds(tcp.set(option::linger{true, 7s})));
    const auto on = tcp.get<option::linger>().value();
    BOOST_TEST(on.lingers);
    BOOST_TEST(on.time.count() == 7);
    BOOST_TEST(succeeds(tcp.set(option::linger{})));
    BOOST_TEST(!tcp.get<option::linger>().value().lingers);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(values_that_mean_something_else_to_the_kernel_are_refused, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    BOOST_TEST(fails_with(pair.client.set(option::linger{true, std::chrono::seconds(-1)}), errc::invalid_argument));
    BOOST_TEST(fails_with(pair.client.set(option::hop_limit{0}), errc::invalid_argument));
    BOOST_TEST(succeeds(pair.client.set(option::linger{true})));
}

BOOST_AUTO_TEST_CASE(a_lingering_close_waits_for_what_the_peer_does_not_take) {
    for (const bool lingers : {true, false}) {
        auto bound = bound_to_loopback<V4>();
        BOOST_TEST(succeeds(bound.set(option::receive_buffer{4096})));
        auto listener = std::move(bound).listen().value();
        auto client = tcp_v4().value().connect(listener.local_addr().value(), soon()).value();
        auto server = listener.accept(soon()).value();
        BOOST_TEST(succeeds(client.set(option::linger{lingers, 1s})));
        const std::vector<std::byte> much(1 << 20);
        while (client.send(much, in(40ms))) continue;  // until nothing more is taken

        const Stopwatch closing;
        BOOST_TEST(succeeds(std::move(client).close()));
        const auto took = closing.elapsed();
        if (lingers) {
            BOOST_TEST((took > 900ms));
        } else {
            BOOST_TEST((took < 900ms));
        }
    }
}

// --- buffers and hops

BOOST_AUTO_TEST_CASE_TEMPLATE(linux_doubles_a_buffer_size_and_says_so, F, Families) {
    if (lacks<F>()) return;
    auto tcp = new_tcp<F>().value();
    auto udp = new_udp<F>().value();
    BOOST_TEST(succeeds(tcp.set(option::send_buffer{10'000})));
    BOOST_TEST(tcp.template get<option::send_buffer>().value().value == 20'000);
    BOOST_TEST(succeeds(tcp.set(option::receive_buffer{10'000})));
    BOOST_TEST(tcp.template get<option::receive_buffer>().value().value == 20'000);
    BOOST_TEST(succeeds(udp.set(option::receive_buffer{10'000})));
    BOOST_TEST(udp.template get<option::receive_buffer>().value().value == 20'000);
}

BOOST_AUTO_TEST_CASE(a_small_receive_buffer_drops_the_datagrams_that_do_not_fit) {
    auto b = datagrams_on_loopback<V4>();
    BOOST_TEST(succeeds(b.set(option::receive_buffer{0})));  // the least that the kernel gives
    auto a = datagrams_on_loopback<V4>();
    const auto to = b.local_addr().value();
    const std::vector<std::byte> bytes(1000);
    for (int i = 0; i < 100; ++i) BOOST_TEST(succeeds(a.send_to(bytes, to)));
    int arrived = 0;
    std::vector<std::byte> room(1000);
    while (b.recv_from(room, Deadline::at_once())) ++arrived;
    BOOST_TEST(arrived > 0);
    BOOST_TEST(arrived < 100);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_hop_limit_travels_in_every_packet, F, Families) {
    if (lacks<F>()) return;
    auto b = datagrams_on_loopback<F>();
    BOOST_REQUIRE(ask_for_hops(b));
    auto a = datagrams_on_loopback<F>();
    const auto to = b.local_addr().value();
    const int usual = a.template get<option::hop_limit>().value().value;
    BOOST_TEST(usual > 1);
    BOOST_TEST(succeeds(a.set(option::hop_limit{7})));
    BOOST_TEST(a.template get<option::hop_limit>().value().value == 7);
    BOOST_TEST(succeeds(a.send_to("x", to)));
    BOOST_TEST(hops_of_next(b) == 7);
    BOOST_TEST(succeeds(a.set(option::hop_limit{})));  // the system's own again
    BOOST_TEST(succeeds(a.send_to("x", to)));
    BOOST_TEST(hops_of_next(b) == usual);
    BOOST_TEST(fails_with(a.set(option::hop_limit{256}), std::errc::invalid_argument));
    BOOST_TEST(fails_with(a.set(option::hop_limit{-2}), std::errc::invalid_argument));
}

// --- addresses

/// Leaves a connection of the address in TIME_WAIT: the server's end closes first.
template <class F>
SocketAddress<F> time_wait(bool reuse) {
    auto created = new_tcp<F>().value();
    BOOST_TEST(succeeds(created.set(option::reuse_address{reuse})));
    auto listener = std::move(created).bind_to_ip(IpAddress<F>::loopback(), 0).value().listen().value();
    const auto at = listener.local_addr().value();
    auto client = new_tcp<F>().value().connect(at, soon()).value();
    auto server = listener.accept(soon()).value();
    auto half = std::move(server).shutdown_send().value();
    std::byte room[1];
    BOOST_TEST(fails_with(client.recv(room, soon()), errc::end_of_stream));
    BOOST_TEST(succeeds(std::move(client).close()));
    BOOST_TEST(fails_with(half.recv(room, soon()), errc::end_of_stream));
    return at;
}

BOOST_AUTO_TEST_CASE_TEMPLATE(reuse_address_binds_over_time_wait_and_without_it_the_bind_fails, F,
                              Families) {
    if (lacks<F>()) return;
    const auto at = time_wait<F>(true);
    auto refused = new_tcp<F>().value().bind(at);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(fails_with(refused, std::errc::address_in_use));

    auto again = std::move(refused.error().socket);  // the same socket, given the option now
    BOOST_TEST(succeeds(again.set(option::reuse_address{})));
    auto bound = std::move(again).bind(at);
    BOOST_REQUIRE(bound);
    BOOST_TEST(succeeds(std::move(bound).value().listen()));
}

BOOST_AUTO_TEST_CASE(linux_wants_reuse_address_on_the_old_socket_too) {
    const auto at = time_wait<V4>(false);
    auto created = tcp_v4().value();
    BOOST_TEST(succeeds(created.set(option::reuse_address{})));
    const auto refused = std::move(created).bind(at);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(fails_with(refused, std::errc::address_in_use));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(reuse_address_does_not_share_the_address_of_a_listener, F, Families) {
    if (lacks<F>()) return;
    auto first = new_tcp<F>().value();
    BOOST_TEST(succeeds(first.set(option::reuse_address{})));
    auto listener = std::move(first).bind_to_ip(IpAddress<F>::loopback(), 0).value().listen().value();
    auto second = new_tcp<F>().value();
    BOOST_TEST(succeeds(second.set(option::reuse_address{})));
    const auto refused = std::move(second).bind(listener.local_addr().value());
    BOOST_REQUIRE(!refused);
    BOOST_TEST(fails_with(refused, std::errc::address_in_use));
}

template <class F>
CreatedSocket<Tcp<F>> sharing() {
    auto created = new_tcp<F>().value();
    BOOST_TEST(succeeds(created.set(option::reuse_port{})));
    return created;
}

BOOST_AUTO_TEST_CASE_TEMPLATE(reuse_port_lets_two_listeners_share_the_connections_of_one_port, F,
                              Families) {
    if (lacks<F>()) return;
    auto first = sharing<F>().bind_to_ip(IpAddress<F>::loopback(), 0).value().listen().value();
    const auto at = first.local_addr().value();
    const auto refused = new_tcp<F>().value().bind(at);
    BOOST_REQUIRE(!refused);  // one without the option gets in nowhere
    BOOST_TEST(fails_with(refused, std::errc::address_in_use));
    auto second = sharing<F>().bind(at).value().listen().value();

    int on_first = 0;
    int on_second = 0;
    std::vector<ConnectedSocket<Tcp<F>>> clients;
    for (int i = 0; i < 64; ++i) clients.push_back(new_tcp<F>().value().connect(at, soon()).value());
    while (first.accept(Deadline::at_once())) ++on_first;
    while (second.accept(Deadline::at_once())) ++on_second;
    BOOST_TEST(on_first + on_second == 64);
    BOOST_TEST(on_first > 0);
    BOOST_TEST(on_second > 0);
}

BOOST_AUTO_TEST_CASE(reuse_port_lets_two_datagram_sockets_share_a_port) {
    auto a = udp_v4().value();
    BOOST_TEST(succeeds(a.set(option::reuse_port{})));
    auto first = std::move(a).bind_to_ip("127.0.0.1"_ip4, 0).value();
    auto b = udp_v4().value();
    BOOST_TEST(succeeds(b.set(option::reuse_port{})));
    BOOST_TEST(succeeds(std::move(b).bind(first.local_addr().value())));
}

BOOST_AUTO_TEST_CASE(freebind_takes_an_address_that_the_host_does_not_have) {
    auto created = tcp_v4().value();
    BOOST_TEST(succeeds(created.set(option::freebind{})));
    auto bound = std::move(created).bind_to_ip("198.51.100.1"_ip4, 0);
    BOOST_REQUIRE(bound);
    BOOST_TEST((bound.value().local_ip().value() == "198.51.100.1"_ip4));
    BOOST_TEST(succeeds(std::move(bound).value().listen()));

    if (lacks<V6>()) return;
    auto udp = udp_v6().value();
    BOOST_TEST(succeeds(udp.set(option::freebind{})));
    BOOST_TEST(succeeds(std::move(udp).bind_to_ip("2001:db8::1"_ip6, 0)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(transparent_needs_a_privilege_and_then_binds_foreign_addresses, F, Families) {
    if (lacks<F>()) return;
    auto created = new_tcp<F>().value();
    const auto set = created.set(option::transparent{});
    if (!set) {
        BOOST_TEST(fails_with(set, std::errc::operation_not_permitted));
        print_skipped("option::transparent needs CAP_NET_ADMIN or CAP_NET_RAW (see netns_options)");
        return;
    }
    BOOST_TEST(created.template get<option::transparent>().value().value);
    const auto foreign = [] {
        if constexpr (std::same_as<F, V4>) {
            return "198.51.100.1"_ip4;
        } else {
            return "2001:db8::1"_ip6;
        }
    }();
    BOOST_TEST(succeeds(std::move(created).bind_to_ip(foreign, 0)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_address_can_be_bound_without_a_port_until_connect, F, Families) {
    if (lacks<F>()) return;
    auto listener = listening_on_loopback<F>();
    auto created = new_tcp<F>().value();
    BOOST_TEST(succeeds(created.set(option::bind_address_no_port{})));
    auto bound = std::move(created).bind_to_ip(IpAddress<F>::loopback(), 0).value();
    BOOST_TEST(bound.local_port().value().number() == 0);
    auto connected = std::move(bound).connect(listener.local_addr().value(), soon()).value();
    BOOST_TEST(connected.local_port().value().number() != 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_address_that_was_bound_without_a_port_gets_one_when_it_listens, F, Families) {
    if (lacks<F>()) return;
    auto created = new_tcp<F>().value();
    BOOST_TEST(succeeds(created.set(option::bind_address_no_port{})));
    auto listener = std::move(created).bind_to_ip(IpAddress<F>::loopback(), 0).value().listen().value();
    BOOST_TEST((listener.local_ip().value() == IpAddress<F>::loopback()));
    BOOST_TEST(listener.local_port().value().number() != 0);
    const auto client = connected_to(listener);
    BOOST_TEST(succeeds(listener.accept(soon())));
}

// --- one interface

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_can_be_tied_to_one_interface_and_freed_again, F, Families) {
    if (lacks<F>()) return;
    auto created = new_udp<F>().value();
    BOOST_TEST(created.template get<option::bind_to_device>().value().name() == "");
    const auto set = created.set(option::bind_to_device::to("lo").value());
    if (!set && set.error() == std::errc::operation_not_permitted) {
        print_skipped("option::bind_to_device needs CAP_NET_RAW on this kernel");
        return;
    }
    BOOST_TEST(succeeds(set));
    BOOST_TEST(created.template get<option::bind_to_device>().value().name() == "lo");
    auto bound = std::move(created).bind_to_ip(IpAddress<F>::loopback(), 0).value();
    auto other = datagrams_on_loopback<F>();
    BOOST_TEST(succeeds(other.send_to("x", bound.local_addr().value())));
    BOOST_TEST(next_text(bound) == "x");

    const auto unknown = datagrams_on_loopback<F>().set(option::bind_to_device::to("no-such-if").value());
    BOOST_TEST(fails_with(unknown, std::errc::no_such_device));
    const auto freed = bound.set(option::bind_to_device{});
    if (!freed && freed.error() == std::errc::operation_not_permitted) {
        return print_skipped("to free a socket from its interface needs CAP_NET_RAW");
    }
    BOOST_TEST(succeeds(freed));
    BOOST_TEST(bound.template get<option::bind_to_device>().value().name() == "");
}

static_assert(option::bind_to_device::to("fifteen-letters").value().name() == "fifteen-letters");
static_assert(option::bind_to_device::to("").value().name() == "");
static_assert(option::bind_to_device::to("sixteen-letters!").error() == errc::invalid_argument);
static_assert(option::bind_to_device::to({"l\0o", 3}).error() == errc::invalid_argument);

BOOST_AUTO_TEST_CASE(a_name_that_no_interface_can_have_is_refused) {
    for (const std::string_view name : {std::string_view("sixteen-letters!"), std::string_view("l\0o", 3)}) {
        BOOST_TEST(fails_with(option::bind_to_device::to(name), errc::invalid_argument));
    }
    BOOST_TEST(option::bind_to_device::to("fifteen-letters").value().name() == "fifteen-letters");
}

// --- TCP fast open

BOOST_AUTO_TEST_CASE_TEMPLATE(fast_open_is_set_before_and_after_listen, F, Families) {
    if (lacks<F>()) return;
    auto created = new_tcp<F>().value();
    BOOST_TEST(succeeds(created.set(option::fast_open{8})));
    auto bound = std::move(created).bind_to_ip(IpAddress<F>::loopback(), 0).value();
    BOOST_TEST(bound.template get<option::fast_open>().value().value == 8);
    BOOST_TEST(succeeds(bound.set(option::fast_open{16})));
    BOOST_TEST(bound.template get<option::fast_open>().value().value == 16);
    auto listener = std::move(bound).listen().value();
    BOOST_TEST(listener.template get<option::fast_open>().value().value == 16);
    BOOST_TEST(succeeds(listener.set(option::fast_open{0})));
    BOOST_TEST(listener.template get<option::fast_open>().value().value == 0);
    auto client = new_tcp<F>().value().connect(listener.local_addr().value(), soon());
    BOOST_TEST(succeeds(client));
}

// --- multicast

BOOST_AUTO_TEST_CASE(a_group_is_heard_from_join_to_leave) {
    const auto lo = static_cast<std::uint32_t>(1);  // the loopback interface of every Linux host
    const auto group = "239.255.77.1"_ip4;
    auto created = udp_v4().value();
    BOOST_TEST(succeeds(created.set(option::reuse_address{})));
    auto b = std::move(created).bind_to_ip(IpAddress<V4>::any(), 0).value();
    auto a = datagrams_on_loopback<V4>();  // its address decides the interface that groups are reached through
    const SocketAddress<V4> to(group, b.local_port().value());

    BOOST_TEST(succeeds(a.send_to("early", to)));
    BOOST_TEST(is_silent(b));
    BOOST_TEST(succeeds(b.set(option::join_group<V4>{group, lo})));
    BOOST_TEST(fails_with(b.set(option::join_group<V4>{group, lo}), std::errc::address_in_use));
    BOOST_TEST(succeeds(a.send_to("now", to)));
    BOOST_TEST(next_text(b) == "now");
    BOOST_TEST(succeeds(b.set(option::leave_group<V4>{group, lo})));
    BOOST_TEST(fails_with(b.set(option::leave_group<V4>{group, lo}), std::errc::address_not_available));
    BOOST_TEST(succeeds(a.send_to("late", to)));
    BOOST_TEST(is_silent(b));

    BOOST_TEST(fails_with(b.set(option::join_group<V4>{"192.0.2.1"_ip4, lo}), std::errc::invalid_argument));
    BOOST_TEST(fails_with(b.set(option::join_group<V4>{group, 999'999}), std::errc::no_such_device));
}

BOOST_AUTO_TEST_CASE(a_connected_socket_hears_a_group_and_its_peer) {
    const auto group = "239.255.77.2"_ip4;
    auto a = datagrams_on_loopback<V4>();
    auto bound = udp_v4().value().bind_any().value();
    const SocketAddress<V4> to(group, bound.local_port().value());
    auto b = std::move(bound).connect(a.local_addr().value()).value();
    BOOST_TEST(succeeds(b.set(option::join_group<V4>{group, 1})));
    BOOST_TEST(succeeds(b.set(option::leave_group<V4>{group, 1})));
    BOOST_TEST(succeeds(a.send_to("x", to)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(multicast_packets_stay_on_the_link_unless_told_otherwise, F, Families) {
    if (lacks<F>()) return;
    auto udp = new_udp<F>().value();
    BOOST_TEST(udp.template get<option::multicast_hops>().value().value == 1);
    BOOST_TEST(udp.template get<option::multicast_loop>().value().value);
    BOOST_TEST(round_trip<option::multicast_hops>(udp, 7));
    BOOST_TEST(round_trip<option::multicast_hops>(udp, 0));
    BOOST_TEST(fails_with(udp.set(option::multicast_hops{256}), std::errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
