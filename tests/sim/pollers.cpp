// SPDX-License-Identifier: BSL-1.0
// Pollers in a simulated world: the code that watches sockets of the kernel.
#include "poller_hour.hpp"
#include "poller_storm.hpp"
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
