// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool/ip_pool.hpp>
#include <string>
#include <thread>
#include <vector>

#include "support/check.hpp"

namespace {
using namespace estate;
using test::fails_with;
using test::succeeds;

IpPool<V4> named() {
    return IpPool<V4>{"tenants"};
}

BOOST_AUTO_TEST_SUITE(tenants)

BOOST_AUTO_TEST_CASE(a_resource_that_asks_twice_has_one_address) {
    auto pool = named();
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/28")));
    auto first = pool.allocate_sticky("red", "web", ResourceType::pod("p1")).value();
    auto again = pool.allocate_sticky("red", "web", ResourceType::pod("p2")).value();
    BOOST_TEST(first.address() == again.address());
    BOOST_TEST((first.binding() == again.binding()));
    BOOST_TEST(again.resource_type().label() == "p1");  // of the lease that there is
    BOOST_TEST(pool.leases_of("red") == 1U);
    const auto other = pool.allocate_sticky("red", "db", {}).value();
    const auto stranger = pool.allocate_sticky("blue", "web", {}).value();
    const auto plain = pool.allocate("red", "web", {}).value();
    BOOST_TEST(other.address() != first.address());
    BOOST_TEST(stranger.address() != first.address());
    BOOST_TEST(plain.address() != first.address());

    const auto ip = first.address();
    std::move(first).release();
    BOOST_TEST(pool.allocate_sticky("red", "web", {}).value().address() == ip);  // `again` still has it
    std::move(again).release();
    const auto later = pool.allocate_sticky("red", "web", {}).value();
    BOOST_TEST(later.generation() != other.generation());
    BOOST_TEST(pool.leases_of("red") == 3U);
}

BOOST_AUTO_TEST_CASE(many_sticky_resources_are_found_again) {
    auto pool = named();
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/16")));
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 1000; ++i) leases.push_back(pool.allocate_sticky("red", "r" + std::to_string(i), {}).value());
    for (int i = 0; i < 1000; i += 2) std::move(leases[static_cast<std::size_t>(i)]).release();
    for (int i = 1; i < 1000; i += 2) {
        const auto& known = leases[static_cast<std::size_t>(i)];
        BOOST_REQUIRE(pool.allocate_sticky("red", "r" + std::to_string(i), {}).value().address() == known.address());
    }
    BOOST_TEST(pool.leases_of("red") == 500U);
}

BOOST_AUTO_TEST_CASE(a_sticky_address_is_one_for_all_threads) {
    auto pool = named();
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    const auto kept = pool.allocate_sticky("red", "web", {}).value();
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < 2000; ++k) {
                if (pool.allocate_sticky("red", "web", {}).value().address() != kept.address()) ++wrong;
                (void)pool.allocate_sticky("red", "other", {}).value();
            }
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(wrong == 0);
    BOOST_TEST(pool.leases_of("red") == 1U);
}

BOOST_AUTO_TEST_CASE(a_tenant_gets_no_more_than_its_quota) {
    auto pool = named();
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/28")));
    BOOST_TEST(succeeds(pool.set_quota("red", 2)));
    auto one = pool.allocate("red", "web", {}).value();
    const auto two = pool.allocate_sticky("red", "db", {}).value();
    BOOST_TEST(fails_with(pool.allocate("red", "web", {}), errc::quota_exceeded));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.9"_ip4, "red", "web", {}), errc::quota_exceeded));
    BOOST_TEST(succeeds(pool.allocate_sticky("red", "db", {})));  // that is the second
    BOOST_TEST(succeeds(pool.allocate("blue", "web", {})));
    BOOST_TEST((pool.stats().in_use == Uint128{2}));
    std::move(one).release();
    BOOST_TEST(succeeds(pool.allocate("red", "web", {})));

    BOOST_TEST(succeeds(pool.set_quota("red", 0)));  // what it has stays
    BOOST_TEST(pool.leases_of("red") == 1U);
    BOOST_TEST(fails_with(pool.allocate("red", "web", {}), errc::quota_exceeded));
    BOOST_TEST(succeeds(pool.set_quota("red", IpPool<V4>::no_quota)));
    BOOST_TEST(succeeds(pool.allocate("red", "web", {})));
    BOOST_TEST(fails_with(pool.set_quota("", 1), errc::malformed_name));
}

BOOST_AUTO_TEST_CASE(a_quota_outlasts_the_leases_of_its_tenant) {
    auto pool = named();
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/28")));
    BOOST_TEST(succeeds(pool.set_quota("red", 1)));
    for (int i = 0; i < 3; ++i) BOOST_TEST(succeeds(pool.allocate("red", "web", {})));  // one after the other
    const auto one = pool.allocate("red", "web", {}).value();
    BOOST_TEST(fails_with(pool.allocate("red", "web", {}), errc::quota_exceeded));
    std::size_t seen = 0;
    pool.for_each_binding([&](const auto&) { ++seen; });
    BOOST_TEST(seen == 1U);
}

BOOST_AUTO_TEST_CASE(many_addresses_are_leased_together_or_not_at_all) {
    auto pool = named();
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/29")));    // 6
    BOOST_TEST(succeeds(pool.add_cidr_range("198.51.100.0/30")));  // 2
    BOOST_TEST(fails_with(pool.allocate_many(9, "red", "web", {}), errc::pool_exhausted));
    BOOST_TEST((pool.stats().in_use == Uint128{0}));
    BOOST_TEST(pool.allocate_many(0, "red", "web", {}).value().empty());
    {
        const auto all = pool.allocate_many(8, "red", "web", {}).value();
        BOOST_TEST(all.size() == 8U);
        BOOST_TEST(pool.leases_of("red") == 8U);
        BOOST_TEST((pool.stats().free == Uint128{0}));
    }
    BOOST_TEST((pool.stats().free == Uint128{8}));
    BOOST_TEST(succeeds(pool.set_quota("red", 3)));
    BOOST_TEST(fails_with(pool.allocate_many(4, "red", "web", {}), errc::quota_exceeded));
    BOOST_TEST(pool.allocate_many(3, "red", "web", {}).value().size() == 3U);
    BOOST_TEST(fails_with(pool.allocate_many(1, "", "web", {}), errc::malformed_name));
}

BOOST_AUTO_TEST_CASE(a_visitor_of_tenants_may_use_the_pool) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 20; ++i)
        leases.push_back(pool.allocate("tenant-" + std::to_string(i), "web", {}).value());
    BOOST_TEST(succeeds(pool.set_quota("quota alone", 5)));
    std::size_t seen = 0;
    pool.for_each_tenant([&](std::string_view tenant, const TenantStats& has) {
        ++seen;
        BOOST_TEST((pool.stats(tenant) == has));
        // the tenant at hand goes, the next one goes, and others come
        for (int i = 0; i < 2 && !leases.empty(); ++i) leases.erase(leases.begin());
        BOOST_TEST(!pool.stats(tenant).in_use);
        BOOST_TEST(succeeds(pool.allocate("another", "web", {})));
    });
    BOOST_TEST(seen == 11U);
    BOOST_TEST(succeeds(pool.set_quota("quota alone", pool.no_quota)));
    pool.for_each_tenant([](std::string_view tenant, const TenantStats&) { BOOST_ERROR("still known: " << tenant); });
}

BOOST_AUTO_TEST_CASE(a_visit_of_tenants_that_throws_leaves_nothing_behind) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    auto lease = pool.allocate("red", "web", {}).value();
    BOOST_CHECK_THROW(pool.for_each_tenant([](std::string_view, const TenantStats&) { throw 1; }), int);
    std::move(lease).release();
    pool.for_each_tenant([](std::string_view tenant, const TenantStats&) { BOOST_ERROR("still known: " << tenant); });
}

// Else a class derived from a pool could make a second lease of an address.
static_assert(std::is_final_v<IpPool<V4>> && std::is_final_v<IpPool<V6, LowestFirst>>);

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
