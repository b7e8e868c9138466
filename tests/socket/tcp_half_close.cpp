// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <thread>
#include <vector>

#include "../support/descriptors.hpp"
#include "../support/faulty.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(tcp_half_close)

BOOST_AUTO_TEST_CASE_TEMPLATE(after_shutdown_send_the_reply_is_still_received, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    pair.client.send_all("question").value();
    const auto asked = std::move(pair.client).shutdown_send().value();
    BOOST_TEST(count_to_end(pair.server) == 8u);
    pair.server.send_all("answer").value();
    std::byte room[16];
    const MutableBuffer vector[] = {room};
    BOOST_TEST(read_text(asked, 4) == "answ");
    BOOST_TEST(asked.recv(room, soon()).value() == 2u);
    pair.server.send_all("more").value();
    BOOST_TEST(asked.recv_vectored(vector, soon()).value() == 4u);
    pair.server.send_all("last").value();
    BOOST_TEST(asked.recv(room).value() == 4u);
    (void)std::move(pair.server).close().value();
    BOOST_TEST(fails_with(asked.recv(room, soon()), errc::end_of_stream));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_half_closed_socket_keeps_its_descriptor_and_its_addresses, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    const int descriptor = pair.client.handle();
    const auto here = pair.client.local_addr().value();
    const auto there = pair.client.remote_addr().value();
    const auto half = std::move(pair.client).shutdown_send().value();
    BOOST_TEST(half.handle() == descriptor);
    BOOST_TEST((half.local_addr().value() == here));
    BOOST_TEST((half.remote_addr().value() == there));

    auto other = connected_pair<F>();
    const auto server_half = std::move(other.server).shutdown_receive().value();
    BOOST_TEST((server_half.remote_addr().value() == other.client.local_addr().value()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(after_shutdown_receive_sending_goes_on, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    const auto half = std::move(pair.client).shutdown_receive().value();
    const ConstBuffer vector[] = {as_buffer("f")};
    BOOST_TEST(half.send("ab").value() == 2u);
    BOOST_TEST(half.send("c", soon()).value() == 1u);
    BOOST_TEST(succeeds(half.send_all("de")));
    BOOST_TEST(half.send_vectored(vector).value() == 1u);
    BOOST_TEST(read_text(pair.server, 6) == "abcdef");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_peer_of_shutdown_receive_is_told_nothing, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    const auto half = std::move(pair.client).shutdown_receive().value();
    BOOST_TEST(succeeds(pair.server.send_all("into the void")));
    std::byte room[1];
    BOOST_TEST(fails_with(pair.server.recv(room, in(20ms)), errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_second_half_closes_the_descriptor_in_either_order, F, Families) {
    if (lacks<F>()) return;
    auto one = connected_pair<F>();
    const int first = one.client.handle();
    auto send_closed = std::move(one.client).shutdown_send().value();
    const ClosedSocket<Tcp<F>> closed = std::move(send_closed).shutdown_receive().value();
    BOOST_TEST(!is_open(first));
    BOOST_TEST(count_to_end(one.server) == 0u);

    auto two = connected_pair<F>();
    const int second = two.client.handle();
    auto receive_closed = std::move(two.client).shutdown_receive().value();
    const ClosedSocket<Tcp<F>> closed_too = std::move(receive_closed).shutdown_send().value();
    BOOST_TEST(!is_open(second));
    BOOST_TEST(count_to_end(two.server) == 0u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(both_ends_may_half_close_at_their_own_time, F, Families) {
    if (lacks<F>()) return;
    auto pair = connected_pair<F>();
    pair.client.send_all("a").value();
    const auto client = std::move(pair.client).shutdown_send().value();
    BOOST_TEST(count_to_end(pair.server) == 1u);
    pair.server.send_all("bc").value();
    const auto server = std::move(pair.server).shutdown_send().value();
    BOOST_TEST(count_to_end(client) == 2u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_half_of_a_reset_connection_cannot_be_shut_and_is_closed, F, Families) {
    if (lacks<F>()) return;
    const auto reset = [] {
        auto pair = connected_pair<F>();
        (void)std::move(pair.server).abort().value();
        return std::move(pair.client);
    };
    auto one = reset();
    const int first = one.handle();
    const auto sending = std::move(one).shutdown_send();
    BOOST_TEST(fails_with(sending, std::errc::not_connected));
    BOOST_TEST(!is_open(first));

    auto two = reset();
    const int second = two.handle();
    const auto receiving = std::move(two).shutdown_receive();
    BOOST_TEST(fails_with(receiving, std::errc::not_connected));
    BOOST_TEST(!is_open(second));

}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_last_half_is_shut_whatever_the_peer_did_meanwhile, F, Families) {
    if (lacks<F>()) return;
    const auto half_after = [](auto ending) {
        auto pair = connected_pair<F>();
        auto half = std::move(pair.client).shutdown_send().value();
        ending(std::move(pair.server));
        return half;
    };
    auto ended = half_after([](auto server) { (void)std::move(server).close().value(); });
    std::byte room[1];
    BOOST_TEST(fails_with(ended.recv(room, soon()), errc::end_of_stream));
    BOOST_TEST(fails_with(ended.remote_addr(), std::errc::not_connected));  // both sides have ended
    BOOST_TEST(succeeds(std::move(ended).shutdown_receive()));
    BOOST_TEST(succeeds(half_after([](auto server) { (void)std::move(server).abort(); }).shutdown_receive()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_last_half_destroys_none_of_our_own_bytes, F, Families) {
    if (lacks<F>()) return;
    const std::vector<std::byte> much(3'000'000);
    const auto received_after = [&](auto end) {
        auto pair = connected_pair<F>();
        pair.server.send_all("nobody reads this").value();
        std::size_t count = 0;
        std::thread reader([&] { count = count_to_end(pair.server); });
        end(std::move(pair.client));
        reader.join();
        return count;
    };
    BOOST_TEST(received_after([&](auto client) {
        auto half = std::move(client).shutdown_receive().value();
        half.send_all(much).value();
        (void)std::move(half).shutdown_send().value();
    }) == much.size());
    BOOST_TEST(received_after([&](auto client) {
        client.send_all(much).value();
        (void)std::move(client).shutdown_send().value().shutdown_receive().value();
    }) == much.size());
}

/// How long a send() of the peer goes on that waits for room when end() is called.
template <class Socket, class End>
std::chrono::milliseconds blocked_after(const Socket& peer, End end) {
    const Watchdog watchdog;
    Stopwatch watch;
    std::jthread sender([&peer] {
        const std::vector<std::byte> chunk(1 << 20);
        while (peer.send(chunk)) {
        }
    });
    std::this_thread::sleep_for(100ms);  // until both buffers are full
    watch = Stopwatch();
    end();
    sender.join();
    return watch.elapsed();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_sender_that_waits_for_room_hears_that_both_halves_are_closed, F, Families) {
    if (lacks<F>()) return;
    {
        auto [client, server] = connected_pair<F>();
        auto half = std::move(client).shutdown_send().value();
        BOOST_TEST(blocked_after(server, [&] { (void)std::move(half).shutdown_receive().value(); }).count() < 1000);
    }
    {
        auto [client, server] = connected_pair<F>();
        auto half = std::move(client).shutdown_receive().value();
        BOOST_TEST(blocked_after(server, [&] { (void)std::move(half).shutdown_send().value(); }).count() < 1000);
    }
}

BOOST_AUTO_TEST_CASE(a_failure_of_the_last_half_is_told_all_the_same) {
    auto pair = connected_pair<V4, FaultySockets>();
    auto half = std::move(pair.client).shutdown_send().value();
    const int descriptor = half.handle();
    const Faults faults{refuse(Call::shutdown, ENOBUFS)};
    const auto failed = std::move(half).shutdown_receive();
    BOOST_TEST(fails_with(failed, std::errc::no_buffer_space));
    BOOST_TEST(!is_open(descriptor));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
