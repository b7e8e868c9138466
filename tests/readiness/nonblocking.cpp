// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/backend/backend.hpp>
#include <estate/estate.hpp>
#include <estate/nonblocking.hpp>

#include "../support/counted_hold.hpp"
#include "../support/descriptors.hpp"
#include "../support/faulty.hpp"
#include "../support/sockets.hpp"

// Sockets that never wait.

namespace {
using namespace estate;
using namespace estate::test;

using Stream4 = NonBlocking<Tcp<V4>>;
static_assert(NonBlockingByteStream<ConnectedSocket<Stream4>> && !ByteStream<ConnectedSocket<Stream4>>);
static_assert(ByteStream<ConnectedSocket<Tcp<V4>>> && !NonBlockingByteStream<ConnectedSocket<Tcp<V4>>>);
static_assert(NonBlockingListener<ListeningSocket<Stream4>> && !Listener<ListeningSocket<Stream4>>);
static_assert(NonBlockingDatagramSocket<BoundSocket<NonBlocking<Udp<V6>>>> &&
              !DatagramSocket<BoundSocket<NonBlocking<Udp<V6>>>>);
static_assert(sizeof(ConnectedSocket<Stream4>) == sizeof(int));
static_assert(NonBlockingBackend<native_stream>);

BOOST_AUTO_TEST_SUITE(nonblocking)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_without_a_connection_would_block_and_says_so_by_a_value, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>().set_nonblocking().value();
    BOOST_TEST(listener.accept().value().would_block());

    const auto client = created<F>().connect(listener.local_addr().value(), soon()).value();
    auto accepted = listener.accept().value();
    BOOST_REQUIRE(!accepted.would_block());
    BOOST_TEST(is_nonblocking(accepted.value().handle()));
    BOOST_TEST(listener.accept().value().would_block());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_that_never_waits_tells_whose_a_connection_is, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>().set_nonblocking().value();
    BOOST_TEST(listener.accept_from().value().would_block());
    const auto client = created<F>().connect(listener.local_addr().value(), soon()).value();
    const auto accepted = listener.accept_from().value().value();
    BOOST_TEST((accepted.peer == client.local_addr().value()));
    BOOST_TEST((is_nonblocking(accepted.socket.handle()) && closes_on_exec(accepted.socket.handle())));
    auto gone = created<F>().connect(listener.local_addr().value(), soon()).value();
    const auto at = gone.local_addr().value();
    BOOST_TEST(succeeds(std::move(gone).abort()));
    BOOST_TEST((listener.accept_from().value().value().peer == at));
}

BOOST_AUTO_TEST_CASE(a_stream_without_bytes_would_block_and_its_end_is_an_error_as_ever) {
    auto [client, server] = connected_pair<V4>();
    const auto stream = std::move(server).set_nonblocking().value();
    std::byte room[16];
    BOOST_TEST(stream.recv(room).value().would_block());
    const MutableBuffer both[] = {room, room};
    BOOST_TEST(stream.recv_vectored(both).value().would_block());
    BOOST_TEST(fails_with(stream.recv(MutableBuffer()), errc::invalid_argument));

    BOOST_TEST(client.send("abc").value() == 3u);
    BOOST_TEST(stream.recv(room).value().value() == 3u);
    BOOST_TEST(succeeds(std::move(client).close()));
    BOOST_TEST(fails_with(stream.recv(room), errc::end_of_stream));
}

BOOST_AUTO_TEST_CASE(what_never_waits_refuses_the_arguments_that_what_waits_refuses) {
    auto [client, server] = connected_pair<V4>();
    const auto stream = std::move(server).set_nonblocking().value();
    const MutableBuffer nowhere[2] = {};
    BOOST_TEST(fails_with(stream.recv_vectored(nowhere), errc::invalid_argument));

    const auto bound = udp_v4().value().bind_any().value().set_nonblocking().value();
    BOOST_TEST(fails_with(bound.recv_from(MutableBuffer()), errc::invalid_argument));
    BOOST_TEST(fails_with(bound.send_to("x", {Ipv4Address::loopback(), 0}), errc::peer_port_zero));
    const SocketAddress<V4> at{Ipv4Address::loopback(), bound.local_port().value()};
    const auto connected = udp_v4().value().bind_any().value().connect(at).value().set_nonblocking().value();
    BOOST_TEST(fails_with(connected.recv(MutableBuffer()), errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(a_stream_takes_bytes_until_it_would_block_and_loses_none) {
    auto [client, server] = connected_pair<V4>();
    auto stream = std::move(client).set_nonblocking().value();
    const std::vector<std::byte> chunk(65536);
    std::size_t sent = 0;
    for (;;) {
        const auto taken = stream.send(chunk).value();
        if (taken.would_block()) break;
        sent += taken.value();
    }
    BOOST_TEST(sent > 0u);
    const ConstBuffer parts[] = {chunk, chunk};
    if (const auto more = stream.send_vectored(parts).value(); !more.would_block()) sent += more.value();
    const auto half = std::move(stream).shutdown_send().value();
    BOOST_TEST(count_to_end(server) == sent);
    static_assert(InState<decltype(half), SendClosed> && NonBlockingSocket<decltype(half)>);
}

BOOST_AUTO_TEST_CASE(the_mode_of_the_open_file_is_that_of_the_type) {
    auto [client, server] = connected_pair<V4>();
    BOOST_TEST(!is_nonblocking(client.handle()));
    auto stream = std::move(client).set_nonblocking().value();
    BOOST_TEST(is_nonblocking(stream.handle()));
    auto half = std::move(stream).shutdown_receive().value();
    BOOST_TEST(is_nonblocking(half.handle()));
    const auto plain = std::move(half).set_blocking().value();
    BOOST_TEST(!is_nonblocking(plain.handle()));
    BOOST_TEST(plain.send("x").value() == 1u);
    BOOST_TEST(read_text(server, 1) == "x");
}

BOOST_AUTO_TEST_CASE(what_is_closed_in_one_way_may_wait_no_longer) {
    auto [client, server] = connected_pair<V4>();
    const auto receives = std::move(client).shutdown_send().value().set_nonblocking().value();
    const auto sends = std::move(server).shutdown_receive().value().set_nonblocking().value();
    std::byte room[8];
    BOOST_TEST(receives.recv(room).value().would_block());
    BOOST_TEST(sends.send("x").value().value() == 1u);
    static_assert(InState<decltype(receives), SendClosed> && InState<decltype(sends), ReceiveClosed>);
}

BOOST_AUTO_TEST_CASE(a_change_of_mode_that_fails_hands_the_socket_back_as_it_was) {
    using T = Tcp<V4, FaultySockets>;
    const auto listener = listening_on_loopback<V4>();
    auto client = new_socket<T>().value().connect(listener.local_addr().value()).value();
    const Faults faults{refuse(Call::set_nonblocking, ENOBUFS)};
    auto refused = std::move(client).set_nonblocking();
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code == std::errc::no_buffer_space));
    BOOST_TEST(!is_nonblocking(refused.error().socket.handle()));
    BOOST_TEST(std::move(refused.error().socket).set_nonblocking().has_value());
}

BOOST_AUTO_TEST_CASE(a_connect_that_is_answered_is_connected_without_a_wait) {
    const auto listener = listening_on_loopback<V4>();
    auto begun = created<V4>().begin_connect(listener.local_addr().value()).value().set_nonblocking().value();
    auto outcome = std::move(begun).finish_connect().value();
    BOOST_REQUIRE(outcome.is<Connected>());
    const auto stream = std::move(outcome).take<Connected>();
    BOOST_TEST(is_nonblocking(stream.handle()));
    BOOST_TEST(stream.send("hi").value().value() == 2u);
    BOOST_TEST(read_text(listener.accept(soon()).value(), 2) == "hi");
}

BOOST_AUTO_TEST_CASE(a_connect_without_an_answer_stays_connecting_and_a_refused_one_is_closed) {
    const FullListener<V4> full;
    auto begun = created<V4>().begin_connect(full.address()).value().set_nonblocking().value();
    auto unanswered = std::move(begun).finish_connect().value();
    BOOST_REQUIRE(unanswered.is<Connecting>());
    auto waits = std::move(unanswered).take<Connecting>().set_blocking().value();
    full.make_room();
    BOOST_TEST(!is_nonblocking(std::move(waits).finish_connect(soon()).value().handle()));

    const auto port = bound_to_loopback<V4>();
    auto refused = created<V4>().begin_connect(port.local_addr().value()).value().set_nonblocking().value();
    const auto answer = std::move(refused).finish_connect();
    BOOST_REQUIRE(!answer);
    BOOST_TEST((answer.error().code == std::errc::connection_refused));
    BOOST_TEST(answer.error().socket.is_closed());
}

BOOST_AUTO_TEST_CASE(datagrams_would_block_by_a_value) {
    const auto a = datagrams_on_loopback<V4>().set_nonblocking().value();
    const auto to_a = a.local_addr().value();
    std::byte room[4];
    BOOST_TEST(a.recv_from(room).value().would_block());
    BOOST_TEST(a.send_to("12345", to_a).value().value() == 5u);
    const auto got = a.recv_from(room).value();
    BOOST_REQUIRE(!got.would_block());
    BOOST_TEST(got.value().truncated);
    BOOST_TEST((got.value().sender == to_a));

    auto unconnected = datagrams_on_loopback<V4>();
    const auto b = std::move(unconnected).connect(to_a).value().set_nonblocking().value();
    BOOST_TEST(b.recv(room).value().would_block());
    BOOST_TEST(b.send("x").value().value() == 1u);
    BOOST_TEST(a.recv_from(room).value().value().size == 1u);
}

BOOST_AUTO_TEST_CASE(a_hold_goes_along_into_the_mode_and_to_what_is_accepted) {
    CountedHold<V4> hold("127.0.0.1"_ip4);
    const auto binding = hold.binding();
    {
        auto bound = created<V4>().bind(std::move(hold), Port(0)).value();
        const auto listener = std::move(bound).listen().value().set_nonblocking().value();
        BOOST_TEST(binding.users() == 1);
        const auto client = created<V4>().connect(listener.local_addr().value()).value();
        auto accepted = listener.accept().value().value();
        BOOST_TEST(binding.users() == 2);
        const auto back = std::move(accepted).set_blocking().value();
        BOOST_TEST(binding.users() == 2);
        BOOST_TEST(back.send("x").value() == 1u);
        BOOST_TEST(read_text(client, 1) == "x");
    }
    BOOST_TEST(binding.users() == 0);
}

BOOST_AUTO_TEST_CASE(a_moved_from_socket_that_never_waits_says_so) {
    auto [client, server] = connected_pair<V4>();
    auto stream = std::move(client).set_nonblocking().value();
    const auto kept = std::move(stream);
    std::byte room[1];
    BOOST_TEST(fails_with(stream.recv(room), errc::moved_from));  // NOLINT(bugprone-use-after-move)
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
