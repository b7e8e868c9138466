// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <estate/nonblocking.hpp>

#include "../support/faulty.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

const ConstBuffer out[] = {as_buffer("ab"), as_buffer("cd")};
std::array<std::byte, 4> stream_room{};
const MutableBuffer into[] = {stream_room};

/// Calls check with every way of sending "abcd".
template <class Socket, class Check>
void every_send(const Socket& socket, Check check) {
    check(Call::send, [&] { return socket.send("abcd"); });
    check(Call::send, [&] { return socket.send("abcd", soon()); });
    check(Call::sendmsg, [&] { return socket.send_vectored(out); });
    check(Call::sendmsg, [&] { return socket.send_vectored(out, soon()); });
}
template <class Socket, class Check>
void every_recv(const Socket& socket, Check check) {
    check(Call::recv, [&] { return socket.recv(stream_room); });
    check(Call::recv, [&] { return socket.recv(stream_room, soon()); });
    check(Call::recvmsg, [&] { return socket.recv_vectored(into); });
    check(Call::recvmsg, [&] { return socket.recv_vectored(into, soon()); });
}

BOOST_AUTO_TEST_SUITE(fault_transfer)

BOOST_AUTO_TEST_CASE(interrupted_again_and_again_a_transfer_goes_on) {
    const auto pair = connected_pair<V4, FaultySockets>();
    every_send(pair.client, [](Call call, auto send) {
        const Faults faults{refuse(call, EINTR, 30)};
        BOOST_TEST(send().value() == 4u);
        BOOST_TEST(faults.made(call) == 31);
    });
    every_recv(pair.server, [](Call call, auto recv) {
        const Faults faults{refuse(call, EINTR, 30)};
        BOOST_TEST(recv().value() == 4u);
        BOOST_TEST(faults.made(call) == 31);
    });
}

BOOST_AUTO_TEST_CASE(a_transfer_that_would_block_waits_and_an_interrupted_wait_goes_on) {
    const auto pair = connected_pair<V4, FaultySockets>();
    const auto check = [](Call call, auto transfer) {
        const Faults faults{refuse(call, EAGAIN, 2), refuse(Call::poll, EINTR, 3)};
        BOOST_TEST(transfer().value() == 4u);
        BOOST_TEST(faults.made(call) == 3);
        BOOST_TEST(faults.made(Call::poll) == 5);
    };
    every_send(pair.client, check);
    every_recv(pair.server, check);
}

BOOST_AUTO_TEST_CASE(a_wait_that_fails_ends_the_transfer) {
    const auto pair = connected_pair<V4, FaultySockets>();
    const auto check = [](Call call, auto transfer) {
        const Faults faults{refuse(call, EAGAIN), refuse(Call::poll, ENOMEM)};
        BOOST_TEST(fails_with(transfer(), std::errc::not_enough_memory));
    };
    every_send(pair.client, check);
    every_recv(pair.server, check);
}

BOOST_AUTO_TEST_CASE(an_error_of_the_system_is_the_answer_and_the_socket_stays) {
    const auto pair = connected_pair<V4, FaultySockets>();
    for (const int error : {ECONNRESET, EPIPE, ENOBUFS, ENOMEM, EHOSTUNREACH, ETIMEDOUT, ENETDOWN}) {
        const auto check = [error](Call call, auto transfer) {
            const Faults faults{refuse(call, error)};
            BOOST_TEST(fails_with(transfer(), static_cast<std::errc>(error)));
            BOOST_TEST(faults.made() == 1);
        };
        every_send(pair.client, check);
        every_recv(pair.server, check);
    }
    BOOST_TEST(pair.client.send("abcd").value() == 4u);
    BOOST_TEST(pair.server.recv(stream_room, soon()).value() == 4u);
}

BOOST_AUTO_TEST_CASE(a_short_send_is_a_count_and_send_all_goes_on) {
    const auto pair = connected_pair<V4, FaultySockets>();
    {
        const Faults faults{cut(Call::send, 1, 1)};
        BOOST_TEST(pair.client.send("abcd").value() == 1u);
    }
    for (const auto until : {Deadline::never(), soon()}) {
        const Faults faults{cut(Call::send, 1, 3)};
        BOOST_TEST(succeeds(pair.client.send_all("bcdefg", until)));
        BOOST_TEST(faults.made(Call::send) == 4);
    }
    BOOST_TEST(read_text(pair.server, 13) == "abcdefgbcdefg");
}

BOOST_AUTO_TEST_CASE(send_all_tells_what_was_taken_before_the_error) {
    const auto pair = connected_pair<V4, FaultySockets>();
    const Faults faults{cut(Call::send, 2, 2), refuse(Call::send, ECONNRESET)};
    const auto broken = pair.client.send_all("abcdefgh");
    BOOST_REQUIRE(fails_with(broken, std::errc::connection_reset));
    BOOST_TEST(broken.error().transferred == 4u);
    BOOST_TEST(read_text(pair.server, 4) == "abcd");
}

BOOST_AUTO_TEST_CASE(recv_exact_goes_on_after_pieces_and_tells_what_came_before_an_error) {
    const auto pair = connected_pair<V4, FaultySockets>();
    pair.client.send_all("abcdabc").value();
    {
        const Faults faults{cut(Call::recv, 1, 3)};
        BOOST_TEST(succeeds(pair.server.recv_exact(stream_room)));
        BOOST_TEST(as_text(stream_room) == "abcd");
    }
    const Faults faults{cut(Call::recv, 1, 3), refuse(Call::recv, ETIMEDOUT)};
    const auto broken = pair.server.recv_exact(stream_room, soon());
    BOOST_REQUIRE(fails_with(broken, std::errc::timed_out));
    BOOST_TEST(broken.error().transferred == 3u);
}

BOOST_AUTO_TEST_CASE(a_transfer_that_does_not_wait_is_one_call) {
    const auto pair = connected_pair<V4, FaultySockets>();
    const auto check = [](Call call, auto transfer) {
        const Faults none;
        BOOST_TEST(transfer().value() == 4u);
        BOOST_TEST(none.made() == 1);
        BOOST_TEST(none.made(call) == 1);
    };
    every_send(pair.client, check);
    every_recv(pair.server, check);
}

BOOST_AUTO_TEST_CASE(a_socket_that_never_waits_makes_one_call_and_a_further_one_where_it_was_interrupted) {
    auto pair = connected_pair<V4, FaultySockets>();
    const auto socket = std::move(pair.client).set_nonblocking().value();
    std::byte room[4];
    {
        const Faults none;
        BOOST_TEST(socket.recv(room).value().would_block());
        BOOST_TEST(none.made(Call::recv) == 1);
        BOOST_TEST(socket.send(ConstBuffer()).value().value() == 0u);
        BOOST_TEST(none.made(Call::send) == 1);
        BOOST_TEST(none.made() == 2);
    }
    {
        const Faults full{refuse(Call::send, EAGAIN)};
        BOOST_TEST(socket.send("abc").value().would_block());
        BOOST_TEST(full.made() == 1);
    }
    {
        const Faults nothing{answer(Call::send, 0, 1)};  // of bytes: it would block
        BOOST_TEST(socket.send("abc").value().would_block());
        BOOST_TEST(nothing.made() == 1);
    }
    const Faults interrupted{refuse(Call::send, EINTR), refuse(Call::recv, EINTR)};
    BOOST_TEST(socket.send("abc").value().value() == 3u);
    BOOST_TEST(interrupted.made(Call::send) == 2);
    BOOST_TEST(socket.recv(room).value().would_block());
    BOOST_TEST(interrupted.made(Call::recv) == 2);
}

BOOST_AUTO_TEST_CASE(a_look_that_finds_nothing_is_one_call) {
    const auto pair = connected_pair<V4, FaultySockets>();
    const Faults none;
    BOOST_TEST(fails_with(pair.server.recv(stream_room, Deadline::at_once()), errc::deadline_exceeded));
    BOOST_TEST(none.made() == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
