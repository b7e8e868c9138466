// SPDX-License-Identifier: BSL-1.0
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <thread>

#include "../support/counted_hold.hpp"
#include "../support/no_descriptors.hpp"
#include "../support/sockets.hpp"
#include "../support/watching.hpp"

// What is reported of sockets that were closed, replaced or taken away; what else ends a turn.

namespace {
using namespace estate;
using namespace estate::test;

/// The same open socket under another number, which is closed before.
ConnectedSocket<Tcp<V4>> renumbered(ConnectedSocket<Tcp<V4>>&& socket, std::uint32_t number) {
    const int spare = std::move(socket).release();
    BOOST_TEST(::dup2(spare, static_cast<int>(number)) == static_cast<int>(number));
    ::close(spare);
    return adopt<Tcp<V4>>(static_cast<int>(number)).value().take<Connected>();
}

BOOST_AUTO_TEST_SUITE(lifetimes)

BOOST_AUTO_TEST_CASE_TEMPLATE(an_event_of_a_closed_socket_does_not_reach_the_next_owner_of_its_number, M, Mechanisms) {
    auto [first_client, first] = connected_pair<V4>();
    auto [second_client, second] = connected_pair<V4>();
    auto third_pair = connected_pair<V4>();
    auto& third = third_pair.server;
    Streams<M> streams;
    std::size_t of_first = 0;
    std::size_t of_third = 0;
    // Whichever is reported first closes the other, whose event is in the same batch, and a new socket gets its number.
    Watched<Talk>* one = nullptr;
    Watched<Talk>* other = nullptr;
    const auto replace = [&](Watched<Talk>*& victim) {
        return [&](Ready<Talk> ready) -> Next<Talk> {
            const std::uint32_t number = victim->index();
            victim->close();
            streams.watch(renumbered(std::move(third), number), count_into(of_third));
            std::byte room[8];
            of_first += ready.recv(room).value().value();
            return std::move(ready).next();
        };
    };
    one = &streams.watch(std::move(first), replace(other));
    other = &streams.watch(std::move(second), replace(one));
    BOOST_TEST(first_client.send("1").value() == 1u);
    BOOST_TEST(second_client.send("2").value() == 1u);
    streams.turn();
    BOOST_TEST(of_first == 1u);
    BOOST_TEST(of_third == 0u);
    BOOST_TEST(streams.calls == 1);
    BOOST_TEST(third_pair.client.send("333").value() == 3u);
    streams.turn(in(200ms));
    BOOST_TEST(of_third == 3u);
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_outlives_its_socket_elsewhere_calls_nobody) {
    auto [client, server] = connected_pair<V4>();
    Streams<ByBest> streams;
    auto& watched = streams.watch(std::move(server), ignore);
    const int kept = ::dup(static_cast<int>(watched.index()));  // as a forked child keeps it
    watched.close();
    BOOST_TEST(client.send("x").value() == 1u);
    streams.turn(in(100ms));
    BOOST_TEST(streams.calls == 0);
    BOOST_TEST(streams.turn(Deadline::at_once()).events == 0u);
    ::close(kept);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(another_thread_and_a_signal_handler_wake_a_poller, M, Mechanisms) {
    static const Waker* woken_by_signal = nullptr;
    auto poller = M::template poller<Listen>::open().value();
    const auto waker = Waker::open().value();
    BOOST_TEST(succeeds(poller.wake_by(waker)));
    auto listener = poller.template watch<Listen>(listening_on_loopback<V4>().set_nonblocking().value()).value();
    const auto turn = [&](Deadline until) {
        return poller.turn(until, on(listener, [](Ready<Listen> ready) { return std::move(ready).next(); })).value();
    };
    {
        const std::jthread other([&] { waker.wake(); });
        BOOST_TEST(turn(soon()).woken);
    }
    BOOST_TEST(turn(Deadline::at_once()).woken);  // it stays raised
    waker.reset();
    BOOST_TEST(!turn(Deadline::at_once()).woken);

    woken_by_signal = &waker;
    const auto before = std::signal(SIGUSR1, [](int) { woken_by_signal->wake(); });
    std::raise(SIGUSR1);
    BOOST_TEST(turn(soon()).woken);
    std::signal(SIGUSR1, before);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_poller_refuses_a_waker_that_was_moved_from, M, Mechanisms) {
    auto poller = M::template poller<Listen>::open().value();
    auto waker = Waker::open().value();
    const Waker other(std::move(waker));
    BOOST_TEST(fails_with(poller.wake_by(waker), errc::moved_from));  // NOLINT(bugprone-use-after-move)
}

template <class M, bool from>
void rest_out_of_descriptors() {
    auto poller = M::template poller<Listen>::open().value();
    auto listener = poller.template watch<Listen>(listening_on_loopback<V4>().set_nonblocking().value()).value();
    const auto client = created<V4>().connect(listener.socket().local_addr().value(), soon()).value();
    std::optional<NoDescriptors> none(std::in_place);
    int tries = 0;
    int accepted = 0;
    const auto turn = [&](Deadline until) {
        (void)poller.turn(until, on(listener, [&](Ready<Listen> ready) -> Next<Listen> {
            ++tries;
            if constexpr (from) {
                if (const auto one = ready.accept_from(); one && !one.assume_value().would_block()) ++accepted;
            } else {
                if (const auto one = ready.accept(); one && !one.assume_value().would_block()) ++accepted;
            }
            return std::move(ready).next();
        })).value();
    };
    turn(soon());
    turn(Deadline::at_once());
    turn(Deadline::at_once());
    none.reset();
    BOOST_TEST(tries == 1);
    BOOST_TEST(accepted == 0);
    for (int turns = 0; turns < 100 && accepted == 0; ++turns) turn(soon());
    BOOST_TEST(accepted == 1);
}
BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_out_of_descriptors_rests_and_loses_no_connection, M, Mechanisms) {
    rest_out_of_descriptors<M, false>();
    rest_out_of_descriptors<M, true>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_end_of_a_rest_does_not_reach_the_next_owner_of_the_number, M, Mechanisms) {
    auto poller = M::template poller<Listen, Talk>::open().value();
    auto listener = poller.template watch<Listen>(listening_on_loopback<V4>().set_nonblocking().value()).value();
    const auto client = created<V4>().connect(listener.socket().local_addr().value(), soon()).value();
    auto pair = connected_pair<V4>();
    Watched<Talk> stream;
    std::size_t bytes = 0;
    int tries = 0;
    const auto turn = [&](Deadline until) {
        (void)poller
            .turn(until,
                  on(listener,
                     [&](Ready<Listen> ready) -> Next<Listen> {
                         ++tries;
                         (void)ready.accept();
                         return std::move(ready).next();
                     }),
                  on(stream, count_into(bytes)))
            .value();
    };
    {
        const NoDescriptors none;
        turn(soon());  // it rests
    }
    const std::uint32_t number = listener.index();
    listener.close();
    stream = poller.template watch<Talk>(renumbered(std::move(pair.server), number).set_nonblocking().value()).value();
    for (int turns = 0; turns < 5; ++turns) turn(in(10ms));
    BOOST_TEST(pair.client.send("abc").value() == 3u);
    for (int turns = 0; turns < 100 && bytes < 3; ++turns) turn(in(100ms));
    BOOST_TEST(bytes == 3u);
    BOOST_TEST(tries == 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_handler_does_not_settle_for_the_next_owner_of_its_number, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    auto pair = connected_pair<V4>();
    Streams<M> streams;
    std::size_t bytes = 0;
    Watched<Talk>* watched = nullptr;
    watched = &streams.watch(std::move(server), [&](Ready<Talk> ready) -> Next<Talk> {
        const std::vector<std::byte> much(std::size_t{64} << 20U);
        while (!ready.send(much).value().would_block()) {}
        const std::uint32_t number = watched->index();
        watched->close();
        streams.watch(renumbered(std::move(pair.server), number), count_into(bytes));
        return std::move(ready).next();
    });
    streams.poller.ask(*watched);
    streams.turn();
    BOOST_TEST(pair.client.send("abc").value() == 3u);
    for (int turns = 0; turns < 100 && bytes < 3; ++turns) streams.turn(in(100ms));
    BOOST_TEST(bytes == 3u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(who_was_asked_does_not_sleep_for_the_next_owner_of_its_number, M, Mechanisms) {
    auto [client, server] = connected_pair<V4>();
    auto pair = connected_pair<V4>();
    Streams<M> streams;
    std::size_t bytes = 0;
    Watched<Talk>* watched = nullptr;
    watched = &streams.watch(std::move(server), [&](Ready<Talk> ready) -> Next<Talk> {
        std::byte room[1];
        BOOST_TEST(ready.recv(room).value().would_block());
        const std::uint32_t number = watched->index();
        watched->close();
        streams.watch(renumbered(std::move(pair.server), number), count_into(bytes));
        return std::move(ready).next();
    });
    streams.poller.ask(*watched);
    streams.turn();
    BOOST_TEST(pair.client.send("abc").value() == 3u);
    for (int turns = 0; turns < 20 && bytes < 3; ++turns) streams.turn(in(100ms));
    BOOST_TEST(bytes == 3u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_a_handler_throws_costs_no_other_socket_its_event, M, Mechanisms) {
    constexpr std::size_t sockets = 5;
    Streams<M> streams;
    std::vector<ConnectedSocket<Tcp<V4>>> clients;
    std::size_t bytes = 0;
    std::vector<bool> has_thrown(sockets);
    int thrown = 0;
    for (std::size_t i = 0; i < sockets; ++i) {
        auto [client, server] = connected_pair<V4>();
        BOOST_TEST(client.send("x").value() == 1u);
        clients.push_back(std::move(client));
        streams.watch(std::move(server), [&, i](Ready<Talk> ready) -> Next<Talk> {
            if (!has_thrown[i]) {
                has_thrown[i] = true;
                ++thrown;
                throw std::runtime_error("a handler's");
            }
            return count_into(bytes)(std::move(ready));
        });
    }
    for (std::size_t turns = 0; turns < 10 * sockets && bytes < sockets; ++turns) {
        const int before = thrown;
        try {
            streams.turn(in(100ms));
        } catch (const std::runtime_error&) {
            BOOST_TEST(thrown == before + 1);
        }
    }
    BOOST_TEST(thrown == static_cast<int>(sockets));
    BOOST_TEST(bytes == sockets);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_leased_listener_is_watched_and_its_connections_share_the_lease, M, Mechanisms) {
    using Leased = On<ListeningSocket<NonBlocking<Tcp<V4>>, CountedHold<V4>>, interest::acceptable>;
    CountedHold<V4> hold("127.0.0.1"_ip4);
    const auto binding = hold.binding();
    auto poller = M::template poller<Leased>::open().value();
    auto listener = poller
                        .template watch<Leased>(created<V4>().bind(std::move(hold), Port(0)).value().listen().value()
                                                    .set_nonblocking().value())
                        .value();
    const auto client = created<V4>().connect(listener.socket().local_addr().value(), soon()).value();
    long users = 0;
    while (users == 0) {
        (void)poller.turn(soon(), on(listener, [&](Ready<Leased> ready) -> Next<Leased> {
            if (auto one = ready.accept().value(); !one.would_block()) users = binding.users();
            return std::move(ready).next();
        })).value();
    }
    BOOST_TEST(users == 2);
    BOOST_TEST(binding.users() == 1);
}

BOOST_AUTO_TEST_CASE(more_sockets_than_are_asked_again_without_a_call_are_all_asked) {
    Streams<ByBest> streams;
    std::vector<ConnectedSocket<Tcp<V4>>> clients;
    std::vector<int> left;
    constexpr int sockets = 300;  // more than events of a wait and askings together
    for (int i = 0; i < sockets; ++i) {
        auto [client, server] = connected_pair<V4>();
        clients.push_back(std::move(client));
        left.push_back(3);
        const auto at = static_cast<std::size_t>(i);
        const auto& watched = streams.watch(std::move(server), [&left, at](Ready<Talk> ready) -> Next<Talk> {
            if (left[at] > 0) --left[at];
            if (left[at] > 0) return std::move(ready).again();
            std::byte room[1];
            (void)ready.recv(room);
            return std::move(ready).next();
        });
        streams.poller.ask(watched);
    }
    int unfinished = sockets;
    for (int turns = 0; turns < 100 && unfinished > 0; ++turns) {
        streams.turn(in(100ms));
        unfinished = static_cast<int>(std::count_if(left.begin(), left.end(), [](int n) { return n > 0; }));
    }
    BOOST_TEST(unfinished == 0);
}

BOOST_AUTO_TEST_CASE(a_poller_that_is_moved_has_who_rests_who_was_asked_and_who_was_not_told) {
    using Both = ByBest::poller<Listen, Talk>;
    auto made = Both::open().value();
    auto listener = made.watch<Listen>(listening_on_loopback<V4>().set_nonblocking().value()).value();
    const auto client = created<V4>().connect(listener.socket().local_addr().value(), soon()).value();
    int accepted = 0;
    const auto accept = [&](Ready<Listen> ready) -> Next<Listen> {
        if (const auto one = ready.accept(); one && !one.assume_value().would_block()) ++accepted;
        return std::move(ready).next();
    };
    auto pair = connected_pair<V4>();
    auto stream = made.watch<Talk>(std::move(pair.server).set_nonblocking().value()).value();
    std::size_t bytes = 0;
    int calls = 0;
    bool throws = false;
    const auto count = [&](Ready<Talk> ready) -> Next<Talk> {
        ++calls;
        if (throws) throw std::runtime_error("a handler's");
        return count_into(bytes)(std::move(ready));
    };
    const auto turn = [&](Both& poller, Deadline until) { (void)poller.turn(until, on(listener, accept), on(stream, count)).value(); };
    {
        const NoDescriptors none;
        turn(made, soon());
    }
    made.ask(stream);
    auto second = std::move(made);
    calls = 0;
    turn(second, Deadline::at_once());
    BOOST_TEST(calls == 1);
    throws = true;
    BOOST_TEST(pair.client.send("x").value() == 1u);
    BOOST_CHECK_THROW(turn(second, soon()), std::runtime_error);
    throws = false;
    auto third = std::move(second);
    turn(third, Deadline::at_once());
    BOOST_TEST(bytes == 1u);
    for (int turns = 0; turns < 100 && accepted == 0; ++turns) turn(third, soon());
    BOOST_TEST(accepted == 1);
}

BOOST_AUTO_TEST_CASE(nobody_is_asked_of_what_watches_nothing) {
    Streams<ByBest> streams;
    Watched<Talk> empty;
    streams.poller.ask(empty);
    BOOST_TEST(streams.turn(Deadline::at_once()).events == 0u);
    BOOST_TEST(streams.poller.unwatch(std::move(empty)).handle() == -1);
}

BOOST_AUTO_TEST_CASE(a_socket_that_its_table_does_not_know_any_more_is_not_told_of) {
    auto [client, server] = connected_pair<V4>();
    auto poller = ByBest::poller<Talk>::open().value();
    auto watched = poller.watch<Talk>(std::move(server).set_nonblocking().value()).value();
    bool is_known = false;
    int calls = 0;
    const auto turn = [&] {
        return poller
            .turn(Deadline::at_once(), on<Talk>([&](std::uint32_t) { return is_known ? &watched : nullptr; },
                                                [&](Ready<Talk> ready) -> Next<Talk> {
                                                    ++calls;
                                                    is_known = false;  // before it is settled
                                                    std::byte room[1];
                                                    BOOST_TEST(ready.recv(room).value().would_block());
                                                    return std::move(ready).next();
                                                }))
            .value();
    };
    poller.ask(watched);
    BOOST_TEST(turn().events == 1u);
    BOOST_TEST(calls == 0);
    is_known = true;
    poller.ask(watched);
    turn();
    BOOST_TEST(calls == 1);
    BOOST_TEST(turn().events == 0u);
}

BOOST_AUTO_TEST_CASE(a_poller_waits_for_ever_and_for_longer_than_the_system_counts) {
    auto [client, server] = connected_pair<V4>();
    Streams<ByBest> streams;
    std::size_t bytes = 0;
    streams.watch(std::move(server), count_into(bytes));
    for (const auto until : {Deadline::never(), in(std::chrono::hours(24 * 365)), in(1500us)}) {
        BOOST_TEST(client.send("x").value() == 1u);
        BOOST_TEST(streams.turn(until).events == 1u);
    }
    BOOST_TEST(bytes == 3u);
}

BOOST_AUTO_TEST_CASE(a_poller_that_was_moved_from_says_so) {
    auto made = ByBest::poller<Talk>::open().value();
    const auto moved = std::move(made);
    Watched<Talk> nobody;
    BOOST_TEST(fails_with(made.turn(Deadline::at_once(), on(nobody, ignore)), errc::moved_from));  // NOLINT(bugprone-use-after-move)
}

BOOST_AUTO_TEST_CASE(without_a_descriptor_there_is_no_poller) {
    const NoDescriptors none;
    BOOST_TEST(fails_with(ByBest::poller<Talk>::open(), std::errc::too_many_files_open));
}

BOOST_AUTO_TEST_CASE(more_listeners_than_can_rest_lose_no_connection) {
    constexpr std::size_t listeners = 6;
    auto poller = ByBest::poller<Listen>::open().value();
    std::vector<Watched<Listen>> all;
    std::vector<ConnectedSocket<Tcp<V4>>> clients;
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < listeners; ++i) {
        all.push_back(poller.watch<Listen>(listening_on_loopback<V4>().set_nonblocking().value()).value());
        clients.push_back(created<V4>().connect(all.back().socket().local_addr().value(), soon()).value());
    }
    const auto turn = [&](Deadline until) {
        const auto find = [&](std::uint32_t index) {
            return &*std::ranges::find_if(all, [&](const auto& each) { return each.index() == index; });
        };
        (void)poller.turn(until, on<Listen>(find, [&](Ready<Listen> ready) -> Next<Listen> {
            if (const auto one = ready.accept(); one && !one.assume_value().would_block()) ++accepted;
            return std::move(ready).next();
        })).value();
    };
    {
        const NoDescriptors none;
        for (int turns = 0; turns < 10; ++turns) turn(Deadline::at_once());
        BOOST_TEST(accepted == 0u);
    }
    for (int turns = 0; turns < 100 && accepted < listeners; ++turns) turn(soon());
    BOOST_TEST(accepted == listeners);
}

BOOST_AUTO_TEST_CASE(a_listener_that_fails_for_another_reason_does_not_rest) {
    auto poller = ByBest::poller<Listen>::open().value();
    auto listener = poller.watch<Listen>(listening_on_loopback<V4>().set_nonblocking().value()).value();
    ::shutdown(static_cast<int>(listener.index()), SHUT_RDWR);
    int tries = 0;
    for (int turns = 0; turns < 2; ++turns) {
        (void)poller.turn(Deadline::at_once(), on(listener, [&](Ready<Listen> ready) -> Next<Listen> {
            ++tries;
            BOOST_TEST(fails_with(ready.accept(), std::errc::invalid_argument));
            return std::move(ready).again();
        })).value();
    }
    BOOST_TEST(tries == 2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
