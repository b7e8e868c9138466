// SPDX-License-Identifier: BSL-1.0
#include "host.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(tcp_life)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_bound_socket_has_the_address_and_a_port, F, Families) {
    if (lacks<F>()) return;
    const auto here = bound_to_loopback<F>().local_addr().value();
    BOOST_TEST((here.address() == IpAddress<F>::loopback()));
    BOOST_TEST(here.port().number() != 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(bind_any_is_bound_to_every_address, F, Families) {
    if (lacks<F>()) return;
    const auto socket = created<F>().bind_any().value();
    BOOST_TEST(socket.local_ip().value().is_unspecified());
    BOOST_TEST(socket.local_port().value().number() != 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_bind_hands_the_unbound_socket_back, F, Families) {
    if (lacks<F>()) return;
    const auto taken = listening_on_loopback<F>();
    auto refused = created<F>().bind(taken.local_addr().value());
    BOOST_REQUIRE(fails_with(refused, std::errc::address_in_use));
    BOOST_TEST(succeeds(std::move(refused.assume_error().socket).bind(SocketAddress<F>::loopback(0))));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(addresses_that_no_host_would_accept_are_refused_by_name, F, Families) {
    BOOST_TEST(fails_with(created<F>().connect(SocketAddress<F>::loopback(0), soon()), errc::peer_port_zero));
    BOOST_TEST(fails_with(created<F>().connect(SocketAddress<F>::any(80), soon()), errc::peer_unspecified));
}

BOOST_AUTO_TEST_CASE(addresses_of_groups_are_refused_by_name) {
    BOOST_TEST(fails_with(tcp_v4().value().bind_to_ip("224.0.0.1"_ip4, 0), errc::bind_multicast));
    BOOST_TEST(fails_with(tcp_v4().value().connect({"224.0.0.1"_ip4, 80}, soon()), errc::peer_multicast));
    BOOST_TEST(fails_with(tcp_v6().value().bind_to_ip("::ffff:127.0.0.1"_ip6, 0), errc::address_v4_mapped));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(both_ends_know_both_addresses, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    const auto client = connected_to(listener);
    const auto server = listener.accept(soon()).value();
    BOOST_TEST((client.remote_addr().value() == listener.local_addr().value()));
    BOOST_TEST((server.local_addr().value() == listener.local_addr().value()));
    BOOST_TEST((server.remote_addr().value() == client.local_addr().value()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_connect_to_nobody_is_refused, F, Families) {
    if (lacks<F>() || host_listens_at_bind()) return;
    const auto port = bound_to_loopback<F>();
    BOOST_TEST(fails_with(created<F>().connect(port.local_addr().value()), std::errc::connection_refused));
    BOOST_TEST(fails_with(created<F>().connect(port.local_addr().value(), soon()), std::errc::connection_refused));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_connect_in_two_steps_ends_connected, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    auto connecting = created<F>().begin_connect(listener.local_addr().value()).value();
    const auto client = std::move(connecting).finish_connect(soon()).value();
    const auto server = listener.accept(soon()).value();
    BOOST_TEST(succeeds(client.send_all("hello", soon())));
    BOOST_TEST(read_text(server, 5) == "hello");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_refused_connect_in_two_steps_ends_closed, F, Families) {
    if (lacks<F>() || host_listens_at_bind()) return;
    const auto port = bound_to_loopback<F>();
    auto connecting = created<F>().begin_connect(port.local_addr().value());
    if (!connecting) return;  // a system may tell at once
    auto done = std::move(connecting).assume_value().finish_connect(soon());
    BOOST_REQUIRE(fails_with(done, std::errc::connection_refused));
    BOOST_TEST(done.assume_error().socket.template is<Closed>());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_bound_socket_connects_from_its_address, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    auto source = bound_to_loopback<F>();
    const auto here = source.local_addr().value();
    const auto client = std::move(source).connect(listener.local_addr().value(), soon()).value();
    BOOST_TEST((client.local_addr().value() == here));
    BOOST_TEST((listener.accept(soon()).value().remote_addr().value() == here));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(accept_gives_up_at_its_deadline_and_the_listener_goes_on, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    const Stopwatch watch;
    BOOST_TEST(fails_with(listener.accept(in(30ms)), errc::deadline_exceeded));
    BOOST_TEST((watch.elapsed() >= 29ms && watch.elapsed() < 2s));
    BOOST_TEST(fails_with(listener.accept(Deadline::at_once()), errc::deadline_exceeded));
    const auto client = connected_to(listener);
    BOOST_TEST(succeeds(listener.accept()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_accepts_many, F, Families) {
    if (lacks<F>()) return;
    auto listener = listening_on_loopback<F>(Backlog(8));
    BOOST_TEST(succeeds(listener.set_backlog(Backlog(16))));
    for (int i = 0; i < 20; ++i) {
        const auto client = connected_to(listener);
        const auto server = listener.accept(soon()).value();
        BOOST_TEST(succeeds(server.send_all("x", soon())));
        BOOST_TEST(read_text(client, 1) == "x");
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_client_that_left_before_accept_does_no_harm, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    { const auto gone = connected_to(listener); }
    const auto stays = connected_to(listener);
    int alive = 0;
    for (int i = 0; i < 2; ++i) {
        const auto accepted = listener.accept(soon());
        if (!accepted) {
            BOOST_TEST((classify_accept(accepted.assume_error()) != AcceptFailure::fatal));
            continue;
        }
        if (accepted.assume_value().send("hi", soon())) ++alive;
    }
    BOOST_TEST(read_text(stays, 2) == "hi");
    BOOST_TEST(alive >= 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_moved_from_socket_answers_every_call, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    const auto taken = std::move(pair.client);
    std::byte room[4];
    const MutableBuffer scatter[] = {room};
    const ConstBuffer gather[] = {as_buffer("x")};
    auto& gone = pair.client;  // NOLINT(bugprone-use-after-move): that is what is tested
    BOOST_TEST(fails_with(gone.send("x"), errc::moved_from));
    BOOST_TEST(fails_with(gone.send("x", soon()), errc::moved_from));
    BOOST_TEST(fails_with(gone.send_all("x"), errc::moved_from));
    BOOST_TEST(fails_with(gone.recv(room), errc::moved_from));
    BOOST_TEST(fails_with(gone.recv(room, soon()), errc::moved_from));
    BOOST_TEST(fails_with(gone.recv_vectored(scatter, soon()), errc::moved_from));
    BOOST_TEST(fails_with(gone.send_vectored(gather, soon()), errc::moved_from));
    BOOST_TEST(fails_with(gone.local_addr(), errc::moved_from));
    BOOST_TEST(fails_with(gone.remote_addr(), errc::moved_from));
    BOOST_TEST(fails_with(gone.template get<option::keep_alive>(), errc::moved_from));
    BOOST_TEST(fails_with(std::move(gone).shutdown_send(), errc::moved_from));

    auto listener = listening_on_loopback<F>();
    const auto moved = std::move(listener);
    BOOST_TEST(fails_with(listener.accept(soon()), errc::moved_from));      // NOLINT(bugprone-use-after-move)
    BOOST_TEST(fails_with(listener.set_backlog(Backlog(1)), errc::moved_from));  // NOLINT(bugprone-use-after-move)
    auto fresh = created<F>();
    auto kept = std::move(fresh);
    BOOST_TEST(fails_with(std::move(fresh).bind_any(), errc::moved_from));  // NOLINT(bugprone-use-after-move)
    BOOST_TEST(succeeds(std::move(kept).close()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_socket_can_be_assigned_over_another, F, Families) {
    if (lacks<F>()) return;
    auto one = connected_pair<F>();
    auto two = connected_pair<F>();
    one.client = std::move(two.client);
    BOOST_TEST(read_to_end(one.server).empty());
    BOOST_TEST(succeeds(one.client.send_all("on", soon())));
    BOOST_TEST(read_text(two.server, 2) == "on");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
