// SPDX-License-Identifier: BSL-1.0
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <estate/error/std_error_code.hpp>
#include <estate/estate.hpp>

#include "../support/counted_hold.hpp"
#include "../support/descriptors.hpp"
#include "../support/datagrams.hpp"
#include "../support/sockets.hpp"

// What every UDP socket promises whatever its state: closing, moving, and the concepts it models.

namespace {
using namespace estate;
using namespace estate::test;

/// The second one owns the descriptor; the first was moved from.
template <class S>
void check_that_it_answers_moved_from(S& socket) {
    using F = typename S::transport::family;
    const auto somewhere = SocketAddress<F>::loopback(9);
    std::byte room[4];
    BOOST_TEST(socket.handle() == -1);
    BOOST_TEST(fails_with(socket.set(option::send_buffer{4096}), errc::moved_from));
    BOOST_TEST(fails_with(socket.template get<option::send_buffer>(), errc::moved_from));
    BOOST_TEST(fails_with(socket.template get<option::bind_to_device>(), errc::moved_from));
    if constexpr (InState<S, Created>) {
        BOOST_TEST(fails_with(std::move(socket).bind_any(), errc::moved_from));
    } else {
        BOOST_TEST(fails_with(socket.local_addr(), errc::moved_from));
        BOOST_TEST(fails_with(socket.local_ip(), errc::moved_from));
        BOOST_TEST(fails_with(socket.local_port(), errc::moved_from));
    }
    if constexpr (InState<S, Bound>) {
        BOOST_TEST(fails_with(socket.send_to("x", somewhere), errc::moved_from));
        BOOST_TEST(fails_with(socket.send_to("x", somewhere, soon()), errc::moved_from));
        BOOST_TEST(fails_with(socket.recv_from(room), errc::moved_from));
        BOOST_TEST(fails_with(socket.recv_from(room, soon()), errc::moved_from));
        BOOST_TEST(fails_with(socket.set(option::join_group<V4>{"239.1.2.3"_ip4, 0}), errc::moved_from));
        BOOST_TEST(fails_with(std::move(socket).connect(somewhere), errc::moved_from));
    }
    if constexpr (InState<S, Connected>) {
        BOOST_TEST(fails_with(socket.remote_addr(), errc::moved_from));
        BOOST_TEST(fails_with(socket.send("x"), errc::moved_from));
        BOOST_TEST(fails_with(socket.send("x", soon()), errc::moved_from));
        BOOST_TEST(fails_with(socket.recv(room), errc::moved_from));
        BOOST_TEST(fails_with(socket.recv(room, soon()), errc::moved_from));
        BOOST_TEST(fails_with(std::move(socket).connect(somewhere), errc::moved_from));
        BOOST_TEST(fails_with(std::move(socket).disconnect(), errc::moved_from));
    }
    BOOST_TEST(fails_with(std::move(socket).close(), errc::moved_from));
    BOOST_TEST(std::move(socket).release() == -1);
}

BOOST_AUTO_TEST_SUITE(udp_life)

BOOST_AUTO_TEST_CASE(a_moved_from_socket_answers_every_call_with_moved_from) {
    auto peer = datagrams_on_loopback<V4>();
    auto created = udp_v4().value();
    auto created_too = std::move(created);
    check_that_it_answers_moved_from(created);
    auto bound = std::move(created_too).bind_any().value();
    auto bound_too = std::move(bound);
    check_that_it_answers_moved_from(bound);
    auto connected = std::move(bound_too).connect(peer.local_addr().value()).value();
    auto connected_too = std::move(connected);
    check_that_it_answers_moved_from(connected);
    BOOST_TEST(succeeds(connected_too.send("still")));
}

BOOST_AUTO_TEST_CASE(moving_onto_a_socket_closes_the_one_that_was_there) {
    auto first = datagrams_on_loopback<V4>();
    auto second = datagrams_on_loopback<V4>();
    const int lost = first.handle();
    const int kept = second.handle();
    first = std::move(second);
    BOOST_TEST(first.handle() == kept);
    BOOST_TEST(!is_open(lost));
    auto& same = first;
    first = std::move(same);
    BOOST_TEST(first.handle() == kept);
    BOOST_TEST(is_open(kept));
}

BOOST_AUTO_TEST_CASE(every_end_of_a_socket_frees_its_descriptor) {
    int number = -1;
    {
        auto dropped = datagrams_on_loopback<V4>();
        number = dropped.handle();
        BOOST_TEST(is_open(number));
    }
    BOOST_TEST(!is_open(number));

    auto bound = datagrams_on_loopback<V4>();
    number = bound.handle();
    BOOST_TEST(succeeds(std::move(bound).close()));
    BOOST_TEST(!is_open(number));
}

BOOST_AUTO_TEST_CASE(closing_a_descriptor_that_somebody_closed_is_reported) {
    auto bound = datagrams_on_loopback<V4>();
    ::close(bound.handle());
    auto refused = std::move(bound).close();
    BOOST_REQUIRE(!refused);
    BOOST_TEST(fails_with(refused, std::errc::bad_file_descriptor));
}

BOOST_AUTO_TEST_CASE(a_released_descriptor_is_the_callers_own) {
    auto bound = datagrams_on_loopback<V4>();
    const auto at = bound.local_addr().value();
    const int number = std::move(bound).release();
    BOOST_TEST(is_open(number));
    auto again = adopt<Udp<V4>>(number).value();
    BOOST_REQUIRE(again.is<Bound>());
    BOOST_TEST((std::move(again).take<Bound>().local_addr().value() == at));
    BOOST_TEST(!is_open(number));
}

BOOST_AUTO_TEST_CASE(every_udp_socket_is_closed_on_exec) {
    auto created = udp_v4().value();
    BOOST_TEST(closes_on_exec(created.handle()));
    auto bound = std::move(created).bind_any().value();
    BOOST_TEST(closes_on_exec(bound.handle()));
    auto alone = std::move(bound).connect(SocketAddress<V4>::loopback(9)).value().disconnect().value();
    BOOST_TEST(closes_on_exec(alone.handle()));
}

// --- what generic code can ask

template <class F>
constexpr bool udp_models_what_it_is = [] {
    using C = CreatedSocket<Udp<F>>;
    using B = BoundSocket<Udp<F>>;
    using P = ConnectedSocket<Udp<F>>;
    using Held = BoundSocket<Udp<F>, CountedHold<F>>;
    static_assert(DatagramSocket<B> && DatagramSocket<Held>);
    static_assert(!DatagramSocket<C> && !DatagramSocket<P> && !DatagramSocket<ClosedSocket<Udp<F>>>);
    static_assert(!ByteStream<B> && !ByteStream<P> && !Listener<B> && !Listener<P>);
    static_assert(InState<B, Bound> && !InState<B, Connected> && InState<P&, Connected>);
    static_assert(Allows<B, op::send_to> && !Allows<P, op::send_to> && Allows<P, op::send> && !Allows<B, op::send>);
    static_assert(Allows<P, op::disconnect> && !Allows<B, op::disconnect> && !Allows<B, op::listen>);
    static_assert(B::is_bound() && !B::is_connected() && !B::is_listening());
    static_assert(P::is_connected() && !P::is_bound() && !C::is_bound());
    static_assert(std::string_view(B::protocol()) == "UDP" && std::string_view(B::family()) == F::name);
    static_assert(sizeof(B) == sizeof(int) && sizeof(C) == sizeof(int) && sizeof(P) == sizeof(int));
    static_assert(!std::is_copy_constructible_v<B> && !std::is_copy_assignable_v<B>);
    static_assert(std::is_nothrow_move_constructible_v<B> && std::is_nothrow_move_assignable_v<B>);
    static_assert(!std::is_default_constructible_v<B>);
    return true;
}();
static_assert(udp_models_what_it_is<V4> && udp_models_what_it_is<V6>);

/// Works with any datagram socket.
template <DatagramSocket S>
std::size_t greet(const S& socket, const SocketAddress<typename S::transport::family>& peer) {
    return socket.send_to(as_buffer("hi"), peer).value();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(generic_code_asks_for_a_datagram_socket, F, Families) {
    if (lacks<F>()) return;
    auto b = datagrams_on_loopback<F>();
    auto held = new_udp<F>().value().bind(CountedHold<F>(IpAddress<F>::loopback()), 0).value();
    BOOST_TEST(greet(datagrams_on_loopback<F>(), b.local_addr().value()) == 2U);
    BOOST_TEST(greet(held, b.local_addr().value()) == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
