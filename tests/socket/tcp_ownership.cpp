// SPDX-License-Identifier: BSL-1.0
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <estate/error/std_error_code.hpp>
#include <string>
#include <system_error>
#include <utility>

#include "../support/descriptors.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(tcp_ownership)

/// A hold that is lost when it is moved to itself.
struct Careless {
    bool holds = true;

    Careless() = default;
    Careless(Careless&& from) noexcept : holds{std::exchange(from.holds, false)} {}
    Careless& operator=(Careless&& from) noexcept {
        holds = from.holds;
        from.holds = false;
        return *this;
    }
    [[nodiscard]] Ipv4Address address() const noexcept { return Ipv4Address::loopback(); }
    [[nodiscard]] Careless share() const noexcept { return {}; }
};

template <class T>
void move_to_itself(T& object) {
    T& same = object;
    object = std::move(same);
}

BOOST_AUTO_TEST_CASE(moving_a_socket_to_itself_keeps_its_hold) {
    auto bound = tcp_v4().value().bind(Careless{}, 0).value();
    const int descriptor = bound.handle();
    move_to_itself(bound);
    BOOST_TEST(bound.held().holds);
    BOOST_TEST(bound.handle() == descriptor);
    OneOf<Tcp<V4>, Careless, Bound, Closed> any(std::move(bound));
    move_to_itself(any);
    BOOST_TEST(std::move(any).take<Bound>().held().holds);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(moving_keeps_the_descriptor, F, Families) {
    if (lacks<F>()) return;
    auto first = bound_to_loopback<F>();
    const int descriptor = first.handle();
    auto second = std::move(first);
    BOOST_TEST(second.handle() == descriptor);
    auto third = bound_to_loopback<F>();
    const int dropped = third.handle();
    third = std::move(second);
    BOOST_TEST(third.handle() == descriptor);
    BOOST_TEST(is_open(descriptor));
    BOOST_TEST(!is_open(dropped));  // what was assigned over is closed
}

BOOST_AUTO_TEST_CASE(a_self_move_keeps_the_socket) {
    auto socket = bound_to_loopback<V4>();
    const int descriptor = socket.handle();
    auto& same = socket;
    socket = std::move(same);
    BOOST_TEST(socket.handle() == descriptor);
    BOOST_TEST(is_open(descriptor));
    BOOST_TEST(succeeds(std::move(socket).listen()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_released_descriptor_stays_open_in_every_state, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    const auto releases = [](auto socket) {
        const int descriptor = socket.handle();
        const int released = std::move(socket).release();
        return released == descriptor && socket.handle() == -1 && is_open(released) && ::close(released) == 0;
    };
    BOOST_TEST(releases(created<F>()));
    BOOST_TEST(releases(bound_to_loopback<F>()));
    BOOST_TEST(releases(listening_on_loopback<F>()));
    BOOST_TEST(releases(created<F>().begin_connect(listener.local_addr().value()).value()));
    BOOST_TEST(releases(connected_pair<F>().client));
    auto pair = connected_pair<F>();
    BOOST_TEST(releases(std::move(pair.client).shutdown_send().value()));
    BOOST_TEST(releases(std::move(pair.server).shutdown_receive().value()));
}

BOOST_AUTO_TEST_CASE(a_transition_keeps_the_descriptor) {
    auto socket = created<V4>();
    const int descriptor = socket.handle();
    auto bound = std::move(socket).bind(SocketAddress<V4>::loopback(0)).value();
    BOOST_TEST(bound.handle() == descriptor);
    auto listener = std::move(bound).listen().value();
    BOOST_TEST(listener.handle() == descriptor);
}

BOOST_AUTO_TEST_CASE(a_chain_that_fails_closes_the_socket_and_keeps_the_reason) {
    const auto taken = listening_on_loopback<V4>();
    int descriptor = -1;
    const auto chain = [&](SocketAddress<V4> address) -> result<ListeningSocket<Tcp<V4>>> {
        BOOST_OUTCOME_TRY(auto socket, tcp_v4());
        descriptor = socket.handle();
        BOOST_OUTCOME_TRY(auto bound, std::move(socket).bind(address));
        BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
        return listener;
    };
    BOOST_TEST(fails_with(chain(taken.local_addr().value()), std::errc::address_in_use));
    BOOST_TEST(!is_open(descriptor));

    const auto listener = chain(SocketAddress<V4>::loopback(0));
    BOOST_REQUIRE(succeeds(listener));
    BOOST_TEST(is_open(descriptor));
    BOOST_TEST(listener.value().handle() == descriptor);
}

BOOST_AUTO_TEST_CASE(the_number_that_a_chain_gives_up_is_there_for_the_next) {
    const auto peer = bound_to_loopback<V4>();  // does not listen: refuses
    const auto chain = [&]() -> result<ConnectedSocket<Tcp<V4>>> {
        BOOST_OUTCOME_TRY(auto socket, tcp_v4());
        BOOST_OUTCOME_TRY(auto connected, std::move(socket).connect(peer.local_addr().value()));
        return connected;
    };
    const int next = created<V4>().handle();
    for (int i = 0; i < 20; ++i) BOOST_TEST(fails_with(chain(), std::errc::connection_refused));
    BOOST_TEST(created<V4>().handle() == next);  // nothing leaked
}

BOOST_AUTO_TEST_CASE(the_value_of_a_failed_transition_throws_the_systems_error) {
    const auto taken = listening_on_loopback<V4>();
    const auto throws = [&](std::errc code) {
        return [code](const std::system_error& error) { return error.code() == code; };
    };
    BOOST_CHECK_EXCEPTION((void)created<V4>().bind(taken.local_addr().value()).value(), std::system_error,
                          throws(std::errc::address_in_use));
    auto pair = connected_pair<V4>();
    (void)std::move(pair.server).close();
    std::byte room[1];
    BOOST_CHECK_EXCEPTION((void)pair.client.recv_exact(room, soon()).value(), std::system_error,
                          [](const std::system_error& error) { return error.code() == errc::end_of_stream; });
    BOOST_CHECK_EXCEPTION((void)taken.accept(Deadline::at_once()).value(), std::system_error,
                          throws(std::errc::timed_out));
}

BOOST_AUTO_TEST_CASE(distinct_threads_send_and_receive_on_one_socket) {
    const auto pair = connected_pair<V4>();
    const std::string text(200'000, 'x');
    std::string got_by_client;
    std::string got_by_server;
    {
        const std::jthread one([&] { got_by_client = read_text(pair.client, text.size()); });
        const std::jthread two([&] { got_by_server = read_text(pair.server, text.size()); });
        const std::jthread three([&] { pair.client.send_all(text, soon()).value(); });
        pair.server.send_all(text, soon()).value();
    }
    BOOST_TEST((got_by_client == text));
    BOOST_TEST((got_by_server == text));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_tells_what_it_is_without_being_asked_for_its_descriptor, F, Families) {
    using Unbound = CreatedSocket<Tcp<F>>;
    BOOST_TEST(std::string(Unbound::protocol()) == "TCP");
    BOOST_TEST(std::string(Unbound::family()) == F::name);
    static_assert(!Unbound::is_bound() && !Unbound::is_listening() && !Unbound::is_connected());
    static_assert(BoundSocket<Tcp<F>>::is_bound() && !BoundSocket<Tcp<F>>::is_connected());
    static_assert(ListeningSocket<Tcp<F>>::is_listening() && ConnectedSocket<Tcp<F>>::is_connected());
    static_assert(sizeof(ConnectedSocket<Tcp<F>>) == sizeof(int) && !std::is_copy_constructible_v<Unbound>);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
