// SPDX-License-Identifier: BSL-1.0
// Pollers in a simulated world: the code that watches sockets of the kernel.
#include <estate/adopt.hpp>
#include <estate/error/std_error_code.hpp>

#include "poller_hour.hpp"
#include "poller_storm.hpp"
#include "support/check.hpp"
#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(ten_thousand_connections_by_two_pollers_live_for_an_hour_and_are_replayed_to_the_same_hash) {
    constexpr std::size_t connections = 10'000;
    const Hour once = an_hour<ByReadySet>(12, connections, 1800s);
    BOOST_TEST(once.answers >= 2 * connections);
    const Hour again = an_hour<ByReadySet>(12, connections, 1800s);
    BOOST_TEST(again.hash == once.hash);
    BOOST_TEST(again.answers == once.answers);
    BOOST_TEST(again.events == once.events);
}
BOOST_AUTO_TEST_CASE(another_seed_is_another_hour) {
    BOOST_TEST(an_hour<ByReadySet>(13, 50, 600s).hash != an_hour<ByReadySet>(12, 50, 600s).hash);
}
BOOST_AUTO_TEST_CASE(a_poller_by_poll_lives_for_the_hour_too) {
    constexpr std::size_t connections = 200;
    const Hour once = an_hour<ByPollSet>(12, connections, 600s);
    BOOST_TEST(once.answers >= 5 * connections);
    BOOST_TEST(an_hour<ByPollSet>(12, connections, 600s).hash == once.hash);
}
BOOST_AUTO_TEST_CASE(cancels_timeouts_and_closes_lose_no_byte_and_double_none) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        const StormOutcome once = storm(seed, 2000);
        BOOST_TEST(once.lost == 0U, "seed " << seed << ": " << once.lost << " bytes are lost");
        BOOST_TEST(once.wrong == 0U, "seed " << seed << ": " << once.wrong << " bytes are wrong");
        BOOST_TEST(once.unexplained == 0U);
        BOOST_TEST(once.disturbances() >= 2000U);
        BOOST_TEST((once.cancels > 0 && once.timeouts > 0 && once.closes > 0));
    }
    BOOST_TEST(storm(1, 500).hash == storm(1, 500).hash);
}
namespace {
using Served = On<ConnectedSocket<NonBlocking<Tcp<V4, sim::Sockets>>>, interest::duplex>;
using Sets = std::tuple<sim::ReadySet, posix::PollSet<sim::System, 16>>;
}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(a_wait_that_fails_loses_nothing_of_who_was_asked, Set, Sets) {
    TwoHosts two;
    const int listening = two.listener();
    auto poller = BasicPoller<Set, Served>::open(two.server).value();
    two.connected();
    auto stream = adopt<Tcp<V4, sim::Sockets>>(two.accepted(listening), two.server).value().take<Connected>();
    auto watched = poller.template watch<Served>(std::move(stream).set_nonblocking().value()).value();
    int calls = 0;
    const auto turn = [&] {
        return poller.turn(Deadline::at_once(), on(watched, [&](Ready<Served> ready) -> Next<Served> {
            ++calls;
            std::byte room[1];
            BOOST_TEST(ready.recv(room).value().would_block());
            return std::move(ready).next();
        }));
    };
    for (const bool is_asked : {false, true}) {
        if (is_asked) poller.ask(watched);
        two.world.add(Fault{.call = sim::Call::poll, .nth = 1, .error = ENOMEM});
        BOOST_TEST(fails_with(turn(), std::errc::not_enough_memory));
        two.world.add(Fault{.call = sim::Call::poll, .nth = 1, .error = EINTR});
        BOOST_TEST(turn().value().events == (is_asked ? 1U : 0U));
        BOOST_TEST(turn().value().events == 0U);
    }
    BOOST_TEST(calls == 1);
}
