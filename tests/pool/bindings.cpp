// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool/ip_pool.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "support/check.hpp"

namespace {
using namespace estate;
using test::fails_with;
using test::succeeds;

struct Tenants {
    Tenants() {
        BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/28")));
        BOOST_TEST(succeeds(pool.add_cidr_range("198.51.100.0/22")));
        BOOST_TEST(succeeds(pool.add_cidr_range("0.0.0.0/7")));
    }
    Lease<V4> take(std::string_view tenant, std::string_view resource = "web") {
        return pool.allocate(tenant, resource, ResourceType::container("c")).value();
    }

    IpPool<V4> pool;
};

BOOST_FIXTURE_TEST_SUITE(bindings, Tenants)

BOOST_AUTO_TEST_CASE(a_binding_tells_who_has_an_address) {
    const auto lease = take("red", "web-1");
    const auto binding = pool.get_binding(lease.address()).value();
    BOOST_TEST(binding.address() == lease.address());
    BOOST_TEST(binding.tenant() == "red");
    BOOST_TEST(binding.resource() == "web-1");
    BOOST_TEST((binding.resource_type() == ResourceType::container("c")));
    BOOST_TEST(binding.generation() == lease.generation());
    BOOST_TEST((binding == lease.binding()));
    BOOST_TEST((binding != take("red").binding()));
    BOOST_TEST(fails_with(pool.get_binding("192.0.2.9"_ip4), errc::not_leased));
    BOOST_TEST(fails_with(pool.get_binding("192.0.2.0"_ip4), errc::not_leased));
    BOOST_TEST(fails_with(pool.get_binding("1.2.3.4"_ip4), errc::not_leased));
    BOOST_TEST(fails_with(pool.get_binding("192.0.3.1"_ip4), errc::address_not_in_pool));
}

BOOST_AUTO_TEST_CASE(a_binding_does_not_keep_the_address) {
    auto lease = take("red");
    const auto binding = lease.binding();
    auto shared = binding.share().value();
    BOOST_TEST(shared.address() == lease.address());
    std::move(lease).release();
    BOOST_TEST((pool.stats().in_use == Uint128{1}));
    std::move(shared).release();
    BOOST_TEST((pool.stats().in_use == Uint128{0}));
    BOOST_TEST(fails_with(binding.share(), errc::stale_binding));
}

BOOST_AUTO_TEST_CASE(a_stale_binding_never_acts_on_the_next_owner) {
    for (const auto ip : {"192.0.2.1"_ip4, "1.0.0.77"_ip4}) {
        auto lease = pool.allocate_specific(ip, "red", "web", {}).value();
        const auto stale = lease.binding();
        std::move(lease).release();
        const auto next = pool.allocate_specific(ip, "red", "web", {}).value();
        BOOST_TEST(next.generation() != stale.generation());
        BOOST_TEST(fails_with(stale.share(), errc::stale_binding));
        BOOST_TEST(next.binding().share().has_value());
    }
}

BOOST_AUTO_TEST_CASE(a_binding_stays_stale_when_its_range_is_removed_and_added_again) {
    auto lease = take("red");
    const auto ip = lease.address();
    const auto stale = lease.binding();
    std::move(lease).release();
    BOOST_TEST(succeeds(pool.remove_cidr_range("192.0.2.0/28")));
    BOOST_TEST(fails_with(stale.share(), errc::stale_binding));
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/28")));
    const auto next = pool.allocate_specific(ip, "red", "web", {}).value();
    BOOST_TEST(fails_with(stale.share(), errc::stale_binding));
}

BOOST_AUTO_TEST_CASE(bindings_are_copied_assigned_and_moved) {
    auto lease = take("red", "one");
    auto other = take("blue", "two");
    auto a = lease.binding();
    auto b = a;
    b = other.binding();
    BOOST_TEST(b.resource() == "two");
    b = a;
    auto& same = b;
    b = same;
    BOOST_TEST((a == b));
    const auto c = std::move(b);
    BOOST_TEST(c.resource() == "one");
    BOOST_TEST(c.share().has_value());
}

BOOST_AUTO_TEST_CASE(a_binding_is_safe_after_its_pool) {
    auto other = std::make_unique<IpPool<V4>>();
    BOOST_TEST(succeeds(other->add_cidr_range("192.0.2.0/28")));
    auto lease = other->allocate("red", "web", {}).value();
    const auto binding = lease.binding();
    std::move(lease).release();
    other.reset();
    const auto copy = binding;
    BOOST_TEST(copy.tenant() == "red");
    BOOST_TEST(fails_with(copy.share(), errc::stale_binding));
}

BOOST_AUTO_TEST_CASE(a_tenant_is_listed_with_what_it_has) {
    std::map<std::string, std::set<Ipv4Address>> expected;
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 300; ++i) {
        const std::string tenant = "tenant-" + std::to_string(i % 40);
        leases.push_back(take(tenant));
        expected[tenant].insert(leases.back().address());
    }
    for (int i = 0; i < 100; ++i) {
        expected[std::string(leases.back().tenant())].erase(leases.back().address());
        leases.pop_back();
    }
    for (const auto& [tenant, addresses] : expected) {
        std::set<Ipv4Address> listed;
        std::set<Ipv4Address> visited;
        for (const auto& binding : pool.list_by_tenant(tenant)) {
            BOOST_TEST(binding.tenant() == tenant);
            listed.insert(binding.address());
        }
        pool.for_each_binding(tenant, [&](const IpBinding<V4>& binding) { visited.insert(binding.address()); });
        BOOST_TEST((listed == addresses));
        BOOST_TEST((visited == addresses));
        BOOST_TEST(pool.leases_of(tenant) == addresses.size());
    }
    BOOST_TEST(pool.list_by_tenant("nobody").empty());
    BOOST_TEST(pool.leases_of("nobody") == 0U);
    pool.for_each_binding("nobody", [](const auto&) { BOOST_ERROR("nobody has nothing"); });
}

BOOST_AUTO_TEST_CASE(every_lease_of_every_range_is_visited_once) {
    std::set<Ipv4Address> expected;
    std::vector<Lease<V4>> leases;
    for (const auto ip : {"192.0.2.14"_ip4, "198.51.100.1"_ip4, "198.51.103.254"_ip4, "1.2.3.4"_ip4, "0.0.0.1"_ip4}) {
        leases.push_back(pool.allocate_specific(ip, "red", "web", {}).value());
        expected.insert(ip);
    }
    std::multiset<Ipv4Address> visited;
    pool.for_each_binding([&](const IpBinding<V4>& binding) { visited.insert(binding.address()); });
    BOOST_TEST(visited.size() == expected.size());
    BOOST_TEST((std::set<Ipv4Address>(visited.begin(), visited.end()) == expected));
}

BOOST_AUTO_TEST_CASE(a_visitor_may_use_the_pool) {
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 20; ++i) leases.push_back(take("red"));
    int visits = 0;
    pool.for_each_binding("red", [&](const IpBinding<V4>& binding) {
        ++visits;
        // the lease that is visited ends here, a new one begins
        for (auto& lease : leases) {
            if (lease.address() == binding.address()) lease = take("red");
        }
    });
    BOOST_TEST(visits == 20);
    BOOST_TEST(pool.leases_of("red") == 20U);

    visits = 0;
    pool.for_each_binding([&](const IpBinding<V4>&) {
        if (++visits == 3) leases.clear();
    });
    BOOST_TEST(visits == 3);
    BOOST_TEST((pool.stats().in_use == Uint128{0}));
}

BOOST_AUTO_TEST_CASE(a_lease_whose_last_share_is_just_leaving_is_seen_by_nobody) {
    auto leaving = take("red");
    auto stays = take("red");
    const auto ip = leaving.address();
    const auto binding = leaving.binding();
    auto* const slot = detail::lease_access::slot(leaving);
    BOOST_TEST(slot->drop());  // as another thread does before it gets the lock

    BOOST_TEST(fails_with(pool.get_binding(ip), errc::not_leased));
    BOOST_TEST(fails_with(binding.share(), errc::stale_binding));
    BOOST_TEST(fails_with(pool.allocate_specific(ip, "blue", "db", {}), errc::address_leased));
    BOOST_TEST(pool.list_by_tenant("red").size() == 1U);
    int visits = 0;
    const auto count = [&](const IpBinding<V4>& seen) {
        ++visits;
        BOOST_TEST((seen == stays.binding()));
    };
    pool.for_each_binding(count);
    pool.for_each_binding("red", count);
    BOOST_TEST(visits == 2);

    slot->shares.store(1);
    std::move(leaving).release();
    BOOST_TEST((pool.stats().in_use == Uint128{1}));
}

BOOST_AUTO_TEST_CASE(a_visitor_that_throws_leaves_the_pool_whole) {
    auto lease = take("red");
    BOOST_CHECK_THROW(pool.for_each_binding("red", [](const auto&) { throw 1; }), int);
    std::move(lease).release();
    BOOST_TEST((pool.stats().in_use == Uint128{0}));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
