// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <estate/socket/recv_container.hpp>

#include "../support/descriptors.hpp"
#include "../support/signals.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

/// A pair whose client can send little before the server reads.
template <Family F>
Pair<F> narrow_pair() {
    auto listening = bound_to_loopback<F>();
    listening.set(option::receive_buffer{4096}).value();
    const auto listener = std::move(listening).listen().value();
    auto socket = created<F>();
    socket.set(option::send_buffer{4096}).value();
    auto client = std::move(socket).connect(listener.local_addr().value()).value();
    return {std::move(client), listener.accept(soon()).value()};
}

const std::vector<std::byte> megabyte(1'000'000);

BOOST_AUTO_TEST_SUITE(tcp_transfer)

BOOST_AUTO_TEST_CASE_TEMPLATE(bytes_arrive_as_they_were_sent_both_ways, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    const std::array bytes{std::byte{0}, std::byte{255}, std::byte{10}, std::byte{13}};
    BOOST_TEST(pair.client.send(bytes).value() == 4u);
    std::array<std::byte, 4> room{};
    BOOST_TEST(succeeds(pair.server.recv_exact(room)));
    BOOST_TEST((room == bytes));
    BOOST_TEST(pair.server.send(bytes, soon()).value() == 4u);
    BOOST_TEST(succeeds(pair.client.recv_exact(room, soon())));
    BOOST_TEST((room == bytes));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(text_is_sent_without_a_terminator, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    BOOST_TEST(pair.client.send("hello").value() == 5u);
    BOOST_TEST(pair.client.send(" there", soon()).value() == 6u);
    BOOST_TEST(succeeds(pair.client.send_all(", you", soon())));
    BOOST_TEST(read_text(pair.server, 16) == "hello there, you");
    std::byte room[1];
    BOOST_TEST(fails_with(pair.server.recv(room, Deadline::at_once()), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(recv_gives_what_has_arrived_without_waiting_for_more) {
    const auto pair = connected_pair<V4>();
    pair.client.send_all("abc").value();
    std::array<std::byte, 16> room{};
    const auto size = pair.server.recv(room).value();
    BOOST_TEST(as_text(std::span(room).first(size)) == "abc");
}

BOOST_AUTO_TEST_CASE(recv_into_less_room_leaves_the_rest) {
    const auto pair = connected_pair<V4>();
    pair.client.send_all("abcdef").value();
    std::array<std::byte, 4> room{};
    BOOST_TEST(pair.server.recv(room, soon()).value() == 4u);
    BOOST_TEST(pair.server.recv(room, soon()).value() == 2u);
    BOOST_TEST(as_text(std::span(room).first(2)) == "ef");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(empty_room_is_an_invalid_argument_never_zero_bytes, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    pair.client.send_all("there is something").value();
    const std::array<MutableBuffer, 2> empty{};
    BOOST_TEST(fails_with(pair.server.recv(MutableBuffer{}), errc::invalid_argument));
    BOOST_TEST(fails_with(pair.server.recv(MutableBuffer{}, soon()), errc::invalid_argument));
    BOOST_TEST(fails_with(pair.server.recv_exact({}), errc::invalid_argument));
    BOOST_TEST(fails_with(pair.server.recv_vectored({}), errc::invalid_argument));
    BOOST_TEST(fails_with(pair.server.recv_vectored(empty), errc::invalid_argument));
    BOOST_TEST(fails_with(pair.server.recv(0), errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(sending_nothing_sends_nothing) {
    const auto pair = connected_pair<V4>();
    BOOST_TEST(pair.client.send(ConstBuffer{}).value() == 0u);
    BOOST_TEST(pair.client.send("", soon()).value() == 0u);
    BOOST_TEST(succeeds(pair.client.send_all("")));
    BOOST_TEST(pair.client.send_vectored({}).value() == 0u);
    std::byte room[1];
    BOOST_TEST(fails_with(pair.server.recv(room, Deadline::at_once()), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(recv_can_make_a_container_of_its_own) {
    const auto pair = connected_pair<V4>();
    pair.client.send_all("abcdef").value();
    const std::vector<std::byte> some = pair.server.recv(4).value();
    BOOST_TEST(as_text(some) == "abcd");
    BOOST_TEST(as_text(pair.server.recv(std::size_t{100}, soon()).value()) == "ef");
    BOOST_TEST(fails_with(pair.server.recv(100, Deadline::at_once()), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(recv_ends_at_its_deadline_and_goes_on_afterwards, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    std::byte room[8];
    for (const auto until : {Deadline::at_once(), past()}) {
        BOOST_TEST(fails_with(pair.server.recv(room, until), errc::deadline_exceeded));
    }
    const Stopwatch watch;
    BOOST_TEST(fails_with(pair.server.recv(room, in(40ms)), errc::deadline_exceeded));
    BOOST_TEST(watch.elapsed().count() >= 39);
    pair.client.send_all("now").value();
    BOOST_TEST(pair.server.recv(room, in(2s)).value() == 3u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(recv_waits_for_the_first_byte, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    const Watchdog watchdog;
    for (const bool bounded : {false, true}) {
        const std::jthread other([&] {
            std::this_thread::sleep_for(10ms);
            pair.client.send_all("late").value();
        });
        std::byte room[8];
        BOOST_TEST((bounded ? pair.server.recv(room, soon()) : pair.server.recv(room)).value() == 4u);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_bounded_send_takes_what_fits_and_tells_how_much, F, Families) {
    if (lacks<F>()) return;
    const auto pair = narrow_pair<F>();
    const auto taken = pair.client.send(megabyte, soon()).value();
    BOOST_TEST(taken > 0u);
    BOOST_TEST(taken < megabyte.size());
    const auto total = taken + fill(pair.client);
    const Stopwatch watch;
    BOOST_TEST(fails_with(pair.client.send("x", in(40ms)), errc::deadline_exceeded));
    BOOST_TEST(watch.elapsed().count() >= 39);
    BOOST_TEST(read_text(pair.server, total).size() == total);
    BOOST_TEST(succeeds(pair.client.send("x", soon())));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(send_all_tells_how_far_it_came_when_its_deadline_ends_it, F, Families) {
    if (lacks<F>()) return;
    auto pair = narrow_pair<F>();
    const auto cut = pair.client.send_all(megabyte, in(60ms));
    BOOST_REQUIRE(fails_with(cut, errc::deadline_exceeded));
    BOOST_TEST(cut.error().transferred > 0u);
    BOOST_TEST(cut.error().transferred < megabyte.size());
    const auto half = std::move(pair.client).shutdown_send().value();
    BOOST_TEST(count_to_end(pair.server) == cut.error().transferred);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(send_all_takes_every_byte_through_small_buffers, F, Families) {
    if (lacks<F>()) return;
    auto pair = narrow_pair<F>();
    const Watchdog watchdog;
    std::size_t received = 0;
    {
        const std::jthread other([&] { received = count_to_end(pair.server); });
        BOOST_TEST(succeeds(pair.client.send_all(megabyte)));
        BOOST_TEST(succeeds(pair.client.send_all(megabyte, soon())));
        (void)std::move(pair.client).shutdown_send().value();
    }
    BOOST_TEST(received == 2 * megabyte.size());
}

BOOST_AUTO_TEST_CASE(a_foreign_non_blocking_socket_sends_and_receives_as_a_blocking_one) {
    auto pair = narrow_pair<V4>();
    make_nonblocking(pair.client.handle());
    make_nonblocking(pair.server.handle());
    const Watchdog watchdog;
    std::size_t received = 0;
    {
        const std::jthread other([&] {
            std::vector<std::byte> room(65536);
            for (;;) {
                const auto got = pair.server.recv(room);
                if (!got) break;
                received += got.value();
            }
        });
        BOOST_TEST(succeeds(pair.client.send_all(megabyte)));
        std::this_thread::sleep_for(10ms);
        (void)std::move(pair.client).shutdown_send().value();
    }
    BOOST_TEST(received == megabyte.size());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(recv_exact_waits_for_all_of_it, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    const std::jthread other([&] {
        for (const auto* part : {"ab", "cd", "ef"}) {
            std::this_thread::sleep_for(5ms);
            pair.client.send_all(part).value();
        }
    });
    BOOST_TEST(read_text(pair.server, 6) == "abcdef");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(recv_exact_tells_a_clean_end_from_a_cut_message, F, Families) {
    if (lacks<F>()) return;
    std::array<std::byte, 8> room{};
    auto clean = connected_pair<F>();
    (void)std::move(clean.client).close().value();
    const auto ended = clean.server.recv_exact(room, soon());
    BOOST_REQUIRE(fails_with(ended, errc::end_of_stream));
    BOOST_TEST(ended.error().transferred == 0u);

    auto cut = connected_pair<F>();
    cut.client.send_all("abc").value();
    (void)std::move(cut.client).close().value();
    const auto broken = cut.server.recv_exact(room);
    BOOST_REQUIRE(fails_with(broken, errc::end_of_stream));
    BOOST_TEST(broken.error().transferred == 3u);
    BOOST_TEST(as_text(std::span(room).first(3)) == "abc");
}

BOOST_AUTO_TEST_CASE(recv_exact_tells_what_had_come_when_its_deadline_ends_it) {
    const auto pair = connected_pair<V4>();
    pair.client.send_all("abc").value();
    std::array<std::byte, 8> room{};
    const auto late = pair.server.recv_exact(room, in(30ms));
    BOOST_REQUIRE(fails_with(late, errc::deadline_exceeded));
    BOOST_TEST(late.error().transferred == 3u);
}

BOOST_AUTO_TEST_CASE(a_trickle_does_not_stretch_the_deadline_of_the_whole_call) {
    const auto pair = connected_pair<V4>();
    const Stopwatch watch;
    std::atomic<bool> over{false};
    const std::jthread other([&] {
        while (!over) {
            (void)pair.client.send("x");
            std::this_thread::sleep_for(10ms);
        }
    });
    std::array<std::byte, 1000> room{};
    const auto late = pair.server.recv_exact(room, in(60ms));
    over = true;
    BOOST_REQUIRE(fails_with(late, errc::deadline_exceeded));
    BOOST_TEST(late.error().transferred > 0u);
    BOOST_TEST(watch.elapsed().count() >= 59);
    BOOST_TEST(watch.elapsed().count() < 2000);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_end_of_the_stream_is_an_error_of_its_own_and_stays, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    pair.client.send_all("last").value();
    const auto half = std::move(pair.client).shutdown_send().value();
    BOOST_TEST(read_text(pair.server, 4) == "last");
    std::byte room[1];
    MutableBuffer vector[] = {room};
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST(fails_with(pair.server.recv(room), errc::end_of_stream));
        BOOST_TEST(fails_with(pair.server.recv(room, soon()), errc::end_of_stream));
        BOOST_TEST(fails_with(pair.server.recv_vectored(vector), errc::end_of_stream));
        BOOST_TEST(fails_with(pair.server.recv_vectored(vector, soon()), errc::end_of_stream));
        BOOST_TEST(fails_with(pair.server.recv(9), errc::end_of_stream));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tcp_vectored)

BOOST_AUTO_TEST_CASE(empty_buffers_do_not_hide_those_behind_them) {
    auto pair = connected_pair<V4>();
    std::vector<ConstBuffer> out(100);
    out.push_back(as_buffer("hello"));
    BOOST_TEST(pair.client.send_vectored(out).value() == 5u);
    std::byte room[8];
    std::vector<MutableBuffer> in(100);
    in.emplace_back(room);
    BOOST_TEST(pair.server.recv_vectored(in, soon()).value() == 5u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(several_buffers_go_out_and_come_in_in_one_call_each, F, Families) {
    if (lacks<F>()) return;
    const auto pair = connected_pair<F>();
    const ConstBuffer out[] = {as_buffer("ab"), as_buffer(""), as_buffer("cdefg")};
    BOOST_TEST(pair.client.send_vectored(out).value() == 7u);
    std::array<std::byte, 3> first{};
    std::array<std::byte, 8> second{};
    const MutableBuffer in[] = {first, second};
    BOOST_TEST(pair.server.recv_vectored(in, soon()).value() == 7u);
    BOOST_TEST(as_text(first) == "abc");
    BOOST_TEST(as_text(std::span(second).first(4)) == "defg");
}

BOOST_AUTO_TEST_CASE(of_more_than_64_buffers_the_first_64_are_used) {
    const auto pair = connected_pair<V4>();
    const std::vector<ConstBuffer> out(100, as_buffer("x"));
    BOOST_TEST(pair.client.send_vectored(out, soon()).value() == 64u);
    BOOST_TEST(pair.client.send_vectored(out).value() == 64u);

    std::array<std::byte, 100> room{};
    std::vector<MutableBuffer> in;
    for (auto& byte : room) in.emplace_back(&byte, 1);
    BOOST_TEST(pair.server.recv_vectored(in, soon()).value() == 64u);
    BOOST_TEST((room[63] == std::byte{'x'} && room[64] == std::byte{0}));
    BOOST_TEST(pair.server.recv_vectored(in).value() == 64u);
}

BOOST_AUTO_TEST_CASE(vectored_calls_end_at_their_deadline) {
    const auto pair = narrow_pair<V4>();
    std::byte byte[1];
    const MutableBuffer in_one[] = {byte};
    BOOST_TEST(fails_with(pair.client.recv_vectored(in_one, in(30ms)), errc::deadline_exceeded));
    BOOST_TEST(fails_with(pair.client.recv_vectored(in_one, Deadline::at_once()), errc::deadline_exceeded));
    const ConstBuffer out[] = {megabyte, megabyte};
    const auto taken = pair.client.send_vectored(out, soon()).value();
    BOOST_TEST(taken < megabyte.size());
    (void)fill(pair.client);
    BOOST_TEST(fails_with(pair.client.send_vectored(out, in(30ms)), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tcp_interrupted)

BOOST_AUTO_TEST_CASE(an_interrupted_recv_goes_on) {
    const auto pair = connected_pair<V4>();
    std::array<std::byte, 8> room{};
    const MutableBuffer vector[] = {room};
    const auto answer = [&] { pair.client.send_all("late").value(); };
    BOOST_TEST(interrupting([&] { return pair.server.recv(room); }, answer).value() == 4u);
    BOOST_TEST(interruptions > 0);
    BOOST_TEST(interrupting([&] { return pair.server.recv(room, soon()); }, answer).value() == 4u);
    BOOST_TEST(interrupting([&] { return pair.server.recv_vectored(vector); }, answer).value() == 4u);
    BOOST_TEST(interrupting([&] { return pair.server.recv_vectored(vector, soon()); }, answer).value() == 4u);
    BOOST_TEST(fails_with(interrupting([&] { return pair.server.recv(room, in(60ms)); }, [] {}),
                          errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(an_interrupted_send_goes_on) {
    const auto pair = narrow_pair<V4>();
    const ConstBuffer vector[] = {as_buffer("x")};
    std::size_t owed = 0;
    const auto make_room = [&] { (void)read_text(pair.server, owed); };
    const auto refill = [&] { owed = fill(pair.client); };
    refill();
    BOOST_TEST(interrupting([&] { return pair.client.send("x"); }, make_room).value() == 1u);
    BOOST_TEST(interruptions > 0);
    (void)read_text(pair.server, 1);
    refill();
    BOOST_TEST(interrupting([&] { return pair.client.send("x", soon()); }, make_room).value() == 1u);
    (void)read_text(pair.server, 1);
    refill();
    BOOST_TEST(interrupting([&] { return pair.client.send_vectored(vector); }, make_room).value() == 1u);
}

BOOST_AUTO_TEST_CASE(an_interrupted_send_keeps_its_deadline) {
    const auto pair = narrow_pair<V4>();
    (void)fill(pair.client);
    const Stopwatch watch;
    BOOST_TEST(fails_with(interrupting([&] { return pair.client.send("x", in(60ms)); }, [] {}),
                          errc::deadline_exceeded));
    BOOST_TEST(watch.elapsed().count() >= 59);
    BOOST_TEST(interruptions > 0);
}

BOOST_AUTO_TEST_CASE(an_interrupted_send_of_much_is_short_and_send_all_is_not) {
    const auto pair = narrow_pair<V4>();
    std::size_t received = 0;
    const auto drain = [&](std::size_t size) { received = read_text(pair.server, size).size(); };
    std::size_t taken = 0;
    BOOST_TEST(succeeds(interrupting(
        [&] {
            auto sent = pair.client.send(megabyte);
            taken = sent ? sent.value() : 0;
            return sent;
        },
        [] {})));
    BOOST_TEST(taken > 0u);
    BOOST_TEST(taken < megabyte.size());
    drain(taken);
    BOOST_TEST(received == taken);
    BOOST_TEST(succeeds(interrupting([&] { return pair.client.send_all(megabyte); }, [&] { drain(megabyte.size()); })));
    BOOST_TEST(received == megabyte.size());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
