// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/estate.hpp>
#include <estate/readiness.hpp>
#include <estate/unix.hpp>
#include <string>

#include "../support/check.hpp"
#include "../support/deadlines.hpp"
#include "../support/descriptors.hpp"
#include "../support/scratch.hpp"
#include "../support/waiting_messages.hpp"

// Unix-domain sockets that never wait, and are watched.

namespace {
using namespace estate;
using namespace estate::test;

static_assert(NonBlockingByteStream<ConnectedSocket<NonBlocking<UnixStream>>> &&
              NonBlockingListener<ListeningSocket<NonBlocking<UnixStream>>>);
static_assert(Watchable<ConnectedSocket<NonBlocking<UnixSeqpacket>>, interest::duplex> &&
              !Watchable<BoundSocket<NonBlocking<UnixStream>>, interest::readable> &&
              Watchable<BoundSocket<NonBlocking<UnixDatagram>>, interest::readable>);
static_assert(!Allows<ConnectedSocket<NonBlocking<UnixStream>>, op::abort> &&
              !Allows<ConnectedSocket<NonBlocking<UnixStream>>, op::send_all>);
// Control messages and records end a receive early: a short one proves nothing.
static_assert(!detail::short_receive_takes_all<NonBlocking<UnixStream>> &&
              detail::short_receive_takes_all<NonBlocking<Tcp<V4>>>);

BOOST_AUTO_TEST_SUITE(unix_domain)

using Transports = std::tuple<UnixStream, UnixSeqpacket, UnixDatagram>;

BOOST_AUTO_TEST_CASE_TEMPLATE(each_kind_would_block_by_a_value_and_waits_again_afterwards, T, Transports) {
    auto [first, second] = new_pair<T>().value();
    auto socket = std::move(second).set_nonblocking().value();
    std::byte room[16];
    BOOST_TEST(socket.recv(room).value().would_block());
    BOOST_TEST(first.send("abc").value() == 3u);
    BOOST_TEST(!socket.recv(room).value().would_block());
    BOOST_TEST(socket.send("de").value().value() == 2u);
    const auto back = std::move(socket).set_blocking().value();
    BOOST_TEST(fails_with(back.recv(room, in(1ms)), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(messages_that_wait_are_all_told_of, T, Transports) {
    BOOST_TEST(bytes_told_of<Poller>(new_pair<T>().value(), [] { return in(200ms); }) == 6u);
}

BOOST_AUTO_TEST_CASE(the_end_of_sequenced_packets_is_told_of) {
    auto [first, second] = new_pair<UnixSeqpacket>().value();
    using Hear = On<ConnectedSocket<NonBlocking<UnixSeqpacket>>, interest::readable>;
    auto poller = Poller<Hear>::open().value();
    auto watched = poller.watch<Hear>(std::move(second).set_nonblocking().value()).value();
    BOOST_TEST(first.send("last").value() == 4u);
    BOOST_TEST(succeeds(std::move(first).close()));
    int records = 0;
    while (!watched.is_empty()) {
        (void)poller.turn(soon(), on(watched, [&](Ready<Hear> ready) -> Next<Hear> {
            std::byte room[64];
            const auto got = ready.recv(room);
            if (!got) return std::move(ready).close();
            if (!got.assume_value().would_block()) ++records;
            return std::move(ready).next();
        })).value();
    }
    BOOST_TEST(records == 1);
}

using Connections = std::tuple<UnixStream, UnixSeqpacket>;

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_that_never_waits_accepts_and_tells_whose_it_is, T, Connections) {
    const Scratch scratch;
    const auto listener =
        new_socket<T>().value().bind(scratch.at("s")).value().listen().value().set_nonblocking().value();
    BOOST_TEST(listener.accept().value().would_block());
    BOOST_TEST(listener.accept_from().value().would_block());
    const auto unnamed = new_socket<T>().value().connect(scratch.at("s"), soon()).value();
    const auto one = listener.accept().value().value();
    BOOST_TEST((is_nonblocking(one.handle()) && closes_on_exec(one.handle())));
    const auto named =
        new_socket<T>().value().bind(scratch.at("client")).value().connect(scratch.at("s"), soon()).value();
    const auto other = listener.accept_from().value().value();
    BOOST_TEST((is_nonblocking(other.socket.handle()) && closes_on_exec(other.socket.handle())));
    BOOST_TEST((other.peer == scratch.at("client")));
    BOOST_TEST(listener.accept_from().value().would_block());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_watched_listener_tells_whose_a_connection_is, T, Connections) {
    const Scratch scratch;
    using Listen = On<ListeningSocket<NonBlocking<T>>, interest::acceptable>;
    auto poller = Poller<Listen>::open().value();
    auto watched = poller
                       .template watch<Listen>(new_socket<T>().value().bind(scratch.at("s")).value().listen().value()
                                                   .set_nonblocking().value())
                       .value();
    const auto client =
        new_socket<T>().value().bind(scratch.at("client")).value().connect(scratch.at("s"), soon()).value();
    UnixAddress peer;
    (void)poller.turn(soon(), on(watched, [&](Ready<Listen> ready) -> Next<Listen> {
        if (const auto one = ready.accept_from().value(); !one.would_block()) peer = one.value().peer;
        return std::move(ready).next();
    })).value();
    BOOST_TEST((peer == scratch.at("client")));
}

BOOST_AUTO_TEST_CASE(an_empty_packet_is_not_sent_by_who_never_waits_either) {
    auto [first, second] = new_pair<UnixSeqpacket>().value();
    const auto sender = std::move(first).set_nonblocking().value();
    BOOST_TEST(fails_with(sender.send(ConstBuffer()), errc::invalid_argument));
    std::byte room[1];
    BOOST_TEST(fails_with(second.recv(room, past()), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
