// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include "host.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(tcp_bytes)

BOOST_AUTO_TEST_CASE_TEMPLATE(bytes_arrive_in_order_both_ways, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    BOOST_TEST(succeeds(pair.client.send_all("one")));
    BOOST_TEST(succeeds(pair.client.send_all("two", soon())));
    BOOST_TEST(read_text(pair.server, 6) == "onetwo");
    BOOST_TEST(succeeds(pair.server.send_all("back")));
    std::byte room[4];
    BOOST_TEST(pair.client.recv(room).value() > 0U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_does_not_fit_stays_for_the_next_call, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    BOOST_TEST(succeeds(pair.client.send_all("abcdef")));
    std::byte room[2];
    for (const char* part : {"ab", "cd", "ef"}) {
        BOOST_TEST(pair.server.recv(room, soon()).value() == 2U);
        BOOST_TEST(as_text(room) == part);
    }
    BOOST_TEST(fails_with(pair.server.recv(room, in(20ms)), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(zero_never_means_two_things, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    BOOST_TEST(fails_with(pair.server.recv(MutableBuffer{}), errc::invalid_argument));
    BOOST_TEST(pair.client.send(ConstBuffer{}).value() == 0U);
    BOOST_TEST(pair.client.send(ConstBuffer{}, soon()).value() == 0U);
    (void)std::move(pair.client).close();
    std::byte room[4];
    BOOST_TEST(fails_with(pair.server.recv(room), errc::end_of_stream));
    BOOST_TEST(fails_with(pair.server.recv(room, soon()), errc::end_of_stream));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(recv_exact_tells_a_clean_end_from_a_cut_message, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    BOOST_TEST(succeeds(pair.client.send_all("abc")));
    (void)std::move(pair.client).close();
    std::byte room[8];
    const auto cut = pair.server.recv_exact(room, soon());
    BOOST_TEST(fails_with(cut, errc::end_of_stream));
    BOOST_TEST(cut.assume_error().transferred == 3U);
    BOOST_TEST(pair.server.recv_exact(room, soon()).assume_error().transferred == 0U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_deadline_bounds_a_receive_and_the_connection_goes_on, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    std::byte room[4];
    const Stopwatch watch;
    BOOST_TEST(fails_with(pair.server.recv(room, in(30ms)), errc::deadline_exceeded));
    BOOST_TEST((watch.elapsed() >= 29ms && watch.elapsed() < 2s));
    BOOST_TEST(fails_with(pair.server.recv(room, past()), errc::deadline_exceeded));
    BOOST_TEST(fails_with(pair.server.recv(room, Deadline::at_once()), errc::deadline_exceeded));
    BOOST_TEST(succeeds(pair.client.send_all("late")));
    BOOST_TEST(read_text(pair.server, 4) == "late");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_program_that_never_waits_gets_what_comes, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    BOOST_TEST(succeeds(pair.client.send_all("x")));
    std::byte room[4];
    const Stopwatch watch;
    auto got = pair.server.recv(room, Deadline::at_once());
    while (!got && watch.elapsed() < 5s) got = pair.server.recv(room, Deadline::at_once());
    BOOST_TEST(succeeds(got));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_full_pipe_stops_a_send_at_its_deadline, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    const std::vector<std::byte> much(65536, std::byte{7});
    constexpr std::size_t bound = 32 << 20;  // more than a system buffers
    std::size_t taken = 0;
    while (taken < bound) {
        const auto sent = pair.client.send(much, in(100ms));
        if (!sent) {
            BOOST_TEST(fails_with(sent, errc::deadline_exceeded));
            break;
        }
        taken += sent.assume_value();
    }
    BOOST_TEST(taken > 0U);
    if (taken >= bound) return print_skipped("the host buffers without a bound");
    BOOST_TEST(pair.client.send(ConstBuffer{}, Deadline::at_once()).value() == 0U);  // nothing needs no room

    std::vector<std::byte> room(65536);
    std::size_t read = 0;
    bool sound = true;
    while (read < taken) {
        const auto got = pair.server.recv(room, soon());
        if (!got) break;
        for (std::size_t i = 0; i < got.assume_value(); ++i) sound = sound && room[i] == std::byte{7};
        read += got.assume_value();
    }
    BOOST_TEST(read == taken);  // what was taken arrives, though the sender waits no more
    BOOST_TEST(sound);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_megabyte_arrives_as_it_was_sent, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    std::vector<std::byte> sent(1 << 20);
    for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<std::byte>(i * 31 + i / 4096);
    std::vector<std::byte> got(sent.size());
    std::size_t out = 0;
    std::size_t in_ = 0;
    while (in_ < got.size()) {  // one thread plays both ends
        if (out < sent.size()) {
            const auto moved = pair.client.send(std::span(sent).subspan(out), in(5ms));
            if (moved) out += moved.assume_value();
        }
        const auto moved = pair.server.recv(std::span(got).subspan(in_), out < sent.size() ? in(5ms) : soon());
        if (moved) in_ += moved.assume_value();
        if (!moved && out == sent.size()) break;
    }
    BOOST_TEST(in_ == sent.size());
    BOOST_TEST((got == sent));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(vectored_calls_move_at_least_one_buffer, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    const ConstBuffer gather[] = {as_buffer(""), as_buffer("head"), as_buffer("body")};
    const auto sent = pair.client.send_vectored(gather, soon()).value();
    BOOST_TEST((sent >= 4 && sent <= 8));
    std::byte first[2];
    std::byte second[8];
    const MutableBuffer scatter[] = {MutableBuffer{}, first, second};
    const auto got = pair.server.recv_vectored(scatter, soon()).value();
    BOOST_TEST((got >= 2 && got <= sent));
    BOOST_TEST(as_text(first) == "he");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
