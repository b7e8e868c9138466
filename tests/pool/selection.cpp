// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool/ip_pool.hpp>
#include <set>
#include <string>
#include <vector>

#include "support/check.hpp"

namespace {
using namespace estate;
using test::fails_with;
using test::succeeds;

template <class Pool>
auto taken(Pool& pool) { return pool.allocate("tenant", "r", {}).value(); }

/// What a search of a user's own is asked for: every second time the first address, else the middle one.
struct Pendulum {
    SearchStart operator()(std::uint64_t) noexcept { return {false, ++asked % 2 == 0 ? 0 : std::uint64_t{1} << 63}; }
    int asked = 0;
};
static_assert(Selection<NextFit> && Selection<LowestFirst> && Selection<RandomStart> && Selection<StickyHash>);
static_assert(Selection<LeastRecent> && Selection<Pendulum>);
static_assert(
    std::is_same_v<decltype(std::declval<IpPool<V4, LowestFirst>&>().allocate("", "", {})), result<Lease<V4>>>,
    "a lease does not tell how it was selected");

BOOST_AUTO_TEST_SUITE(selection)

constexpr Uint128 whole = (Uint128::max)();
static_assert(SearchStart{false, ~std::uint64_t{0}}.of(1) == 0 && SearchStart{false, 0}.of(whole) == 0);
static_assert(SearchStart{false, ~std::uint64_t{0}}.of(~std::uint32_t{0}) == ~std::uint32_t{0} - 1);
static_assert(SearchStart{false, std::uint64_t{1} << 63}.of(whole) == whole >> 1);
static_assert(SearchStart{false, ~std::uint64_t{0}}.of(whole) == Uint128(~std::uint64_t{0} - 1, ~std::uint64_t{0}));
static_assert(SearchStart{false, 0x123456789ABCDEF0}.of(Uint128(0x0FEDCBA987654321, 0x1122334455667788)) ==
              Uint128(0x0121FA00AD77D742, 0x236EC0E6ACE04DC0));

BOOST_AUTO_TEST_CASE(next_fit_goes_round_before_it_leases_an_address_again) {
    IpPool<V4, NextFit> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    std::set<Ipv4Address> seen;
    for (int i = 0; i < 254; ++i) BOOST_REQUIRE(seen.insert(taken(pool).address()).second);
    BOOST_TEST(taken(pool).address() == "192.0.2.1"_ip4);
}

BOOST_AUTO_TEST_CASE(lowest_first_leases_the_lowest_of_all_ranges_at_once_again) {
    IpPool<V4, LowestFirst> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("198.51.100.0/30")));
    std::vector<Lease<V4>> leases;
    leases.push_back(taken(pool));
    BOOST_TEST(leases[0].address() == "198.51.100.1"_ip4);
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/30")));
    for (const auto expected : {"192.0.2.1"_ip4, "192.0.2.2"_ip4, "198.51.100.2"_ip4}) {
        leases.push_back(taken(pool));
        BOOST_TEST(leases.back().address() == expected);
    }
    std::move(leases[3]).release();
    std::move(leases[2]).release();
    BOOST_TEST(taken(pool).address() == "192.0.2.2"_ip4);
    BOOST_TEST(taken(pool).address() == "192.0.2.2"_ip4);
}

BOOST_AUTO_TEST_CASE(random_start_is_secret_and_the_same_for_the_same_key) {
    const auto first_ten = [](SecretKey key) {
        IpPool<V4, RandomStart> pool("keyed", key);
        for (const char* const text : {"10.0.0.0/8", "192.0.2.0/24", "172.16.0.0/12"})
            (void)pool.add_cidr_range(text).value();
        std::vector<Ipv4Address> got;
        for (int i = 0; i < 10; ++i) got.push_back(taken(pool).address());
        return got;
    };
    BOOST_TEST((first_ten({1, 2}) == first_ten({1, 2})));
    BOOST_TEST((first_ten({1, 2}) != first_ten({1, 3})));
    IpPool<V4, RandomStart> a;
    IpPool<V4, RandomStart> b;
    BOOST_TEST(succeeds(a.add_cidr_range("10.0.0.0/8")));
    BOOST_TEST(succeeds(b.add_cidr_range("10.0.0.0/8")));
    BOOST_TEST(taken(a).address() != taken(b).address());
}

BOOST_AUTO_TEST_CASE(random_start_reaches_every_part_of_every_range_evenly) {
    IpPool<V4, RandomStart> pool("keyed", {1, 2});
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/16")));
    BOOST_TEST(succeeds(pool.add_cidr_range("172.16.0.0/16")));
    std::map<std::uint32_t, int> eighths;
    for (int i = 0; i < 8000; ++i) ++eighths[taken(pool).address().to_uint() >> 13];
    BOOST_TEST(eighths.size() == 16U);  // of two ranges
    for (const auto& [eighth, count] : eighths) BOOST_TEST((count > 350 && count < 650), eighth << ": " << count);
}

BOOST_AUTO_TEST_CASE(sticky_hash_gives_the_same_address_in_another_pool) {
    const auto address_in = [](std::vector<const char*> ranges, const char* tenant, const std::string& resource) {
        IpPool<V4, StickyHash> pool;
        for (const char* const text : ranges) (void)pool.add_cidr_range(text).value();
        return pool.allocate(tenant, resource, {}).value().address();
    };
    std::set<Ipv4Address> seen;
    for (int i = 0; i < 200; ++i) {
        const auto resource = "r" + std::to_string(i);
        const auto ip = address_in({"10.0.0.0/16", "192.0.2.0/24"}, "red", resource);
        BOOST_TEST(ip == address_in({"192.0.2.0/24", "10.0.0.0/16"}, "red", resource));
        seen.insert(ip);
    }
    BOOST_TEST(seen.size() > 140U);  // half of them among 254
}

BOOST_AUTO_TEST_CASE(sticky_hash_gives_the_address_again_when_it_is_free) {
    IpPool<V6, StickyHash> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8:1::/120")));
    for (int i = 0; i < 100; ++i) {
        const auto resource = "r" + std::to_string(i);
        const auto ip = pool.allocate("red", resource, {}).value().address();
        const auto other = pool.allocate("blue", "other" + resource, {});
        BOOST_REQUIRE(pool.allocate("red", resource, {}).value().address() == ip);
        const auto lease = pool.allocate_specific(ip, "green", "r", {}).value();
        BOOST_REQUIRE(pool.allocate("red", resource, {}).value().address() != ip);
    }
}

BOOST_AUTO_TEST_CASE(least_recent_takes_the_untouched_first_and_then_the_oldest) {
    IpPool<V4, LeastRecent> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/29")));
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 4; ++i) leases.push_back(taken(pool));
    std::vector<Ipv4Address> order;
    for (const std::size_t i : {2U, 0U, 3U, 1U}) {
        order.push_back(leases[i].address());
        std::move(leases[i]).release();
    }
    leases.push_back(taken(pool));
    leases.push_back(taken(pool));  // the two that nobody had
    BOOST_TEST(succeeds(pool.reserve(order[1])));
    BOOST_TEST(succeeds(pool.unreserve(order[1])));  // begins anew
    leases.push_back(taken(pool));
    BOOST_TEST(leases.back().address() == order[1]);
    for (const std::size_t i : {0U, 2U, 3U}) {
        leases.push_back(taken(pool));
        BOOST_TEST(leases.back().address() == order[i]);
    }
}

BOOST_AUTO_TEST_CASE(a_selection_of_ones_own_says_where_to_begin) {
    IpPool<V4, Pendulum> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 4; ++i) leases.push_back(taken(pool));
    BOOST_TEST(leases[0].address() == "192.0.2.128"_ip4);
    BOOST_TEST(leases[1].address() == "192.0.2.1"_ip4);
    BOOST_TEST(leases[2].address() == "192.0.2.129"_ip4);
    BOOST_TEST(leases[3].address() == "192.0.2.2"_ip4);
}

/// The time of the fastest of some leases that end at once, the only free address being in the last of the ranges.
template <class Select>
std::chrono::nanoseconds time_of_a_lease(std::uint32_t ranges) {
    IpPool<V4, Select> pool;
    for (std::uint32_t i = 0; i < ranges; ++i) {
        BOOST_REQUIRE(
            pool.add_cidr_range(CidrRange<V4>::make(Ipv4Address{0x0A000000 + 2 * i}, 32).value()).has_value());
    }
    std::vector<Lease<V4>> leases;
    while (auto lease = pool.allocate("tenant", "r", {})) leases.push_back(std::move(lease).assume_value());
    BOOST_REQUIRE(leases.size() == ranges);
    const Ipv4Address last{0x0A000000 + 2 * (ranges - 1)};
    for (auto& lease : leases) {
        if (lease.address() == last) std::move(lease).release();
    }
    auto best = std::chrono::nanoseconds::max();
    for (int i = 0; i < 2000; ++i) {
        const auto start = std::chrono::steady_clock::now();
        auto lease = pool.allocate("tenant", "r", {});
        best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - start);
        BOOST_REQUIRE((lease.has_value() && lease.assume_value().address() == last));
    }
    return best;
}

BOOST_AUTO_TEST_CASE(the_last_address_of_the_last_of_many_ranges_is_found_as_fast_as_the_only_one) {
    const auto compare = [](auto select) {
        const auto one = time_of_a_lease<decltype(select)>(1);
        const auto many = time_of_a_lease<decltype(select)>(5000);
        BOOST_TEST_MESSAGE("one range " << one.count() << " ns, 5000 ranges " << many.count() << " ns");
        BOOST_TEST((many < 20 * one));  // one look at each range would be thousands
    };
    compare(NextFit{});
    compare(LowestFirst{});
    compare(StickyHash{});
}

BOOST_AUTO_TEST_CASE(next_fit_goes_round_all_ranges) {
    IpPool<V4, NextFit> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/32")));
    BOOST_TEST(succeeds(pool.add_cidr_range("198.51.100.0/24")));
    const auto first = taken(pool).address();
    BOOST_TEST(taken(pool).address() != first);
}

BOOST_AUTO_TEST_CASE(lowest_first_keeps_the_secret_order_of_a_sparse_range) {
    IpPool<V6, LowestFirst> pool("keyed", {1, 2});
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    BOOST_TEST(taken(pool).address() != "2001:db8::1"_ip6);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
