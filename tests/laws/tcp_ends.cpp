// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include "host.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(tcp_ends)

BOOST_AUTO_TEST_CASE_TEMPLATE(after_shutdown_send_the_reply_is_still_received, F, Families) {
    if (lacks<F>() || host_breaks_half_close()) return;
    auto pair = connected_pair<F>();
    BOOST_TEST(succeeds(pair.client.send_all("question")));
    const auto asked = std::move(pair.client).shutdown_send().value();
    BOOST_TEST(read_to_end(pair.server) == "question");
    BOOST_TEST(succeeds(pair.server.send_all("answer")));
    BOOST_TEST(read_text(asked, 6) == "answer");
    BOOST_TEST((asked.remote_addr().value() == pair.server.local_addr().value()));
    (void)std::move(pair.server).close();
    std::byte room[4];
    BOOST_TEST(fails_with(asked.recv(room, soon()), errc::end_of_stream));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(after_shutdown_receive_sending_goes_on, F, Families) {
    if (lacks<F>() || host_breaks_half_close()) return;
    auto pair = connected_pair<F>();
    const auto half = std::move(pair.client).shutdown_receive().value();
    BOOST_TEST(succeeds(half.send_all("on and on")));
    BOOST_TEST(read_text(pair.server, 9) == "on and on");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_second_half_closes_in_either_order, F, Families) {
    if (lacks<F>() || host_breaks_half_close()) return;
    auto one = connected_pair<F>();
    auto send_closed = std::move(one.client).shutdown_send().value();
    const ClosedSocket<Tcp<F>> closed = std::move(send_closed).shutdown_receive().value();
    BOOST_TEST(read_to_end(one.server).empty());
    auto two = connected_pair<F>();
    auto receive_closed = std::move(two.client).shutdown_receive().value();
    const ClosedSocket<Tcp<F>> closed_too = std::move(receive_closed).shutdown_send().value();
    BOOST_TEST(read_to_end(two.server).empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(close_sends_everything_and_the_end, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    BOOST_TEST(succeeds(pair.client.send_all("the last words", soon())));
    BOOST_TEST(succeeds(std::move(pair.client).close()));
    BOOST_TEST(read_to_end(pair.server) == "the last words");
}

/// Ends server by end while the pipe to its peer is full: where that succeeds, nothing was lost.
template <Family F, class End>
void check_end_of_full_pipe(End end) {
    auto pair = connected_pair<F>();
    const auto peer = std::move(pair.client).shutdown_send().value();  // the peer's end is no sign that it has all
    const std::vector<std::byte> much(1 << 20);
    std::size_t taken = 0;
    for (;;) {
        const auto sent = pair.server.send(much, in(50ms));
        if (!sent || taken > (32U << 20)) break;
        taken += sent.assume_value();
    }
    const bool succeeded = end(std::move(pair.server));
    const std::size_t read = read_to_end(peer).size();
    BOOST_TEST((read == taken || !succeeded));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_end_that_succeeds_has_lost_nothing, F, Families) {
    if (lacks<F>() || host_breaks_half_close()) return;
    check_end_of_full_pipe<F>([](auto socket) { return std::move(socket).finish(in(50ms)).has_value(); });
    check_end_of_full_pipe<F>([](auto socket) { return std::move(socket).close().has_value(); });
    check_end_of_full_pipe<F>([](auto socket) {
        return std::move(socket).shutdown_send().value().shutdown_receive().has_value();
    });
    check_end_of_full_pipe<F>([](auto socket) {
        return std::move(socket).shutdown_receive().value().shutdown_send().has_value();
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(finish_waits_for_the_end_of_the_peer, F, Families) {
    if (lacks<F>() || host_breaks_half_close()) return;
    auto pair = connected_pair<F>();
    BOOST_TEST(succeeds(pair.server.send_all("unread")));
    auto waiting = connected_pair<F>();
    BOOST_TEST(fails_with(std::move(waiting.client).finish(in(30ms)), errc::deadline_exceeded));
    (void)std::move(pair.server).close();
    BOOST_TEST(succeeds(std::move(pair.client).finish(soon())));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_peer_that_vanished_is_an_error_and_no_end_of_the_program, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    BOOST_TEST(succeeds(pair.client.send_all("never read")));
    std::byte one[1];
    BOOST_TEST(succeeds(pair.server.recv(one, soon())));
    (void)std::move(pair.server).close();  // unread bytes: the client is reset
    bool failed = false;
    for (int i = 0; i < 100 && !failed; ++i) {
        std::byte room[4];
        const auto got = pair.client.recv(room, in(10ms));
        const auto sent = pair.client.send("x", in(10ms));
        failed = !sent && sent.assume_error() != errc::deadline_exceeded;
        (void)got;
    }
    BOOST_TEST(failed);
    BOOST_TEST(!pair.client.send("still no trap", soon()));
    std::byte room[4];
    BOOST_TEST(!pair.client.recv(room, soon()));
    (void)pair.client.remote_addr();
    (void)pair.client.local_addr();
    (void)std::move(pair.client).shutdown_send();
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
