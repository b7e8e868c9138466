// SPDX-License-Identifier: BSL-1.0
//
// Pollers of a component: sockets have no number but the one of their place in the table, and no handle in it is stale.

#include <algorithm>
#include <estate/coroutines.hpp>
#include <optional>
#include <system_error>
#include <vector>

#include "../laws/host.hpp"
#include "../support/watching.hpp"

namespace {
using namespace estate;
using namespace estate::test;

template <class Poller>
concept Wakes = requires(Poller& poller, const BasicWaker<native>& waker) { poller.wake_by(waker); };
static_assert(!Wakes<Poller<Talk>> && !WakeableMechanism<NativeMechanism>);  // a component has one thread

struct Threads {  // of another system, which has wakers
    using context = NoContext;
    struct waker {};
};
template <class Loop>
concept RunsByWaker = requires(Loop& loop, Scope& scope, const BasicWaker<Threads>& waker) { loop.run(scope, waker); };
template <class Loop>
concept Runs = requires(Loop& loop, Scope& scope, Deadline until) { loop.run(scope, until); };
static_assert(!RunsByWaker<NativeLoop<4>> && Runs<NativeLoop<4>>);

// A handle, a generation and where the poller has it.
static_assert(sizeof(Watched<Talk>) == sizeof(Talk::socket) + 8);

BOOST_AUTO_TEST_SUITE(watching)

BOOST_AUTO_TEST_CASE(a_place_that_is_free_serves_again_and_no_event_of_before_reaches_its_next_owner) {
    PollPoller<2, Talk> poller = PollPoller<2, Talk>::open().value();
    auto [first_client, first] = connected_pair<V4>();
    auto [second_client, second] = connected_pair<V4>();
    auto [third_client, third] = connected_pair<V4>();
    Watched<Talk> all[2];
    all[0] = poller.watch<Talk>(std::move(first).set_nonblocking().value()).value();
    all[1] = poller.watch<Talk>(std::move(second).set_nonblocking().value()).value();
    BOOST_TEST(all[0].index() == 0u);
    BOOST_TEST(all[1].index() == 1u);
    BOOST_TEST(succeeds(first_client.send_all("1")));
    BOOST_TEST(succeeds(second_client.send_all("2")));
    int calls = 0;
    std::size_t of_third = 0;
    std::optional<std::uint32_t> replaced;
    const auto act = [&](Ready<Talk> ready) -> Next<Talk> {
        ++calls;
        if (!replaced) {  // closes the other, whose event may be in the same batch
            replaced = 1 - ready.index();
            all[*replaced].close();
            all[*replaced] = poller.watch<Talk>(std::move(third).set_nonblocking().value()).value();
            BOOST_TEST(all[*replaced].index() == *replaced);
            return std::move(ready).close();
        }
        return count_into(of_third)(std::move(ready));
    };
    const auto turn = [&](Deadline until) {
        (void)poller.turn(until, on<Talk>([&](std::uint32_t index) { return &all[index]; }, act)).value();
    };
    while (!replaced) turn(soon());
    for (int turns = 0; turns < 3; ++turns) turn(in(20ms));
    BOOST_TEST(calls == 1);
    BOOST_TEST(succeeds(third_client.send_all("333")));
    for (const Stopwatch watch; of_third < 3 && watch.elapsed() < 10s;) turn(in(100ms));
    BOOST_TEST(of_third == 3u);
}

BOOST_AUTO_TEST_CASE(a_socket_that_is_closed_while_it_is_waited_for_takes_its_pollables_along) {
    PollPoller<4, Talk> poller = PollPoller<4, Talk>::open().value();
    auto [client, server] = connected_pair<V4>();
    Watched<Talk> left = poller.watch<Talk>(std::move(client).set_nonblocking().value()).value();
    Watched<Talk> right = poller.watch<Talk>(std::move(server).set_nonblocking().value()).value();
    std::size_t bytes = 0;
    const auto turn = [&](Deadline until) {
        return poller.turn(until, on<Talk>([&](std::uint32_t index) { return index == left.index() ? &left : &right; },
                                           count_into(bytes)));
    };
    (void)turn(in(1ms)).value();
    left.close();  // its pollables are older than this; dropping a stream before them would be a trap
    while (!right.is_empty()) (void)turn(soon()).value();
    BOOST_TEST(bytes == 0u);
}

BOOST_AUTO_TEST_CASE(a_socket_that_another_takes_the_place_of_takes_its_pollables_along) {
    PollPoller<4, Talk> poller = PollPoller<4, Talk>::open().value();
    auto [first_client, first] = connected_pair<V4>();
    auto [second_client, second] = connected_pair<V4>();
    Watched<Talk> one = poller.watch<Talk>(std::move(first).set_nonblocking().value()).value();
    std::size_t bytes = 0;
    (void)poller.turn(in(1ms), on(one, count_into(bytes))).value();
    one = poller.watch<Talk>(std::move(second).set_nonblocking().value()).value();
    BOOST_TEST(read_to_end(first_client).empty());
    BOOST_TEST(succeeds(second_client.send_all("22")));
    for (const Stopwatch watch; bytes < 2 && watch.elapsed() < 10s;) {
        (void)poller.turn(in(100ms), on(one, count_into(bytes))).value();
    }
    BOOST_TEST(bytes == 2u);
}

BOOST_AUTO_TEST_CASE(a_wait_that_nothing_could_end_is_an_error) {
    PollPoller<4, Talk> poller = PollPoller<4, Talk>::open().value();
    Watched<Talk> none;
    const auto turned = poller.turn(Deadline::never(), on(none, ignore));
    BOOST_REQUIRE(!turned);
    BOOST_TEST((turned.error() == std::errc::resource_deadlock_would_occur));
    BOOST_TEST(poller.turn(in(1ms), on(none, ignore)).value().events == 0u);
}

BOOST_AUTO_TEST_CASE(of_more_that_are_ready_than_a_turn_tells_the_next_tells_the_rest) {
    constexpr std::size_t count = 80;
    static PollPoller<count, Talk> poller = PollPoller<count, Talk>::open().value();
    const auto listener = listening_on_loopback<V4>();
    std::vector<ConnectedSocket<Tcp<V4>>> clients;
    std::vector<Watched<Talk>> served(count);
    for (std::size_t i = 0; i < count; ++i) {
        clients.push_back(connected_to(listener));
        auto watched = poller.watch<Talk>(listener.accept(soon()).value().set_nonblocking().value()).value();
        served[watched.index()] = std::move(watched);
    }
    for (const auto& each : clients) BOOST_TEST(succeeds(each.send_all("x")));
    std::vector<int> told(count);
    std::size_t most = 0;
    // None reads, so that all stay ready.
    const auto leave = [&](Ready<Talk> ready) -> Next<Talk> {
        ++told[ready.index()];
        return std::move(ready).again();
    };
    for (int turns = 0; turns < 10; ++turns) {
        std::byte none[1];
        (void)clients.front().recv(none, in(10ms));  // until all has arrived
        const auto turned =
            poller.turn(in(100ms), on<Talk>([&](std::uint32_t index) { return &served[index]; }, leave)).value();
        if (turns == 0) most = turned.events;
    }
    BOOST_TEST(most <= 64u);
    BOOST_TEST(std::count(told.begin(), told.end(), 0) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
