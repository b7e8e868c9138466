// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/adopt.hpp>
#include <estate/estate.hpp>
#include <string>

#include "../support/found_again.hpp"
#include "../support/loopback.hpp"
#include "../support/sockets.hpp"

// adopt(release(x)) is x: the state, the addresses and the options.

namespace {
using namespace estate;
using namespace estate::test;

using TcpFamilies = std::tuple<V4, V6, V46>;

template <class F>
using AddressesOf = std::conditional_t<std::same_as<F, V4>, V4, V6>;
template <class F>
auto loopback_of() {
    return SocketAddress<AddressesOf<F>>::loopback(0);
}

/// What the option reads after its socket was released and adopted; both values are by get().
template <class Option, class S>
bool survives(S socket, const Option& set) {
    if (!socket.set(set)) return false;
    const auto before = socket.template get<Option>().value();
    auto adopted = adopt<typename S::transport>(std::move(socket).release());
    if (!adopted || !adopted.assume_value().template is<typename S::state>()) return false;
    const auto back = std::move(adopted).assume_value().visit([](auto real) { return real.template get<Option>(); });
    if constexpr (requires { before.value; }) {
        return back.value().value == before.value;
    } else if constexpr (requires { before.lingers; }) {
        return back.value().lingers == before.lingers && back.value().time.count() == before.time.count();
    } else {
        return back.value().time.count() == before.time.count();
    }
}

BOOST_AUTO_TEST_SUITE(adopt_own)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_state_of_tcp_is_found_again, F, TcpFamilies) {
    if (lacks<AddressesOf<F>>()) return;
    BOOST_TEST(found_again(new_tcp<F>().value()) == "Created");
    BOOST_TEST(found_again(new_tcp<F>().value().bind(loopback_of<F>()).value()) == "Bound");
    BOOST_TEST(found_again(new_tcp<F>().value().bind_any().value()) == "Bound");
    auto listener = new_tcp<F>().value().bind(loopback_of<F>()).value().listen().value();
    const auto at = listener.local_addr().value();
    auto client = new_tcp<F>().value().connect(at, soon()).value();
    auto server = listener.accept(soon()).value();
    BOOST_TEST(found_again(std::move(client).shutdown_send().value()) == "SendClosed");
    BOOST_TEST(found_again(std::move(server)) == "Connected");
    BOOST_TEST(found_again(new_tcp<F>().value().begin_connect(at).value()) == "Connected");  // by then it is
    BOOST_TEST(found_again(std::move(listener)) == "Listening");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(every_state_of_udp_is_found_again, F, TcpFamilies) {
    if (lacks<AddressesOf<F>>()) return;
    BOOST_TEST(found_again(new_udp<F>().value()) == "Created");
    auto bound = new_udp<F>().value().bind(loopback_of<F>()).value();
    auto fixed = new_udp<F>().value().bind(loopback_of<F>()).value().connect(bound.local_addr().value()).value();
    BOOST_TEST(found_again(std::move(bound)) == "Bound");
    BOOST_TEST(found_again(std::move(fixed).disconnect().value()) == "Bound");
    auto other = new_udp<F>().value().bind(loopback_of<F>()).value();
    BOOST_TEST(found_again(std::move(other).connect(SocketAddress<AddressesOf<F>>::loopback(9)).value()) == "Connected");
}

BOOST_AUTO_TEST_CASE(a_port_that_is_chosen_late_and_a_foreign_address_are_found_again) {
    auto late = tcp_v4().value();
    late.set(option::bind_address_no_port{}).value();
    BOOST_TEST(found_again(std::move(late).bind(SocketAddress<V4>::loopback(0)).value()) == "Bound");
    auto foreign = tcp_v4().value();
    foreign.set(option::freebind{}).value();
    BOOST_TEST(found_again(std::move(foreign).bind_to_ip("198.51.100.1"_ip4, 0).value()) == "Bound");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(options_stay_as_they_were, F, Families) {
    if (lacks<F>()) return;
    BOOST_TEST(survives(new_tcp<F>().value(), option::reuse_address{}));
    BOOST_TEST(survives(new_tcp<F>().value(), option::reuse_port{}));
    BOOST_TEST(survives(new_tcp<F>().value(), option::no_delay{}));
    BOOST_TEST(survives(new_tcp<F>().value(), option::keep_alive{}));
    BOOST_TEST(survives(new_tcp<F>().value(), option::keep_alive_idle{Seconds(std::chrono::seconds(60))}));
    BOOST_TEST(survives(new_tcp<F>().value(), option::keep_alive_count{3}));
    BOOST_TEST(survives(new_tcp<F>().value(), option::linger{true, Seconds(std::chrono::seconds(3))}));
    BOOST_TEST(survives(new_tcp<F>().value(), option::send_buffer{65536}));
    BOOST_TEST(survives(new_tcp<F>().value(), option::receive_buffer{65536}));
    BOOST_TEST(survives(new_tcp<F>().value(), option::hop_limit{7}));
    BOOST_TEST(survives(new_tcp<F>().value(), option::freebind{}));
    BOOST_TEST(survives(new_udp<F>().value(), option::hop_limit{7}));
    BOOST_TEST(survives(new_udp<F>().value(), option::multicast_hops{7}));
    BOOST_TEST(survives(new_udp<F>().value(), option::multicast_loop{false}));
    BOOST_TEST(survives(new_udp<F>().value(), option::reuse_port{}));
    BOOST_TEST(survives(datagrams_on_loopback<F>(), option::receive_buffer{65536}));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
