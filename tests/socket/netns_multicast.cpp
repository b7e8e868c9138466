// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>
#include <estate/interfaces.hpp>
#include <estate/packet_info.hpp>
#include <estate/resolve.hpp>
#include <string>

#include "../support/datagrams.hpp"
#include "../support/network.hpp"
#include "../support/sockets.hpp"

// Groups: by which interface they leave, from whom they are heard, by whom; and the interfaces themselves.

namespace {
using namespace estate;
using namespace estate::test;

/// A group of the site, which no zone chooses an interface for.
template <class F>
IpAddress<F> group() {
    return pick<F>("239.255.77.9"_ip4, "ff05::77:9"_ip6);
}
template <class F>
BoundSocket<Udp<F>> open_any() {
    return new_udp<F>().value().bind_any().value();
}
template <class S>
bool hears(const S& socket, std::string_view text) {
    std::byte room[32];
    const auto got = socket.recv_from(room, soon());
    return got && as_text(std::span(room).first(got.assume_value().size)) == text;
}

BOOST_AUTO_TEST_SUITE(netns_multicast)

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_sent_to_a_group_leaves_by_the_chosen_interface, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_right();
        const auto right = interface_index("right").value();
        auto b = open_any<F>();
        network.check(succeeds(b.set(option::join_group<F>{group<F>(), right})));
        const SocketAddress<F> to(group<F>(), b.local_port().value());
        network.on_left();
        auto a = open_any<F>();
        network.check(succeeds(a.set(option::multicast_interface{interface_index("quiet").value()})));
        network.check(succeeds(a.send_to("by the other", to)));
        network.check(succeeds(a.set(option::multicast_interface{interface_index("left").value()})));
        network.check(succeeds(a.send_to("by the cable", to)));
        network.check(hears(b, "by the cable"));
        network.check(!a.set(option::multicast_interface{9999}));

        // A source chooses it for one datagram.
        const auto told = new_udp<F>().value().with_packet_info().value().bind_any().value();
        network.check(succeeds(told.send_to("told", to, Source<F>({}, interface_index("left").value()))));
        network.check(hears(b, "told"));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_group_joined_for_a_source_is_heard_from_that_one_only, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_right();
        const auto right = interface_index("right").value();
        auto b = open_any<F>();
        const auto first = pick<F>("10.77.0.1"_ip4, "fd00:77::1"_ip6);
        const auto second = pick<F>("10.77.0.50"_ip4, "fe80::77:1"_ip6);
        const option::join_source<F> join{group<F>(), first, right};
        network.check(succeeds(b.set(join)));
        network.check(fails_with(b.set(join), std::errc::address_not_available));
        const SocketAddress<F> to(group<F>(), b.local_port().value());
        network.on_left();
        const auto left = interface_index("left").value();
        const auto from = [&](IpAddress<F> ip) {
            SocketAddress<F> at(ip, 0);
            if constexpr (std::same_as<F, V6>) at = at.with_zone(left);
            auto made = new_udp<F>().value().bind(at).value();
            network.check(succeeds(made.set(option::multicast_interface{left})));
            return made;
        };
        const auto wanted = from(first);
        const auto other = from(second);
        network.check(succeeds(other.send_to("unwanted", to)));
        network.check(succeeds(wanted.send_to("wanted", to)));
        network.check(hears(b, "wanted"));
        network.check(succeeds(b.set(option::leave_source<F>{group<F>(), first, right})));
        network.check(succeeds(b.set(option::join_source<F>{group<F>(), second, right})));
        network.check(succeeds(wanted.send_to("no longer", to)));
        network.check(succeeds(other.send_to("now", to)));
        network.check(hears(b, "now"));
        network.check(!b.set(option::leave_source<F>{group<F>(), first, right}));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_group_that_another_socket_joined_is_not_heard_unless_asked, F, Families) {
    in_new_network([](NetworkNamespace& network) {
        network.on_right();
        const auto right = interface_index("right").value();
        const auto another = pick<F>("239.255.77.10"_ip4, "ff05::77:a"_ip6);
        auto first = new_udp<F>().value();
        network.check(succeeds(first.set(option::reuse_address{})));
        auto b = std::move(first).bind_any().value();
        network.check(!b.template get<option::multicast_all>().value().value);
        auto second = new_udp<F>().value();
        network.check(succeeds(second.set(option::reuse_address{})));
        auto c = std::move(second).bind(SocketAddress<F>::any(b.local_port().value())).value();
        network.check(succeeds(b.set(option::join_group<F>{group<F>(), right})));
        network.check(succeeds(c.set(option::join_group<F>{another, right})));

        network.on_left();
        auto a = open_any<F>();
        network.check(succeeds(a.set(option::multicast_interface{interface_index("left").value()})));
        const auto send = [&](std::string_view text, IpAddress<F> to) {
            network.check(succeeds(a.send_to(text, {to, b.local_port().value()})));
        };
        send("of the other", another);
        send("of its own", group<F>());
        network.check(hears(b, "of its own"));
        network.check(hears(c, "of the other"));
        network.check(succeeds(b.set(option::multicast_all{})));
        send("of all", another);
        network.check(hears(b, "of all"));
        network.check(hears(c, "of all"));
        network.check(is_silent(c));
    });
}

BOOST_AUTO_TEST_CASE(interfaces_tell_their_names_indices_flags_and_addresses) {
    in_new_network([](NetworkNamespace& network) {
        network.on_left();
        std::string names;
        network.check(succeeds(for_each_interface([&](const Interface& each) {
            names.append(each.name()).append(" ");
            network.check(each.index() == interface_index(each.name()).value());
            network.check(each.flags().is_up && each.flags().is_running);
            network.check(each.flags().is_loopback == (each.name() == "lo"));
            network.check(each.flags().has_broadcast == (each.name() != "lo"));
        })));
        network.check(names == "lo quiet left " || names == "lo left quiet ");
        std::string found;
        network.check(succeeds(for_each_interface_address([&](const Interface& each, const auto& at) {
            if (each.name() != "left") return;
            const bool is_v4 = std::is_same_v<std::remove_cvref_t<decltype(at)>, InterfaceAddress<V4>>;
            network.check(at.prefix_length == (is_v4 ? 24 : 64));
            found += is_v4 ? '4' : '6';
        })));
        network.check(found == "4466");
        network.check(network.ip("link set left down"));
        network.check(succeeds(for_each_interface([&](const Interface& each) {
            if (each.name() == "left") network.check(!each.flags().is_up);
        })));
    });
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
