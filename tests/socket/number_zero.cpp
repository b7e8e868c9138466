// SPDX-License-Identifier: BSL-1.0
// A program that has closed its standard input gets 0 for the next descriptor: a number as any other.
#include <boost/test/unit_test.hpp>
#include <estate/adopt.hpp>
#include <estate/halves.hpp>
#include <estate/nonblocking.hpp>
#include <estate/readiness.hpp>
#include <estate/unix.hpp>
#include <estate/waker.hpp>
#include <thread>

#include "../support/descriptor_count.hpp"
#include "../support/descriptors.hpp"
#include "../support/free_zero.hpp"
#include "../support/loopback.hpp"
#include "../support/scratch.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(number_zero)

BOOST_AUTO_TEST_CASE(a_socket_with_it_is_one_and_closes_it) {
    const FreeZero zero;
    {
        const auto socket = tcp_v4().value();
        BOOST_TEST(socket.handle() == 0);
    }
    BOOST_TEST(!is_open(0));
    auto socket = udp_v4().value();
    BOOST_TEST(socket.handle() == 0);
    socket = udp_v4().value();
    BOOST_TEST(socket.handle() > 0);
    BOOST_TEST(!is_open(0));
    BOOST_TEST(succeeds(unix_stream()));
    BOOST_TEST(!is_open(0));
}

BOOST_AUTO_TEST_CASE(it_is_waited_for_and_not_taken_for_one_that_was_moved_from) {
    const auto listener = listening_on_loopback<V4>();
    const FreeZero zero;
    const auto client = connected_to(listener);
    BOOST_TEST_REQUIRE(client.handle() == 0);
    std::byte room[1];
    BOOST_TEST(fails_with(client.recv(room, in(1ms)), errc::deadline_exceeded));
    const auto broken = tcp_v4().value().bind(SocketAddress<V4>::loopback(0)).value().listen().value();
    ::close(0);
    const auto closed = client.recv(room);
    BOOST_TEST(fails_with(closed, std::errc::bad_file_descriptor));
    BOOST_TEST(!fails_with(closed, errc::moved_from));
}

BOOST_AUTO_TEST_CASE(each_accept_can_answer_it) {
    const auto listener = listening_on_loopback<V4>();
    auto waiting = listening_on_loopback<V4>();
    const auto other = waiting.local_addr().value();
    const auto never_waits = std::move(waiting).set_nonblocking().value();
    const auto check = [](const auto& from, auto accept) {
        const auto client = tcp_v4().value().connect(from, soon()).value();
        const FreeZero zero;
        auto accepted = accept();
        BOOST_TEST(is_open(0));
        if constexpr (requires { accepted.socket; }) {
            BOOST_TEST(accepted.socket.handle() == 0);
        } else {
            BOOST_TEST(accepted.handle() == 0);
        }
    };
    const auto at = listener.local_addr().value();
    check(at, [&] { return listener.accept().value(); });
    check(at, [&] { return listener.accept(soon()).value(); });
    check(at, [&] { return listener.accept_from().value(); });
    check(at, [&] { return listener.accept_from(soon()).value(); });
    check(other, [&] { return never_waits.accept().value().value(); });
    check(other, [&] { return never_waits.accept_from().value().value(); });
}

BOOST_AUTO_TEST_CASE(a_waker_with_it_stops_a_call) {
    const auto listener = listening_on_loopback<V4>();
    const FreeZero zero;
    {
        const auto waker = Waker::open().value();
        BOOST_TEST(is_open(0));
        waker.wake();
        BOOST_TEST(fails_with(listener.accept({waker, soon()}), errc::stopped));
        waker.reset();
        BOOST_TEST(fails_with(listener.accept({waker, in(1ms)}), errc::deadline_exceeded));
        waker.wake();
        BOOST_TEST(fails_with(listener.accept({waker, soon()}), errc::stopped));
    }
    BOOST_TEST(!is_open(0));
    const auto before = count_descriptors();
    {
        auto waker = Waker::open().value();
        waker = Waker::open().value();
        BOOST_TEST(!is_open(0));
    }
    BOOST_TEST(count_descriptors() == before);
    const auto waker = Waker::open().value();
    const std::jthread later([&] {
        std::this_thread::sleep_for(20ms);
        waker.wake();
    });
    const Stopwatch watch;
    BOOST_TEST(fails_with(listener.accept({waker, soon()}), errc::stopped));
    BOOST_TEST((watch.elapsed() < 4s));  // by the waker, and not at the end
}

BOOST_AUTO_TEST_CASE(a_half_can_have_it) {
    auto pair = connected_pair<V4>();
    const FreeZero zero;
    auto halves = std::move(pair.client).split().value();
    BOOST_TEST(halves.writer.handle() == 0);
    BOOST_TEST(succeeds(halves.writer.send("x")));
    auto whole = std::move(halves.reader).join(std::move(halves.writer)).value();
    BOOST_TEST(!is_open(0));
    BOOST_TEST(read_text(pair.server, 1) == "x");
}

BOOST_AUTO_TEST_CASE(it_can_be_adopted_and_sent_to_another_program) {
    auto pair = new_pair<UnixStream>().value();
    const FreeZero zero;
    auto socket = udp_v4().value();
    BOOST_TEST_REQUIRE(socket.handle() == 0);
    auto adopted = adopt<Udp<V4>>(std::move(socket).release()).value().take<Created>();
    BOOST_TEST(adopted.handle() == 0);
    BOOST_TEST(succeeds(pair.first.send_socket(std::move(adopted))));
    BOOST_TEST(!is_open(0));
    const auto came = pair.second.recv_socket<Udp<V4>>().value().take<Created>();
    BOOST_TEST(came.handle() == 0);
    BOOST_TEST(closes_on_exec(0));
}

BOOST_AUTO_TEST_CASE(the_file_of_a_path_goes_with_it) {
    const Scratch scratch;
    const auto at = scratch.at("zero");
    const FreeZero zero;
    {
        const auto bound = unix_datagram().value().bind(at).value();
        BOOST_TEST_REQUIRE(bound.handle() == 0);
        BOOST_TEST(is_there(at));
    }
    BOOST_TEST(!is_there(at));
    const auto bound = unix_datagram().value().bind_over_stale(at).value();
    BOOST_TEST(bound.handle() == 0);
}

BOOST_AUTO_TEST_CASE(a_poller_can_have_it) {
    const FreeZero zero;
    BOOST_TEST(succeeds(posix::Epoll::open()));
    BOOST_TEST(!is_open(0));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
