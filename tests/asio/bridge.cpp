// SPDX-License-Identifier: BSL-1.0
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <estate/asio.hpp>
#include <estate/estate.hpp>

#include "support/counted_hold.hpp"
#include "support/descriptors.hpp"
#include "support/faulty.hpp"
#include "support/sockets.hpp"

// Sockets that go into Boost.Asio and come back.

namespace {
using namespace estate;
using namespace estate::test;
namespace asio = boost::asio;

static_assert(AsioSocket<ConnectedSocket<Tcp<V4>>> && AsioSocket<ListeningSocket<NonBlocking<Tcp<V6>>>> &&
              AsioSocket<BoundSocket<Udp<V4>>>);
static_assert(!AsioSocket<CreatedSocket<Tcp<V4>>> && !AsioSocket<BoundSocket<Tcp<V4>>> &&
              !AsioSocket<ConnectingSocket<Tcp<V4>>> && !AsioSocket<SendClosedSocket<Tcp<V4>>>);

BOOST_AUTO_TEST_SUITE(bridge)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_connection_goes_into_asio_and_comes_back_waiting, F, Families) {
    if (lacks<F>()) return;
    asio::io_context io;
    auto [client, server] = connected_pair<F>();
    const int number = server.handle();
    auto object = into_asio(io, std::move(server)).value();
    BOOST_TEST(object.native_handle() == number);

    std::string got(5, '?');
    std::size_t count = 0;
    object.async_read_some(asio::buffer(got), [&](auto, std::size_t size) { count = size; });
    BOOST_TEST(client.send("hello").value() == 5u);
    io.run();
    BOOST_TEST(count == 5u);
    BOOST_TEST(got == "hello");
    object.native_non_blocking(true);  // as older Asios do before they read, though nobody asked them to
    BOOST_TEST(is_nonblocking(number));

    auto back = from_asio<Tcp<F>>(std::move(object)).value().template take<Connected>();
    BOOST_TEST(back.handle() == number);
    BOOST_TEST(!is_nonblocking(number));
    BOOST_TEST(back.send("bye").value() == 3u);
    BOOST_TEST(read_text(client, 3) == "bye");
}

BOOST_AUTO_TEST_CASE(an_operation_that_waits_in_asio_is_aborted_when_the_socket_comes_back) {
    asio::io_context io;
    auto [client, server] = connected_pair<V4>();
    auto object = into_asio(io, std::move(server)).value();
    char room[8];
    boost::system::error_code ended;
    object.async_read_some(asio::buffer(room), [&](auto why, std::size_t) { ended = why; });
    io.poll();
    auto back = from_asio<Tcp<V4>>(std::move(object)).value().take<Connected>();
    io.restart();
    io.run();
    BOOST_TEST((ended == asio::error::operation_aborted));
    BOOST_TEST(client.send("x").value() == 1u);
    BOOST_TEST(read_text(back, 1) == "x");
}

BOOST_AUTO_TEST_CASE(a_listener_accepts_in_asio_and_comes_back) {
    asio::io_context io;
    auto acceptor = into_asio(io, listening_on_loopback<V4>().set_nonblocking().value()).value();
    const auto client = created<V4>().connect(
        SocketAddress<V4>(Ipv4Address::loopback(), Port(acceptor.local_endpoint().port())), soon()).value();
    bool accepted = false;
    acceptor.async_accept([&](auto failed, asio::ip::tcp::socket) { accepted = !failed; });
    io.run();
    BOOST_TEST(accepted);
    auto listener = from_asio<Tcp<V4>>(std::move(acceptor)).value().take<Listening>();
    BOOST_TEST(is_nonblocking(listener.handle()));
    BOOST_TEST(fails_with(listener.accept(in(1ms)), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(a_listener_for_both_families_comes_back_as_one) {
    if (lacks<V6>()) return;
    asio::io_context io;
    auto listener = tcp_v46().value().bind_any().value().listen().value();
    const Port port = listener.local_port().value();
    auto acceptor = into_asio(io, std::move(listener)).value();
    const auto client = tcp_v4().value().connect(SocketAddress<V4>::loopback(port)).value();
    boost::system::error_code failed;
    auto object = acceptor.accept(failed);
    BOOST_TEST(!failed);
    BOOST_TEST(from_asio<Tcp<V46>>(std::move(object)).value().is<Connected>());
    BOOST_TEST(from_asio<Tcp<V46>>(std::move(acceptor)).value().is<Listening>());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(datagrams_are_sent_by_asio_and_come_back_bound, F, Families) {
    if (lacks<F>()) return;
    asio::io_context io;
    const auto peer = datagrams_on_loopback<F>();
    const std::uint16_t port = peer.local_addr().value().port().number();
    auto object = into_asio(io, datagrams_on_loopback<F>()).value();
    const asio::ip::address to = std::same_as<F, V4> ? asio::ip::address{asio::ip::address_v4::loopback()}
                                                     : asio::ip::address_v6::loopback();
    object.send_to(asio::buffer("hi", 2), {to, port});
    BOOST_TEST(next_text(peer) == "hi");
    auto back = from_asio<Udp<F>>(std::move(object)).value();
    BOOST_TEST(back.template is<Bound>());
}

/// What an object of Asio is on a system that cannot take a descriptor out of it.
struct Holding {
    int number;
    [[nodiscard]] int native_handle() const { return number; }
    static int release(boost::system::error_code& failed) {
        failed = asio::error::operation_not_supported;
        return -1;
    }
};
BOOST_AUTO_TEST_CASE(what_asio_does_not_release_is_as_it_was) {
    auto [client, server] = connected_pair<V4>();
    BOOST_TEST(fails_with(from_asio<Tcp<V4>>(Holding{server.handle()}), std::errc::operation_not_supported));
    BOOST_TEST(client.send("x").value() == 1u);
    BOOST_TEST(read_text(server, 1) == "x");
}

BOOST_AUTO_TEST_CASE(a_connection_that_cannot_be_made_to_wait_again_is_closed) {
    asio::io_context io;
    auto [client, server] = connected_pair<V4>();
    const int number = server.handle();
    auto object = into_asio(io, std::move(server)).value();
    const Faults faults{refuse(Call::set_nonblocking, EIO)};
    BOOST_TEST(fails_with(from_asio<FaultyTcp<V4>>(std::move(object)), std::errc::io_error));
    BOOST_TEST(faults.all_happened());
    BOOST_TEST(!object.is_open());  // NOLINT(bugprone-use-after-move)
    BOOST_TEST(!is_open(number));
}

BOOST_AUTO_TEST_CASE(what_is_of_another_kind_stays_in_asio) {
    asio::io_context io;
    auto [client, server] = connected_pair<V4>();
    auto object = into_asio(io, std::move(server)).value();
    BOOST_TEST(fails_with(from_asio<Tcp<V6>>(std::move(object)), errc::wrong_family));
    BOOST_TEST(object.is_open());  // NOLINT(bugprone-use-after-move)
    BOOST_TEST(fails_with(from_asio<Udp<V4>>(std::move(object)), errc::wrong_transport));
    BOOST_TEST(object.is_open());  // NOLINT(bugprone-use-after-move)
    object.send(asio::buffer("x", 1));
    BOOST_TEST(read_text(client, 1) == "x");
}

BOOST_AUTO_TEST_CASE(a_lease_is_handed_out_beside_the_object) {
    asio::io_context io;
    CountedHold<V4> hold("127.0.0.1"_ip4);
    const auto binding = hold.binding();
    auto listener = created<V4>().bind(std::move(hold), Port(0)).value().listen().value();
    {
        auto taken = into_asio(io, std::move(listener)).value();
        BOOST_TEST(taken.handle.is_open());
        BOOST_TEST(binding.users() == 1);
    }
    BOOST_TEST(binding.users() == 0);
}

BOOST_AUTO_TEST_CASE(a_socket_that_asio_refuses_stays_in_the_callers_hands) {
    asio::io_context io;
    auto [client, server] = connected_pair<V4>();
    const auto moved = std::move(server);
    const auto refused = into_asio(io, std::move(server));  // NOLINT(bugprone-use-after-move)
    BOOST_TEST(!refused.has_value());
    BOOST_TEST(client.send("x").value() == 1u);
    BOOST_TEST(read_text(moved, 1) == "x");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
