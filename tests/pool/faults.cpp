// SPDX-License-Identifier: BSL-1.0
// Faults that were found in the pool, a test for each; and every operation on an address with every mark that it can have.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "pool/timed_pool.hpp"
#include "support/check.hpp"

namespace {
using namespace estate;
using namespace std::chrono_literals;
using test::fails_with;
using test::succeeds;
using test::take;
using test::Time;
using test::TimedPool;

BOOST_AUTO_TEST_SUITE(faults)

BOOST_AUTO_TEST_CASE(two_sparse_ranges_of_a_pool_have_two_orders) {
    IpPool<V6> pool{"orders", SecretKey{1, 2}};
    std::vector<std::uint64_t> low[2];
    for (const int i : {0, 1}) {
        const char* const text = i == 0 ? "2001:db8:0:1::/64" : "2001:db8:0:2::/64";
        BOOST_TEST(succeeds(pool.add_cidr_range(text)));
        for (int n = 0; n < 5; ++n) low[i].push_back(take(pool).value().address().bits().low());
        BOOST_TEST(succeeds(pool.remove_cidr_range(text)));
    }
    for (const std::uint64_t one : low[0]) BOOST_TEST((std::count(low[1].begin(), low[1].end(), one) == 0));
}

BOOST_AUTO_TEST_CASE(a_sparse_range_that_is_removed_and_added_does_not_begin_its_order_again) {
    IpPool<V6> pool{"orders", SecretKey{1, 2}};
    std::set<Ipv6Address> seen;
    for (int round = 0; round < 5; ++round) {
        BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
        for (int n = 0; n < 5; ++n) BOOST_TEST(seen.insert(take(pool).value().address()).second);
        BOOST_TEST(succeeds(pool.exclude("2001:db8::7"_ip6)));  // a new order, which is another one too
        BOOST_TEST(seen.insert(take(pool).value().address()).second);
        BOOST_TEST(succeeds(pool.remove_cidr_range("2001:db8::/64")));
    }
    IpPool<V6> same{"orders", SecretKey{1, 2}};
    BOOST_TEST(succeeds(same.add_cidr_range("2001:db8::/64")));
    BOOST_TEST(seen.count(take(same).value().address()) == 1U);  // a key makes a run that can be repeated
}

template <class Select, class F>
void removal_keeps_the_quarantine(const char* range, const char* wide) {
    TimedPool<F, Select> pool;
    BOOST_TEST(succeeds(pool.set_quarantine(60s)));
    BOOST_TEST(succeeds(pool.add_cidr_range(range)));
    const auto ip = take(pool).value().address();
    BOOST_TEST(fails_with(pool.remove_cidr_range(range), errc::address_cooling));
    BOOST_TEST(fails_with(pool.allocate_specific(ip, "red", "r", {}), errc::address_cooling));
    Time::advance(1s);
    // neither does excluding it make it forget
    BOOST_TEST(succeeds(pool.exclude(ip)));
    BOOST_TEST(fails_with(pool.remove_cidr_range(range), errc::address_cooling));
    BOOST_TEST(succeeds(pool.unreserve(ip)));
    BOOST_TEST(fails_with(pool.allocate_specific(ip, "red", "r", {}), errc::address_cooling));
    BOOST_TEST(succeeds(pool.grow(range, wide)));
    BOOST_TEST(fails_with(pool.allocate_specific(ip, "red", "r", {}), errc::address_cooling));
    BOOST_TEST(succeeds(pool.drain(wide)));
    BOOST_TEST(fails_with(pool.add_cidr_range(wide), errc::range_overlaps));
    Time::advance(60s);
    BOOST_TEST(succeeds(pool.add_cidr_range(wide)));  // it has gone now
    BOOST_TEST(succeeds(pool.allocate_specific(ip, "red", "r", {})));
}
BOOST_AUTO_TEST_CASE(no_operation_on_a_range_ends_a_quarantine) {
    removal_keeps_the_quarantine<NextFit, V4>("192.0.2.0/28", "192.0.2.0/24");
    removal_keeps_the_quarantine<LeastRecent, V4>("192.0.2.0/28", "192.0.2.0/24");
    removal_keeps_the_quarantine<NextFit, V6>("2001:db8::/64", "2001:db8::/63");
    removal_keeps_the_quarantine<StickyHash, V6>("2001:db8::/90", "2001:db8::/80");
}

BOOST_AUTO_TEST_CASE(what_was_held_and_then_given_back_waits_too) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.set_quarantine(60s)));
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/28")));
    auto lease = take(pool).value();
    const auto ip = lease.address();
    BOOST_TEST(succeeds(pool.exclude(ip)));
    std::move(lease).release();
    BOOST_TEST(fails_with(pool.remove_cidr_range("192.0.2.0/28"), errc::address_cooling));
    Time::advance(59s);
    BOOST_TEST(succeeds(pool.unreserve(ip)));
    Time::advance(59s);
    BOOST_TEST(fails_with(pool.allocate_specific(ip, "red", "r", {}), errc::address_cooling));
    Time::advance(1s);
    BOOST_TEST(succeeds(pool.allocate_specific(ip, "red", "r", {})));
}

BOOST_AUTO_TEST_CASE(an_address_leased_before_its_wait_began_and_given_back_in_it_waits_from_then_on) {
    for (const char* const text : {"192.0.2.0/28", "0.0.0.0/0"}) {
        TimedPool<V4, LowestFirst> pool;
        BOOST_TEST(succeeds(pool.set_quarantine(60s)));
        BOOST_TEST(succeeds(pool.add_cidr_range(text)));
        auto lease = take(pool).value();
        const auto ip = lease.address();
        BOOST_TEST(succeeds(pool.exclude(ip)));
        BOOST_TEST(succeeds(pool.unreserve(ip)));
        Time::advance(30s);
        std::move(lease).release();
        Time::advance(59s);
        BOOST_TEST(fails_with(pool.allocate_specific(ip, "red", "r", {}), errc::address_cooling));
        Time::advance(1s);
        BOOST_TEST(succeeds(pool.allocate_specific(ip, "red", "r", {})));
    }
}

BOOST_AUTO_TEST_CASE(marks_of_an_address_are_sets_of_their_own) {
    for (const char* const text : {"192.0.2.0/28", "192.0.2.0/24", "0.0.0.0/0"}) {
        IpPool<V4> pool;
        BOOST_TEST(succeeds(pool.add_cidr_range(text)));
        const auto ip = "192.0.2.5"_ip4;
        const auto is_held = [&] { return fails_with(pool.allocate_specific(ip, "red", "r", {}), errc::address_held); };
        BOOST_TEST(succeeds(pool.reserve(ip)));
        BOOST_TEST(succeeds(pool.set_gateway(ip)));
        BOOST_TEST(is_held());
        BOOST_TEST(succeeds(pool.unreserve(ip)));
        BOOST_TEST(is_held());  // the gateway still
        BOOST_TEST(succeeds(pool.reserve(ip)));
        BOOST_TEST(succeeds(pool.set_gateway("192.0.2.6"_ip4)));
        BOOST_TEST(is_held());  // reserved still
        BOOST_TEST(succeeds(pool.unreserve(ip)));
        BOOST_TEST(succeeds(pool.allocate_specific(ip, "red", "r", {})));
    }
    // of an edge
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/30", Usable::all)));
    BOOST_TEST(succeeds(pool.exclude("192.0.2.0"_ip4)));
    BOOST_TEST(succeeds(pool.grow("192.0.2.0/30", "192.0.2.0/29")));
    BOOST_TEST(succeeds(pool.grow("192.0.2.0/29", "192.0.2.0/29", Usable::all)));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.0"_ip4, "red", "r", {}), errc::address_held));
    BOOST_TEST(succeeds(pool.allocate_specific("192.0.2.3"_ip4, "red", "r", {})));
    BOOST_TEST(succeeds(pool.unreserve("192.0.2.0"_ip4)));
    BOOST_TEST(succeeds(pool.allocate_specific("192.0.2.0"_ip4, "red", "r", {})));
}

BOOST_AUTO_TEST_CASE(a_kept_lease_past_its_time_is_in_nobodys_way) {
    const auto kept = [](auto& pool) {
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/30")));
        auto lease = pool.allocate("red", "web", {}).value();
        const auto ip = lease.address();
        const auto binding = pool.keep(std::move(lease), 1s).value();
        Time::advance(2s);
        return std::pair{ip, binding};
    };
    {
        TimedPool<V4> pool;
        const auto ip = kept(pool).first;
        BOOST_TEST(succeeds(pool.reserve(ip)));
    }
    {
        TimedPool<V4> pool;
        (void)kept(pool);
        BOOST_TEST(succeeds(pool.remove_cidr_range("192.0.2.0/30")));
    }
    {
        TimedPool<V4> pool;
        (void)kept(pool);
        BOOST_TEST((pool.stats() == PoolStats{2, 0, 0, 2}));
        BOOST_TEST(pool.leases_of("red") == 0U);
    }
    {
        TimedPool<V4> pool;
        const auto [ip, binding] = kept(pool);
        BOOST_TEST(fails_with(pool.get_binding(ip), errc::not_leased));
    }
    {
        TimedPool<V4> pool;
        const auto [ip, binding] = kept(pool);
        BOOST_TEST(fails_with(binding.share(), errc::stale_binding));
    }
    {
        TimedPool<V4> pool;
        (void)kept(pool);
        pool.for_each_binding([](const IpBinding<V4>&) { BOOST_ERROR("a lease that is over is met"); });
        pool.for_each_tenant([](std::string_view, const TenantStats&) { BOOST_ERROR("so its tenant"); });
    }
    {
        TimedPool<V4> pool;
        (void)kept(pool);
        BOOST_TEST(succeeds(pool.drain("192.0.2.0/30")));
        BOOST_TEST(!pool.contains("192.0.2.1"_ip4));
    }
    {
        TimedPool<V4> pool;
        const auto ip = kept(pool).first;
        BOOST_TEST(succeeds(pool.set_gateway(ip)));
    }
    {
        TimedPool<V4> pool;
        BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/28")));
        auto lease = pool.allocate_sticky("red", "web", {}).value();
        const auto generation = lease.generation();
        BOOST_TEST(succeeds(pool.keep(std::move(lease), 1s)));
        Time::advance(2s);
        BOOST_TEST(pool.allocate_sticky("red", "web", {}).value().generation() != generation);
    }
}

BOOST_AUTO_TEST_CASE(a_sticky_lease_is_not_shared_out_of_a_range_that_drains_or_of_what_is_excluded) {
    for (const bool drains : {true, false}) {
        IpPool<V4> pool;
        BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/30")));
        auto first = pool.allocate_sticky("red", "web", {}).value();
        BOOST_TEST(succeeds(pool.add_cidr_range("198.51.100.0/30")));
        BOOST_TEST(succeeds(drains ? pool.drain("192.0.2.0/30") : pool.exclude("192.0.2.0/30"_cidr4)));
        const auto second = pool.allocate_sticky("red", "web", {}).value();
        BOOST_TEST(second.address() == "198.51.100.1"_ip4);
        BOOST_TEST(pool.allocate_sticky("red", "web", {}).value().address() == second.address());
        std::move(first).release();
        BOOST_TEST(pool.contains("192.0.2.1"_ip4) == !drains);
    }
}

template <class Select>
void chooses_by_address() {
    IpPool<V4, Select> pool{"even", SecretKey{3, 4}};
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/30")));
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/16")));
    int small = 0;
    for (int i = 0; i < 2000; ++i)
        small += take(pool, std::to_string(i)).value().address() >= "192.0.2.0"_ip4 ? 1 : 0;
    BOOST_TEST(small < 10);
}
BOOST_AUTO_TEST_CASE(a_random_start_is_one_of_all_addresses_whatever_the_ranges) {
    chooses_by_address<RandomStart>();
    chooses_by_address<StickyHash>();
}

BOOST_AUTO_TEST_CASE(next_fit_goes_round_all_ranges_again_and_again) {
    IpPool<V4> pool;
    for (const char* const text : {"192.0.2.0/30", "192.0.2.4/30", "192.0.2.8/30"})
        BOOST_TEST(succeeds(pool.add_cidr_range(text)));
    std::vector<int> order;
    for (int i = 0; i < 18; ++i) order.push_back(take(pool).value().address().bytes()[3]);
    for (std::size_t i = 0; i < order.size(); ++i) {
        constexpr int expected[] = {1, 2, 5, 6, 9, 10};
        BOOST_TEST(order[i] == expected[i % 6]);
    }
}

BOOST_AUTO_TEST_CASE(a_quarantine_ends_whatever_the_clock_says) {
    constexpr auto first = (std::chrono::nanoseconds::min)();
    constexpr auto last = (std::chrono::nanoseconds::max)();
    for (const auto& [begin, end] : {std::pair{first, last}, std::pair{-5ns, last}, std::pair{first, 0ns}}) {
        Time::set(begin);
        TimedPool<V4> dense;
        TimedPool<V4, LeastRecent> recent;
        TimedPool<V6> sparse;
        const auto cools = [&, from = begin, to = end](auto& pool, const char* range) {
            Time::set(from);
            BOOST_TEST(succeeds(pool.set_quarantine(1h)));
            BOOST_TEST(succeeds(pool.add_cidr_range(range)));
            const auto ip = take(pool).value().address();
            BOOST_TEST(succeeds(pool.reserve(ip)));
            BOOST_TEST(succeeds(pool.unreserve(ip)));
            BOOST_TEST(fails_with(pool.allocate_specific(ip, "red", "r", {}), errc::address_cooling));
            Time::set(to);
            BOOST_TEST(succeeds(pool.allocate_specific(ip, "red", "r", {})));
        };
        cools(dense, "192.0.2.0/24");
        cools(recent, "192.0.2.0/24");
        cools(sparse, "2001:db8::/64");
    }
    Time::set(1h);
}

template <class Select, class F>
void unreserve_begins_a_quarantine(const char* range) {
    TimedPool<F, Select> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range(range)));
    const auto all = CidrRange<F>::parse(range).value();
    BOOST_TEST(succeeds(pool.reserve(all)));
    BOOST_TEST(succeeds(pool.set_quarantine(60s)));
    BOOST_TEST(fails_with(take(pool), errc::pool_exhausted));
    BOOST_TEST(succeeds(pool.unreserve(all)));  // nobody ever had one of them
    const PoolStats stats = pool.stats();
    BOOST_TEST((stats.cooling == stats.capacity && stats.free == Uint128{0}));
    BOOST_TEST(fails_with(take(pool), errc::pool_cooling));
    BOOST_TEST(succeeds(pool.set_quarantine(60s, WhenCooling::take_oldest)));
    BOOST_TEST(succeeds(take(pool)));
    BOOST_TEST(succeeds(pool.set_quarantine(60s)));
    Time::advance(59s);
    BOOST_TEST(fails_with(take(pool), errc::pool_cooling));
    Time::advance(1s);
    BOOST_TEST(succeeds(take(pool)));
}
BOOST_AUTO_TEST_CASE(what_is_opened_waits_with_every_selection_and_in_every_range) {
    unreserve_begins_a_quarantine<NextFit, V4>("192.0.2.0/28");
    unreserve_begins_a_quarantine<LeastRecent, V4>("192.0.2.0/28");
    unreserve_begins_a_quarantine<NextFit, V4>("10.0.0.0/8");
    unreserve_begins_a_quarantine<RandomStart, V6>("2001:db8::/64");
}

BOOST_AUTO_TEST_CASE(the_unspecified_address_is_never_leased) {
    IpPool<V4> pool;
    BOOST_TEST(fails_with(pool.add_cidr_range("0.0.0.0/32"), errc::address_held));
    BOOST_TEST(succeeds(pool.add_cidr_range("0.0.0.0/31")));
    BOOST_TEST(take(pool).value().address() == "0.0.0.1"_ip4);
    BOOST_TEST(fails_with(pool.allocate_specific("0.0.0.0"_ip4, "red", "r", {}), errc::address_held));
    BOOST_TEST(succeeds(pool.grow("0.0.0.0/31", "0.0.0.0/24", Usable::all)));
    BOOST_TEST(fails_with(pool.allocate_specific("0.0.0.0"_ip4, "red", "r", {}), errc::address_held));
    IpPool<V6> six;
    BOOST_TEST(fails_with(six.add_cidr_range("::/128"), errc::address_held));
    BOOST_TEST(succeeds(six.add_cidr_range("::/0", Usable::all)));
    BOOST_TEST(fails_with(six.allocate_specific("::"_ip6, "red", "r", {}), errc::address_held));
}

BOOST_AUTO_TEST_CASE(a_refused_call_leaves_the_magazines_of_others_alone) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    auto magazine = pool.magazine("blue", 8).value();
    const auto mine = magazine.allocate("web", {}).value();
    const auto waiting = pool.leases_of("blue");
    BOOST_TEST(waiting > 1U);
    // an address that somebody has, a quota, a mark elsewhere: none of them can be helped by what waits
    BOOST_TEST(fails_with(pool.allocate_specific(mine.address(), "red", "r", {}), errc::address_leased));
    BOOST_TEST(succeeds(pool.set_quota("red", 1)));
    const auto one = take(pool).value();
    BOOST_TEST(fails_with(take(pool), errc::quota_exceeded));
    BOOST_TEST(succeeds(pool.exclude("192.0.2.200"_ip4)));
    BOOST_TEST(succeeds(pool.add_cidr_range("198.51.100.0/30")));
    BOOST_TEST(succeeds(pool.drain("198.51.100.0/30")));
    BOOST_TEST(pool.leases_of("blue") == waiting);
    // an address that waits there is had, alone
    Ipv4Address there;
    for (std::uint32_t i = 1; i < 20; ++i) {
        const Ipv4Address at{0xC0000200 + i};
        if (at != mine.address() && at != one.address() && succeeds(pool.allocate_specific(at, "green", "r", {}))) {
            there = at;
            break;
        }
    }
    BOOST_TEST(pool.leases_of("blue") == waiting - 1);
}

BOOST_AUTO_TEST_CASE(a_magazine_gives_nothing_back_to_itself_while_others_want) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/29")));
    auto magazine = pool.magazine("blue", 4).value();
    auto mine = magazine.allocate("web", {}).value();
    std::vector<Lease<V4>> others;
    while (auto lease = take(pool)) others.push_back(std::move(lease).value());
    BOOST_TEST(others.size() == 5U);  // what waited too
    std::move(mine).release();
    BOOST_TEST(succeeds(take(pool)));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
