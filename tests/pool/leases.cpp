// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool/ip_pool.hpp>
#include <estate/pool/static_ip_pool.hpp>
#include <memory>
#include <string>
#include <vector>

#include "support/check.hpp"

namespace {
using namespace estate;
using test::fails_with;
using test::succeeds;

static_assert(AddressHold<Lease<V4>, V4> && AddressHold<Lease<V6>, V6> && !AddressHold<Lease<V4>, V6>);
static_assert(AddressBinding<IpBinding<V4>, V4> && AddressBinding<IpBinding<V6>, V6>);
static_assert(sizeof(Lease<V6>) == 8);
static_assert(!std::is_copy_constructible_v<Lease<V4>> && !std::is_copy_assignable_v<Lease<V4>> &&
              !std::is_default_constructible_v<Lease<V4>> && std::is_nothrow_move_assignable_v<Lease<V4>>);
static_assert(!std::is_copy_constructible_v<IpPool<V4>> && !std::is_move_constructible_v<IpPool<V4>>);

struct Small {
    Small() { BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/29"))); }
    Lease<V4> take(std::string_view tenant = "red", std::string_view resource = "web") {
        return pool.allocate(tenant, resource, ResourceType::vm("vm1")).value();
    }
    std::uint64_t in_use() const { return pool.stats().in_use.low(); }

    IpPool<V4> pool{"small"};
};

/// The owners of one address, each after all others.
template <class Pool>
void owners_with_names_of_any_length_follow_each_other(Pool& pool) {
    constexpr std::size_t lengths[] = {1, 12, 13, 14, 15, 16, 17, 31, 63};
    std::vector<Owner> owners;
    for (const std::size_t tenant : lengths) {
        for (const std::size_t resource : lengths) {
            const std::string label(std::min<std::size_t>(tenant + resource, 31), 'c');
            const std::string first(tenant, 'a');
            const std::string second(resource, 'b');
            owners.push_back(Owner::make(first, second, ResourceType::pod(label)).value());
        }
    }
    int wrong = 0;
    for (const Owner& before : owners) {
        for (const Owner& owner : owners) {
            static_cast<void>(pool.allocate_specific("192.0.2.1"_ip4, before));
            const auto lease = pool.allocate_specific("192.0.2.1"_ip4, owner).value();
            const auto binding = lease.binding();
            const auto is_of = [&](const auto& what) {
                return what.tenant() == owner.tenant().view() && what.resource() == owner.resource().view() &&
                       what.resource_type() == owner.type();
            };
            wrong += is_of(lease) && is_of(binding) ? 0 : 1;
        }
    }
    BOOST_TEST(wrong == 0);
}

BOOST_FIXTURE_TEST_SUITE(leases, Small)

BOOST_AUTO_TEST_CASE(a_lease_knows_who_has_what) {
    const auto lease = take("red", "web-1");
    BOOST_TEST(lease.address() == "192.0.2.1"_ip4);
    BOOST_TEST(lease.tenant() == "red");
    BOOST_TEST(lease.resource() == "web-1");
    BOOST_TEST((lease.resource_type() == ResourceType::vm("vm1")));
    BOOST_TEST(lease.generation() != 0U);
    BOOST_TEST(lease.holds());
    BOOST_TEST(lease.binding().address() == lease.address());
}

BOOST_AUTO_TEST_CASE(dropping_and_releasing_give_the_address_back) {
    {
        const auto lease = take();
        BOOST_TEST(in_use() == 1U);
    }
    BOOST_TEST(in_use() == 0U);
    auto lease = take();
    std::move(lease).release();
    BOOST_TEST(in_use() == 0U);
    BOOST_TEST(!lease.holds());
}

BOOST_AUTO_TEST_CASE(the_address_is_free_when_the_last_share_has_gone) {
    auto first = take();
    auto second = first.share();
    const auto third = second.share();
    BOOST_TEST(second.address() == first.address());
    BOOST_TEST(second.generation() == first.generation());
    std::move(first).release();
    std::move(second).release();
    BOOST_TEST(in_use() == 1U);
    BOOST_TEST(fails_with(pool.allocate_specific(third.address(), "blue", "db", {}), errc::address_leased));
    {
        const auto fourth = third.share();
    }
    BOOST_TEST(third.tenant() == "red");
}

BOOST_AUTO_TEST_CASE(a_lease_moves) {
    auto from = take();
    const auto ip = from.address();
    auto into = std::move(from);
    BOOST_TEST(!from.holds());
    BOOST_TEST(into.address() == ip);
    BOOST_TEST(in_use() == 1U);

    auto other = take();
    other = std::move(into);
    BOOST_TEST(other.address() == ip);
    BOOST_TEST(in_use() == 1U);
}

BOOST_AUTO_TEST_CASE(a_lease_moved_to_itself_stays) {
    auto lease = take();
    auto& same = lease;
    lease = std::move(same);
    BOOST_TEST(lease.holds());
    BOOST_TEST(in_use() == 1U);
}

BOOST_AUTO_TEST_CASE(a_lease_that_was_moved_from_holds_nothing_and_says_so) {
    auto from = take();
    const auto into = std::move(from);
    BOOST_TEST(from.address() == Ipv4Address::any());
    BOOST_TEST(from.tenant().empty());
    BOOST_TEST(from.resource().empty());
    BOOST_TEST((from.resource_type() == ResourceType{}));
    BOOST_TEST(from.generation() == 0U);
    BOOST_TEST(!from.share().holds());
    BOOST_TEST(fails_with(from.binding().share(), errc::stale_binding));
    std::move(from).release();
    BOOST_TEST(in_use() == 1U);
}

BOOST_AUTO_TEST_CASE(a_wanted_address_is_leased_or_refused_with_the_reason) {
    const auto lease = pool.allocate_specific("192.0.2.5"_ip4, "red", "web", ResourceType::pod("p")).value();
    BOOST_TEST(lease.address() == "192.0.2.5"_ip4);
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.5"_ip4, "red", "web", {}), errc::address_leased));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.0"_ip4, "red", "web", {}), errc::address_held));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.7"_ip4, "red", "web", {}), errc::address_held));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.8"_ip4, "red", "web", {}), errc::address_not_in_pool));
    BOOST_TEST(in_use() == 1U);
}

BOOST_AUTO_TEST_CASE(malformed_names_lease_nothing) {
    const std::string longest(63, 'x');
    BOOST_TEST(succeeds(pool.allocate(longest, longest, ResourceType::vm(longest.substr(0, 31)))));
    for (const auto& bad : {std::string{}, longest + "x"}) {
        BOOST_TEST(fails_with(pool.allocate(bad, "web", {}), errc::malformed_name));
        BOOST_TEST(fails_with(pool.allocate("red", bad, {}), errc::malformed_name));
        BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.1"_ip4, bad, "web", {}), errc::malformed_name));
    }
    BOOST_TEST(fails_with(pool.allocate("red", "web", ResourceType::vm(longest)), errc::malformed_name));
    BOOST_TEST(in_use() == 0U);
}

BOOST_AUTO_TEST_CASE(a_full_pool_answers_with_an_error) {
    std::vector<Lease<V4>> all;
    for (int i = 0; i < 6; ++i) all.push_back(take());
    BOOST_TEST(fails_with(pool.allocate("red", "web", {}), errc::pool_exhausted));
    all.pop_back();
    BOOST_TEST(take().address() == "192.0.2.6"_ip4);
}

BOOST_AUTO_TEST_CASE(a_refused_lease_leaves_no_tenant) {
    std::vector<Lease<V4>> all;
    for (int i = 0; i < 6; ++i) all.push_back(take());
    BOOST_TEST(!pool.allocate("blue", "db", {}).has_value());
    BOOST_TEST(!pool.allocate_specific("192.0.2.1"_ip4, "blue", "db", {}).has_value());
    BOOST_TEST(pool.leases_of("blue") == 0U);
    BOOST_TEST(pool.list_by_tenant("blue").empty());
}

BOOST_AUTO_TEST_CASE(a_lease_outlives_its_pool) {
    auto other = std::make_unique<IpPool<V6>>("gone");
    BOOST_TEST(succeeds(other->add_cidr_range("2001:db8::/64")));
    BOOST_TEST(succeeds(other->add_cidr_range("2001:db8:1::/120")));
    auto lease = other->allocate("red", "web", ResourceType::pod("p")).value();
    auto dense = other->allocate_specific("2001:db8:1::7"_ip6, "red", "db", {}).value();
    const auto binding = lease.binding();
    other.reset();

    BOOST_TEST("2001:db8::/64"_cidr6.contains(lease.address()));
    BOOST_TEST(lease.tenant() == "red");
    BOOST_TEST(lease.share().resource() == "web");
    BOOST_TEST(lease.binding().resource() == "web");
    BOOST_TEST(fails_with(binding.share(), errc::stale_binding));
    std::move(lease).release();
    BOOST_TEST(dense.tenant() == "red");
    std::move(dense).release();
    BOOST_TEST(fails_with(binding.share(), errc::stale_binding));
}

BOOST_AUTO_TEST_CASE(an_owner_with_short_names_follows_one_with_long_ones) {
    owners_with_names_of_any_length_follow_each_other(pool);
    BasicStaticIpPool<NoLock, "192.0.2.0/29"_cidr4> fixed;
    owners_with_names_of_any_length_follow_each_other(fixed);
}

BOOST_AUTO_TEST_CASE(bindings_of_two_pools_differ_where_their_generations_do_not) {
    IpPool<V4> one;
    IpPool<V4> other;
    BOOST_TEST_REQUIRE(succeeds(one.add_cidr_range("192.0.2.0/28")));
    BOOST_TEST_REQUIRE(succeeds(other.add_cidr_range("192.0.2.0/28")));
    const auto first = one.allocate("red", "web", {}).value();
    const auto second = other.allocate("red", "web", {}).value();
    BOOST_TEST(first.generation() == second.generation());
    BOOST_TEST((first.binding() != second.binding()));
    BOOST_TEST((first.binding() == first.share().binding()));
}

BOOST_AUTO_TEST_CASE(a_binding_of_nothing_is_copied_and_gives_nothing) {
    std::vector<Lease<V4>> leases;
    leases.push_back(take());
    std::move(leases[0]).release();
    const auto none = leases[0].binding();
    const auto copy = none;
    BOOST_TEST((copy == none));
    BOOST_TEST(fails_with(copy.share(), errc::stale_binding));
    BOOST_TEST(copy.address() == Ipv4Address{});
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
