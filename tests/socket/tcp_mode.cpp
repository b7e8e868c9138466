// SPDX-License-Identifier: BSL-1.0
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <thread>

#include "../support/descriptors.hpp"
#include "../support/sockets.hpp"

// O_NONBLOCK of the open file follows from the state, and no call changes it while the state stays.

namespace {
using namespace estate;
using namespace estate::test;

/// Behind the library's back.
void make_blocking(int descriptor) { ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_NONBLOCK); }

template <class Socket>
bool is_waiting(const Socket& socket) {
    return !is_nonblocking(socket.handle());
}

BOOST_AUTO_TEST_SUITE(tcp_mode)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_is_non_blocking_before_and_after_every_accept, F, Families) {
    if (lacks<F>()) return;
    auto bound = bound_to_loopback<F>();
    BOOST_TEST(is_waiting(bound));
    auto listener = std::move(bound).listen().value();
    const auto waker = Waker::open().value();
    const auto accepts = [&](auto accept) {
        BOOST_TEST(!is_waiting(listener));
        const auto client = connected_to(listener);
        const auto server = accept();
        BOOST_REQUIRE(succeeds(server));
        BOOST_TEST(is_waiting(server.assume_value()));
        BOOST_TEST(!is_waiting(listener));
    };
    accepts([&] { return listener.accept(); });
    accepts([&] { return listener.accept(soon()); });
    accepts([&] { return listener.accept(Deadline::at_once()); });
    accepts([&] { return listener.accept(waker); });
    BOOST_TEST(succeeds(listener.set_backlog(Backlog(3))));
    BOOST_TEST(!is_waiting(listener));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_connection_waits_however_it_came_to_be, F, Families) {
    if (lacks<F>()) return;
    const auto listener = listening_on_loopback<F>();
    const auto at = listener.local_addr().value();
    BOOST_TEST(is_waiting(created<F>()));
    BOOST_TEST(is_waiting(created<F>().connect(at).value()));
    BOOST_TEST(is_waiting(created<F>().connect(at, soon()).value()));
    auto connecting = created<F>().begin_connect(at).value();
    BOOST_TEST(!is_waiting(connecting));
    BOOST_TEST(is_waiting(std::move(connecting).finish_connect(soon()).value()));

    const FullListener<F> full;
    auto late = created<F>().begin_connect(full.address()).value().finish_connect(in(5ms));
    BOOST_REQUIRE(!late);
    BOOST_REQUIRE(late.error().socket.template is<Connecting>());
    BOOST_TEST(!is_waiting(std::move(late.error().socket).template take<Connecting>()));
}

BOOST_AUTO_TEST_CASE(no_transfer_changes_the_mode) {
    auto pair = connected_pair<V4>();
    std::byte room[8];
    const MutableBuffer into[] = {room};
    const ConstBuffer out[] = {as_buffer("ab")};
    (void)pair.server.send("abcdefgh").value();
    BOOST_TEST(succeeds(pair.client.send("x", soon())));
    BOOST_TEST(succeeds(pair.client.send_all("x", soon())));
    BOOST_TEST(succeeds(pair.client.send_vectored(out, soon())));
    BOOST_TEST(succeeds(pair.client.recv(std::span(room).first(2), soon())));
    BOOST_TEST(succeeds(pair.client.recv_exact(std::span(room).first(2), soon())));
    BOOST_TEST(succeeds(pair.client.recv_vectored(into, soon())));
    BOOST_TEST(fails_with(pair.client.recv(room, Deadline::at_once()), errc::deadline_exceeded));
    BOOST_TEST(is_waiting(pair.client));
    const auto half = std::move(pair.client).shutdown_send().value();
    BOOST_TEST(is_waiting(half));
    BOOST_TEST(is_waiting(std::move(pair.server).shutdown_receive().value()));

    auto datagrams = datagrams_on_loopback<V4>();
    const auto self = datagrams.local_addr().value();
    BOOST_TEST(succeeds(datagrams.send_to("abcd", self, soon())));
    BOOST_TEST(succeeds(datagrams.recv_from(room, soon())));
    BOOST_TEST(fails_with(datagrams.recv_from(room, Deadline::at_once()), errc::deadline_exceeded));
    BOOST_TEST(is_waiting(datagrams));
    const auto fixed = std::move(datagrams).connect(self).value();
    BOOST_TEST(succeeds(fixed.send("abcd", soon())));
    BOOST_TEST(succeeds(fixed.recv(room, soon())));
    BOOST_TEST(is_waiting(fixed));
}

BOOST_AUTO_TEST_CASE(what_is_released_and_adopted_again_has_the_mode_that_it_had) {
    const auto again = [](auto socket) {
        using Socket = decltype(socket);
        const bool waits = is_waiting(socket);
        const int descriptor = std::move(socket).release();
        auto adopted = adopt<typename Socket::transport>(descriptor).value();
        BOOST_REQUIRE(adopted.template is<typename Socket::state>());
        auto same = std::move(adopted).template take<typename Socket::state>();
        BOOST_TEST(is_waiting(same) == waits);
        return same;
    };
    const FullListener<V4> full;
    (void)again(created<V4>());
    (void)again(bound_to_loopback<V4>());
    (void)again(created<V4>().begin_connect(full.address()).value());
    const auto listener = again(listening_on_loopback<V4>());
    const auto client = again(connected_to(listener));
    (void)again(again(listener.accept().value()).shutdown_send().value());
    (void)again(datagrams_on_loopback<V4>());
}

BOOST_AUTO_TEST_CASE(a_listener_and_a_begun_connect_from_elsewhere_get_the_mode_of_ours) {
    auto listener = listening_on_loopback<V4>();
    make_blocking(listener.handle());
    const auto ours = adopt<Tcp<V4>>(std::move(listener).release()).value().take<Listening>();
    BOOST_TEST(!is_waiting(ours));

    const FullListener<V4> full;
    auto connecting = created<V4>().begin_connect(full.address()).value();
    make_blocking(connecting.handle());
    BOOST_TEST(!is_waiting(adopt<Tcp<V4>>(std::move(connecting).release()).value().take<Connecting>()));
}

BOOST_AUTO_TEST_CASE(a_listener_that_somebody_made_blocking_keeps_its_deadlines) {
    const auto listener = listening_on_loopback<V4>();
    const auto waker = Waker::open().value();
    make_blocking(listener.handle());
    const Watchdog watchdog;
    const Stopwatch watch;
    BOOST_TEST(fails_with(listener.accept(in(20ms)), errc::deadline_exceeded));
    BOOST_TEST(fails_with(listener.accept({waker, in(20ms)}), errc::deadline_exceeded));
    BOOST_TEST(fails_with(listener.accept(Deadline::at_once()), errc::deadline_exceeded));
    BOOST_TEST(watch.elapsed().count() >= 39);
    BOOST_TEST(watch.elapsed().count() < 2000);
    waker.wake();
    BOOST_TEST(fails_with(listener.accept(waker), errc::stopped));
    const auto client = connected_to(listener);
    BOOST_TEST(succeeds(listener.accept(soon())));
}

BOOST_AUTO_TEST_CASE(a_connect_that_somebody_made_blocking_keeps_its_deadline) {
    const FullListener<V4> full;
    auto connecting = created<V4>().begin_connect(full.address()).value();
    make_blocking(connecting.handle());
    const Watchdog watchdog;
    const Stopwatch watch;
    BOOST_TEST(fails_with(std::move(connecting).finish_connect(in(20ms)), errc::deadline_exceeded));
    BOOST_TEST(watch.elapsed().count() < 2000);
}

BOOST_AUTO_TEST_CASE(a_socket_that_somebody_made_non_blocking_waits_and_keeps_its_deadlines) {
    const auto pair = connected_pair<V4>();
    const auto datagrams = datagrams_on_loopback<V4>();
    make_nonblocking(pair.client.handle());
    make_nonblocking(datagrams.handle());
    std::byte room[8];
    const Watchdog watchdog;
    BOOST_TEST(fails_with(pair.client.recv(room, in(10ms)), errc::deadline_exceeded));
    BOOST_TEST(fails_with(datagrams.recv_from(room, in(10ms)), errc::deadline_exceeded));
    const std::jthread later([&] {
        std::this_thread::sleep_for(20ms);
        (void)pair.server.send("late");
        (void)datagrams.send_to("late", datagrams.local_addr().value());
    });
    BOOST_TEST(pair.client.recv(room).value() == 4u);
    BOOST_TEST(datagrams.recv_from(room).value().size == 4u);

    auto nonblocking = created<V4>();
    make_nonblocking(nonblocking.handle());
    const auto listener = listening_on_loopback<V4>();
    BOOST_TEST(succeeds(std::move(nonblocking).connect(listener.local_addr().value())));
}

BOOST_AUTO_TEST_CASE(what_shares_the_open_file_shares_its_mode) {
    auto bound = bound_to_loopback<V4>();
    const int other = ::dup(bound.handle());
    BOOST_TEST(!is_nonblocking(other));
    const auto listener = std::move(bound).listen().value();
    BOOST_TEST(is_nonblocking(other));
    ::close(other);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
