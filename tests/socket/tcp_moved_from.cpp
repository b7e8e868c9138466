// SPDX-License-Identifier: BSL-1.0
// Every operation of every state, on a socket that was moved from, answers errc::moved_from: none blocks and
// none reaches another descriptor.
#include <array>
#include <boost/test/unit_test.hpp>
#include <estate/socket/recv_container.hpp>

#include "../support/descriptors.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

template <class Socket>
Socket moved_from(Socket socket) {
    const Socket elsewhere(std::move(socket));
    BOOST_TEST(elsewhere.handle() >= 0);
    return socket;
}

#define CHECK_MOVED_FROM(call) BOOST_TEST(fails_with(call, errc::moved_from))

template <class Socket>
void refuse_options(Socket& socket) {
    CHECK_MOVED_FROM(socket.set(option::keep_alive{true}));
    CHECK_MOVED_FROM(socket.set(option::linger{true, Seconds(1)}));
    CHECK_MOVED_FROM(socket.set(option::keep_alive_idle{Seconds(1)}));
    CHECK_MOVED_FROM(socket.template get<option::no_delay>());
    CHECK_MOVED_FROM(socket.template get<option::linger>());
    CHECK_MOVED_FROM(socket.template get<option::keep_alive_idle>());
    CHECK_MOVED_FROM(socket.template get<option::bind_to_device>());
    BOOST_TEST(socket.handle() == -1);
}
template <class Socket>
void refuse_local_address(const Socket& socket) {
    CHECK_MOVED_FROM(socket.local_addr());
    CHECK_MOVED_FROM(socket.local_ip());
    CHECK_MOVED_FROM(socket.local_port());
}
template <class Socket>
void refuse_sending(const Socket& socket) {
    const ConstBuffer vector[] = {as_buffer("x")};
    for (const auto until : {Deadline::at_once(), soon()}) {
        CHECK_MOVED_FROM(socket.send("x", until));
        CHECK_MOVED_FROM(socket.send_all("x", until));
        CHECK_MOVED_FROM(socket.send_vectored(vector, until));
    }
    CHECK_MOVED_FROM(socket.send("x"));
    CHECK_MOVED_FROM(socket.send_all("x"));
    CHECK_MOVED_FROM(socket.send_vectored(vector));
}
template <class Socket>
void refuse_receiving(const Socket& socket) {
    std::array<std::byte, 4> room{};
    const MutableBuffer vector[] = {room};
    for (const auto until : {Deadline::at_once(), soon()}) {
        CHECK_MOVED_FROM(socket.recv(room, until));
        CHECK_MOVED_FROM(socket.recv_exact(room, until));
        CHECK_MOVED_FROM(socket.recv_vectored(vector, until));
        CHECK_MOVED_FROM(socket.recv(4, until));
    }
    CHECK_MOVED_FROM(socket.recv(room));
    CHECK_MOVED_FROM(socket.recv_exact(room));
    CHECK_MOVED_FROM(socket.recv_vectored(vector));
    CHECK_MOVED_FROM(socket.recv(4));
}
/// Each && member of its own moved-from socket: it consumes it again.
template <class Socket>
void refuse_ending(Socket& socket) {
    CHECK_MOVED_FROM(std::move(socket).close());
    BOOST_TEST(std::move(socket).release() == -1);
}

BOOST_AUTO_TEST_SUITE(tcp_moved_from)

BOOST_AUTO_TEST_CASE_TEMPLATE(created, F, Families) {
    if (lacks<F>()) return;
    const auto peer = SocketAddress<F>::loopback(9);
    auto socket = moved_from(test::created<F>());
    refuse_options(socket);
    CHECK_MOVED_FROM(std::move(socket).bind(SocketAddress<F>::loopback(0)));
    CHECK_MOVED_FROM(std::move(socket).bind_to_ip(IpAddress<F>::loopback(), 0));
    CHECK_MOVED_FROM(std::move(socket).bind_any());
    CHECK_MOVED_FROM(std::move(socket).connect(peer));
    CHECK_MOVED_FROM(std::move(socket).connect(peer, soon()));
    CHECK_MOVED_FROM(std::move(socket).begin_connect(peer));
    auto detached = std::move(socket).detach_hold();
    BOOST_TEST(detached.socket.handle() == -1);
    refuse_ending(socket);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(bound, F, Families) {
    if (lacks<F>()) return;
    const auto peer = SocketAddress<F>::loopback(9);
    auto socket = moved_from(bound_to_loopback<F>());
    refuse_options(socket);
    refuse_local_address(socket);
    CHECK_MOVED_FROM(std::move(socket).listen());
    CHECK_MOVED_FROM(std::move(socket).connect(peer));
    CHECK_MOVED_FROM(std::move(socket).connect(peer, Deadline::at_once()));
    CHECK_MOVED_FROM(std::move(socket).begin_connect(peer));
    refuse_ending(socket);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(listening, F, Families) {
    if (lacks<F>()) return;
    const auto waker = Waker::open().value();
    auto socket = moved_from(listening_on_loopback<F>());
    refuse_options(socket);
    refuse_local_address(socket);
    CHECK_MOVED_FROM(socket.set_backlog(Backlog(1)));
    CHECK_MOVED_FROM(socket.accept());
    CHECK_MOVED_FROM(socket.accept(soon()));
    CHECK_MOVED_FROM(socket.accept(Deadline::at_once()));
    CHECK_MOVED_FROM(socket.accept(waker));
    CHECK_MOVED_FROM(socket.accept({waker, Deadline::at_once()}));
    refuse_ending(socket);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(connecting, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    auto socket = moved_from(test::created<F>().begin_connect(listener.local_addr().value()).value());
    refuse_options(socket);
    for (const auto until : {Deadline::at_once(), soon(), Deadline::never()}) {
        auto refused = std::move(socket).finish_connect(until);
        CHECK_MOVED_FROM(refused);
        BOOST_TEST(refused.error().socket.template is<Closed>());
    }
    refuse_ending(socket);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(connected, F, Families) {
    if (lacks<F>()) return;
    auto socket = moved_from(connected_pair<F>().client);
    refuse_options(socket);
    refuse_local_address(socket);
    CHECK_MOVED_FROM(socket.remote_addr());
    refuse_sending(socket);
    refuse_receiving(socket);
    CHECK_MOVED_FROM(std::move(socket).shutdown_send());
    CHECK_MOVED_FROM(std::move(socket).shutdown_receive());
    CHECK_MOVED_FROM(std::move(socket).finish(soon()));
    CHECK_MOVED_FROM(std::move(socket).abort());
    refuse_ending(socket);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(send_closed, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    auto socket = moved_from(std::move(pair.client).shutdown_send().value());
    refuse_options(socket);
    refuse_local_address(socket);
    CHECK_MOVED_FROM(socket.remote_addr());
    refuse_receiving(socket);
    CHECK_MOVED_FROM(std::move(socket).shutdown_receive());
    CHECK_MOVED_FROM(std::move(socket).finish(soon()));
    CHECK_MOVED_FROM(std::move(socket).finish(Deadline::at_once()));
    CHECK_MOVED_FROM(std::move(socket).abort());
    refuse_ending(socket);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(receive_closed, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    auto socket = moved_from(std::move(pair.client).shutdown_receive().value());
    refuse_options(socket);
    refuse_local_address(socket);
    CHECK_MOVED_FROM(socket.remote_addr());
    refuse_sending(socket);
    CHECK_MOVED_FROM(std::move(socket).shutdown_send());
    CHECK_MOVED_FROM(std::move(socket).abort());
    refuse_ending(socket);
}

BOOST_AUTO_TEST_CASE(a_socket_that_a_transition_consumed_is_moved_from) {
    auto socket = test::created<V4>();
    auto bound = std::move(socket).bind(SocketAddress<V4>::loopback(0)).value();
    BOOST_TEST(socket.handle() == -1);
    CHECK_MOVED_FROM(std::move(socket).bind(SocketAddress<V4>::loopback(0)));
    auto listener = std::move(bound).listen().value();
    CHECK_MOVED_FROM(bound.local_addr());
    (void)std::move(listener).close().value();
    CHECK_MOVED_FROM(listener.accept());
}

BOOST_AUTO_TEST_CASE(a_socket_whose_transition_failed_is_moved_from_too) {
    const auto taken = listening_on_loopback<V4>();
    auto socket = test::created<V4>();
    const auto refused = std::move(socket).bind(taken.local_addr().value());
    BOOST_REQUIRE(fails_with(refused, std::errc::address_in_use));
    CHECK_MOVED_FROM(std::move(socket).bind(SocketAddress<V4>::loopback(0)));
}

BOOST_AUTO_TEST_CASE(moved_from_compares_as_a_bad_descriptor) {
    BOOST_TEST(fails_with(moved_from(bound_to_loopback<V4>()).local_addr(), std::errc::bad_file_descriptor));
}

BOOST_AUTO_TEST_CASE(a_descriptor_closed_behind_the_back_is_the_systems_error_not_moved_from) {
    auto socket = bound_to_loopback<V4>();
    (void)::close(socket.handle());
    const auto address = socket.local_addr();
    BOOST_TEST(fails_with(address, std::errc::bad_file_descriptor));
    BOOST_TEST((address.error() != errc::moved_from));
    BOOST_TEST(std::move(socket).release() >= 0);
}

BOOST_AUTO_TEST_CASE(a_moved_from_socket_can_be_assigned_to) {
    auto socket = moved_from(test::created<V4>());
    socket = test::created<V4>();
    BOOST_TEST(is_open(socket.handle()));
    BOOST_TEST(succeeds(std::move(socket).bind(SocketAddress<V4>::loopback(0))));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
