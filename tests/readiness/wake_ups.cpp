// SPDX-License-Identifier: BSL-1.0
#include <sys/socket.h>

#include <boost/test/unit_test.hpp>
#include <thread>

#include "../support/sockets.hpp"
#include "../support/watching.hpp"

// No wake-up is lost, whatever comes together with what.

namespace {
using namespace estate;
using namespace estate::test;

static_assert(sizeof(Watched<Talk>) == 8);
static_assert(sizeof(Next<Talk>) == 1);
static_assert(!std::is_copy_constructible_v<Ready<Talk>> && !std::is_copy_constructible_v<Watched<Talk>> &&
              !std::is_default_constructible_v<Next<Talk>>);
template <class S, class Interest>
inline constexpr bool watchable = Watchable<S, Interest>;
using T = NonBlocking<Tcp<V4>>;
static_assert(!watchable<CreatedSocket<T>, interest::readable> && !watchable<BoundSocket<T>, interest::readable> &&
              !watchable<ConnectedSocket<Tcp<V4>>, interest::readable> &&
              !watchable<ListeningSocket<T>, interest::readable> && !watchable<ListeningSocket<T>, interest::writable> &&
              !watchable<ConnectedSocket<T>, interest::acceptable> && !watchable<SendClosedSocket<T>, interest::writable> &&
              !watchable<ConnectingSocket<T>, interest::readable> && !watchable<ClosedSocket<T>, interest::readable>);
static_assert(watchable<BoundSocket<NonBlocking<Udp<V6>>>, interest::duplex> &&
              watchable<ConnectingSocket<T>, interest::answered> && watchable<SendClosedSocket<T>, interest::readable>);

BOOST_AUTO_TEST_SUITE(wake_ups)

BOOST_AUTO_TEST_CASE_TEMPLATE(bytes_behind_an_urgent_mark_are_told, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    BOOST_TEST(client.send("abc").value() == 3u);
    BOOST_TEST(::send(client.handle(), "!", 1, MSG_OOB) == 1);
    BOOST_TEST(client.send("defg").value() == 4u);
    Streams<M> streams;
    Once once;
    streams.watch(std::move(server), std::ref(once));
    for (int turns = 0; turns < 4 && once.got.size() < 7; ++turns) streams.turn(in(200ms));
    BOOST_TEST(once.got == "abcdefg");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_short_receive_of_plain_bytes_lets_the_socket_sleep_without_another_call, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    Streams<M> streams;
    Once once;
    streams.watch(std::move(server), std::ref(once));
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(client.send("ab").value() == 2u);
        streams.turn();
    }
    BOOST_TEST(once.got == "ababab");
    BOOST_TEST(streams.calls == 3);
    BOOST_TEST(streams.turn(Deadline::at_once()).events == 0u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_send_that_would_block_goes_on_when_there_is_room_and_loses_nothing, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    Streams<M> streams;
    std::size_t left = std::size_t{64} << 20U;
    bool has_blocked = false;
    const auto& watched = streams.watch(std::move(server), [&](Ready<Talk> ready) -> Next<Talk> {
        if (!send_until_full(ready, left)) return std::move(ready).close();
        has_blocked = true;
        return std::move(ready).next();
    });
    std::size_t received = 0;
    streams.poller.ask(watched);  // nothing comes in that would call the handler
    {
        const std::jthread reader([&, &peer = client] { received = count_to_end(peer); });
        while (left > 0) streams.turn();
        if (!watched.is_empty()) streams.turn();
    }
    BOOST_TEST(has_blocked);
    BOOST_TEST(received == std::size_t{64} << 20U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(input_that_a_handler_leaves_until_it_can_send_is_not_told_meanwhile, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    Streams<M> streams;
    bool reads = false;
    std::string got;
    const std::vector<std::byte> much(std::size_t{64} << 20U);
    const auto& watched = streams.watch(std::move(server), [&](Ready<Talk> ready) -> Next<Talk> {
        if (reads) {
            std::byte room[64];
            const auto count = ready.recv(room).value();
            if (!count.would_block()) got += as_text(std::span(room).first(count.value()));
        } else {
            while (!ready.send(much).value().would_block()) {}
        }
        return std::move(ready).next();
    });
    BOOST_TEST(client.send("abc").value() == 3u);
    streams.poller.ask(watched);
    for (int turns = 0; turns < 3; ++turns) streams.turn(Deadline::at_once());
    const int calls = streams.calls;
    for (int turns = 0; turns < 10; ++turns) streams.turn(Deadline::at_once());
    BOOST_TEST(streams.calls == calls);
    reads = true;  // nothing is lost of what was left, or comes afterwards
    std::vector<std::byte> room(1U << 20U);
    for (int turns = 0; turns < 100 && got != "abc"; ++turns) {
        (void)client.recv(room, Deadline::at_once());
        streams.turn(in(20ms));
    }
    BOOST_TEST(got == "abc");
    BOOST_TEST(client.send("def").value() == 3u);
    for (int turns = 0; turns < 100 && got != "abcdef"; ++turns) streams.turn(in(100ms));
    BOOST_TEST(got == "abcdef");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_handler_that_waits_for_room_reads_on_afterwards, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    Streams<M> streams;
    std::string unsent;
    std::size_t echoed = 0;
    streams.watch(std::move(server), [&](Ready<Talk> ready) -> Next<Talk> {
        std::byte room[4096];
        for (;;) {
            if (unsent.empty()) {  // bounded: nothing is read before all is sent
                const auto got = ready.recv(room);
                if (!got) return std::move(ready).close();
                if (got.assume_value().would_block()) return std::move(ready).next();
                unsent = as_text(std::span(room).first(got.assume_value().value()));
            }
            const auto sent = ready.send(as_buffer(unsent)).value();
            if (sent.would_block()) return std::move(ready).next();
            unsent.erase(0, sent.value());
            echoed += sent.value();
        }
    });
    constexpr std::size_t total = 20'000'000;
    std::size_t received = 0;
    {
        const std::jthread writer([&, &peer = client] {
            const std::vector<std::byte> chunk(1'000'000);
            for (std::size_t done = 0; done < total; done += chunk.size()) (void)peer.send_all(chunk, soon());
        });
        const std::jthread reader([&, &peer = client] {
            std::vector<std::byte> room(65536);
            while (received < total) received += peer.recv(room, soon()).value();
        });
        while (echoed < total) streams.turn();
    }
    BOOST_TEST(received == total);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
