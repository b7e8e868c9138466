// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <memory>
#include <string>
#include <vector>

#include "pool/timed_pool.hpp"
#include "support/check.hpp"

namespace {
using namespace estate;
using namespace std::chrono_literals;
using test::fails_with;
using test::succeeds;
using test::Time;

using Pool = test::TimedPool<V4>;

struct Kept {
    Kept() { BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/29"))); }
    Lease<V4> take(const char* tenant = "tenant") { return pool.allocate(tenant, "r", {}).value(); }
    std::size_t in_use() { return static_cast<std::size_t>(pool.stats().in_use.low()); }
    Pool pool;
};

/// Longer than a tick.
constexpr auto moment = 3ms;

BOOST_FIXTURE_TEST_SUITE(keeping, Kept)

BOOST_AUTO_TEST_CASE(a_kept_lease_lasts_its_time_and_ends) {
    auto lease = take();
    const auto ip = lease.address();
    const auto binding = pool.keep(std::move(lease), 10s).value();
    BOOST_TEST(binding.address() == ip);
    Time::advance(10s - 1ns);
    BOOST_TEST(pool.expire() == 0U);
    BOOST_TEST(succeeds(pool.get_binding(ip)));
    Time::advance(moment);
    BOOST_TEST(pool.expire() == 1U);
    BOOST_TEST(fails_with(pool.get_binding(ip), errc::not_leased));
    BOOST_TEST(in_use() == 0U);
    BOOST_TEST(pool.expire() == 0U);
}

BOOST_AUTO_TEST_CASE(a_renewed_lease_lasts_its_new_time) {
    const auto binding = pool.keep(take(), 10s).value();
    Time::advance(9s);
    BOOST_TEST(succeeds(pool.renew(binding, 10s)));
    Time::advance(9s);
    BOOST_TEST(pool.expire() == 0U);
    BOOST_TEST(succeeds(pool.renew(binding, 1s)));  // shorter too
    Time::advance(1s + moment);
    BOOST_TEST(pool.expire() == 1U);
    BOOST_TEST(fails_with(pool.renew(binding, 10s), errc::stale_binding));
    BOOST_TEST(fails_with(pool.release(binding), errc::stale_binding));
    BOOST_TEST(fails_with(binding.share(), errc::stale_binding));
}

BOOST_AUTO_TEST_CASE(a_lease_that_is_kept_for_good_does_not_expire) {
    const auto binding = pool.keep(take()).value();
    Time::advance(24h * 365 * 10);
    BOOST_TEST(pool.expire() == 0U);
    BOOST_TEST(succeeds(pool.renew(binding, 1s)));  // from now on it does
    Time::advance(1s + moment);
    BOOST_TEST(pool.expire() == 1U);
}

BOOST_AUTO_TEST_CASE(a_time_that_cannot_be_told_is_for_good) {
    Time::advance(moment);  // the end would be later than the last one
    const auto binding = pool.keep(take(), std::chrono::nanoseconds::max()).value();
    Time::advance(24h * 365);
    BOOST_TEST(pool.expire() == 0U);
    BOOST_TEST(succeeds(pool.release(binding)));
}

BOOST_AUTO_TEST_CASE(no_time_at_all_ends_at_once) {
    (void)pool.keep(take(), 0ns).value();
    Time::advance(moment);
    BOOST_TEST(pool.expire() == 1U);
}

BOOST_AUTO_TEST_CASE(a_negative_time_is_refused_and_the_lease_stays) {
    auto lease = take();
    BOOST_TEST(fails_with(pool.keep(std::move(lease), -1ns), errc::invalid_argument));
    BOOST_TEST(lease.holds());
    const auto binding = pool.keep(std::move(lease), 1s).value();
    BOOST_TEST(fails_with(pool.renew(binding, -1ns), errc::invalid_argument));
    Time::advance(1s + moment);
    BOOST_TEST(pool.expire() == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_not_a_lease_of_this_pool_is_handed_back_untouched) {
    Pool other;
    BOOST_TEST(succeeds(other.add_cidr_range("192.0.2.0/29")));
    auto foreign = other.allocate("tenant", "r", {}).value();
    const auto generation = foreign.generation();
    BOOST_TEST(fails_with(pool.keep(std::move(foreign), 1s), errc::address_not_in_pool));
    BOOST_TEST(fails_with(pool.keep(std::move(foreign)), errc::address_not_in_pool));
    BOOST_TEST(foreign.holds());
    BOOST_TEST(foreign.generation() == generation);
    BOOST_TEST((other.stats().in_use == Uint128{1}));
    auto empty = std::move(foreign);
    BOOST_TEST(fails_with(pool.keep(std::move(foreign)), errc::moved_from));  // NOLINT(bugprone-use-after-move)
    Time::advance(1h);
    BOOST_TEST(other.expire() == 0U);
}

BOOST_AUTO_TEST_CASE(a_lease_of_a_pool_that_has_ended_is_handed_back_untouched) {
    auto gone = std::make_unique<Pool>();
    BOOST_TEST(succeeds(gone->add_cidr_range("192.0.2.0/29")));
    auto lease = gone->allocate("tenant", "r", {}).value();
    gone.reset();
    BOOST_TEST(fails_with(pool.keep(std::move(lease), 1s), errc::address_not_in_pool));
    BOOST_TEST(lease.holds());
    BOOST_TEST(lease.tenant() == "tenant");
}

BOOST_AUTO_TEST_CASE(a_binding_of_another_pool_neither_renews_nor_releases) {
    Pool other;
    BOOST_TEST(succeeds(other.add_cidr_range("192.0.2.0/29")));
    const auto mine = pool.keep(take(), 10s).value();
    const auto theirs = other.keep(other.allocate("tenant", "r", {}).value(), 10s).value();
    BOOST_TEST(mine.address() == theirs.address());
    BOOST_TEST(mine.generation() == theirs.generation());
    BOOST_TEST(fails_with(pool.renew(theirs, 1h), errc::stale_binding));
    BOOST_TEST(fails_with(pool.release(theirs), errc::stale_binding));
    BOOST_TEST(in_use() == 1U);
    BOOST_TEST((other.stats().in_use == Uint128{1}));
}

BOOST_AUTO_TEST_CASE(a_binding_of_an_earlier_lease_of_the_address_is_stale) {
    const auto ip = "192.0.2.3"_ip4;
    const auto earlier = pool.keep(pool.allocate_specific(ip, "red", "r", {}).value(), 1s).value();
    Time::advance(1s + moment);
    BOOST_TEST(pool.expire() == 1U);
    const auto later = pool.keep(pool.allocate_specific(ip, "blue", "r", {}).value(), 1s).value();
    BOOST_TEST(fails_with(pool.renew(earlier, 1h), errc::stale_binding));
    BOOST_TEST(fails_with(pool.release(earlier), errc::stale_binding));
    BOOST_TEST(succeeds(pool.renew(later, 1s)));
    Time::advance(1s + moment);
    BOOST_TEST(pool.expire() == 1U);  // not in an hour
}

BOOST_AUTO_TEST_CASE(a_lease_that_the_pool_does_not_keep_cannot_be_ended_by_its_binding) {
    const auto lease = take();
    BOOST_TEST(fails_with(pool.release(lease.binding()), errc::stale_binding));
    BOOST_TEST(fails_with(pool.renew(lease.binding(), 1s), errc::stale_binding));
    const auto binding = pool.keep(lease.share()).value();
    BOOST_TEST(succeeds(pool.release(binding)));
    BOOST_TEST(fails_with(pool.release(binding), errc::stale_binding));  // `lease` is not the pool's
    BOOST_TEST(in_use() == 1U);
}

BOOST_AUTO_TEST_CASE(a_share_outlives_expiry_and_the_address_is_free_after_it) {
    auto lease = take();
    const auto ip = lease.address();
    (void)pool.keep(lease.share(), 1s).value();
    Time::advance(1s + moment);
    BOOST_TEST(pool.expire() == 1U);
    BOOST_TEST(fails_with(pool.allocate_specific(ip, "tenant", "r", {}), errc::address_leased));
    BOOST_TEST((pool.get_binding(ip).value() == lease.binding()));
    const auto again = pool.keep(lease.share(), 1s).value();  // the same lease, kept once more
    BOOST_TEST((again == lease.binding()));
    std::move(lease).release();
    BOOST_TEST(in_use() == 1U);
    Time::advance(1s + moment);
    BOOST_TEST(pool.expire() == 1U);
    BOOST_TEST(succeeds(pool.allocate_specific(ip, "tenant", "r", {})));
}

BOOST_AUTO_TEST_CASE(a_lease_that_is_kept_twice_is_kept_once) {
    auto lease = take();
    (void)pool.keep(lease.share(), 1s).value();
    const auto binding = pool.keep(std::move(lease), 10s).value();  // the time begins anew
    Time::advance(2s);
    BOOST_TEST(pool.expire() == 0U);
    BOOST_TEST(succeeds(pool.release(binding)));
    BOOST_TEST(in_use() == 0U);
}

BOOST_AUTO_TEST_CASE(a_pool_without_free_addresses_leases_what_has_expired) {
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 4; ++i) leases.push_back(take());
    (void)pool.keep(take(), 1s).value();
    (void)pool.keep(take(), 1h).value();
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
    Time::advance(1s + moment);
    leases.push_back(take());
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
}

BOOST_AUTO_TEST_CASE(a_kept_lease_that_expires_waits_in_quarantine) {
    BOOST_TEST(succeeds(pool.set_quarantine(10s)));
    for (int i = 0; i < 6; ++i) (void)pool.keep(take(), 1s).value();
    Time::advance(1s + moment);
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_cooling));
    BOOST_TEST((pool.stats() == PoolStats{6, 0, 0, 0, 6}));
    Time::advance(10s);
    BOOST_TEST(succeeds(pool.allocate("tenant", "r", {})));
}

BOOST_AUTO_TEST_CASE(what_is_kept_counts_for_its_tenant) {
    BOOST_TEST(succeeds(pool.set_quota("red", 2)));
    const auto one = pool.keep(take("red"), 1s).value();
    (void)pool.keep(take("red"), 1h).value();
    BOOST_TEST(fails_with(pool.allocate("red", "r", {}), errc::quota_exceeded));
    BOOST_TEST((pool.stats("red") == TenantStats{2, 2}));
    BOOST_TEST(succeeds(pool.release(one)));
    BOOST_TEST(succeeds(pool.allocate("red", "r", {})));
}

BOOST_AUTO_TEST_CASE(all_that_is_kept_for_a_tenant_is_released_and_nothing_else) {
    const auto own = take("red");
    for (int i = 0; i < 3; ++i) (void)pool.keep(take("red")).value();
    (void)pool.keep(take("blue")).value();
    BOOST_TEST(pool.release_all("red") == 3U);
    BOOST_TEST(pool.leases_of("red") == 1U);
    BOOST_TEST(pool.leases_of("blue") == 1U);
    BOOST_TEST(pool.release_all("red") == 0U);
    BOOST_TEST(pool.release_all("nobody") == 0U);
    (void)pool.keep(own.share());
    BOOST_TEST(pool.release_all("red") == 1U);  // ours is still there
    BOOST_TEST(pool.leases_of("red") == 1U);
}

BOOST_AUTO_TEST_CASE(a_drained_range_goes_when_what_is_kept_of_it_expires) {
    (void)pool.keep(take(), 1s).value();
    BOOST_TEST(succeeds(pool.drain("192.0.2.0/29")));
    BOOST_TEST(pool.contains("192.0.2.1"_ip4));
    Time::advance(1s + moment);
    BOOST_TEST(pool.expire() == 1U);
    BOOST_TEST(!pool.contains("192.0.2.1"_ip4));
}

BOOST_AUTO_TEST_CASE(a_sticky_lease_that_is_kept_is_found_until_it_ends) {
    auto lease = pool.allocate_sticky("red", "web", {}).value();
    const auto ip = lease.address();
    (void)pool.keep(std::move(lease), 1s).value();
    BOOST_TEST(pool.allocate_sticky("red", "web", {}).value().address() == ip);
    BOOST_TEST(in_use() == 1U);
    Time::advance(1s + moment);
    BOOST_TEST(pool.expire() == 1U);
    BOOST_TEST(pool.allocate_sticky("red", "web", {}).value().address() != ip);  // the next one
}

BOOST_AUTO_TEST_CASE(a_pool_that_ends_lets_go_what_it_keeps_and_nothing_else) {
    auto mortal = std::make_unique<Pool>();
    BOOST_TEST(succeeds(mortal->add_cidr_range("192.0.2.0/29")));
    BOOST_TEST(succeeds(mortal->add_cidr_range("198.51.100.0/30")));
    const auto lease = mortal->allocate("own", "r", {}).value();
    std::vector<IpBinding<V4>> bindings;
    bindings.push_back(mortal->keep(mortal->allocate("red", "a", {}).value(), 1s).value());
    bindings.push_back(mortal->keep(mortal->allocate_sticky("red", "b", {}).value()).value());
    bindings.push_back(mortal->keep(lease.share(), 1h).value());
    bindings.push_back(mortal->keep(mortal->allocate_specific("198.51.100.1"_ip4, "blue", "c", {}).value()).value());
    BOOST_TEST(succeeds(mortal->drain("198.51.100.0/30")));
    mortal.reset();
    for (const auto& binding : bindings) BOOST_TEST(fails_with(binding.share(), errc::stale_binding));
    BOOST_TEST(lease.tenant() == "own");
    BOOST_TEST(lease.share().holds());
}

BOOST_AUTO_TEST_CASE(a_binding_of_nothing_is_stale) {
    auto lease = take();
    const auto taken = std::move(lease);
    const auto nothing = lease.binding();  // NOLINT(bugprone-use-after-move)
    BOOST_TEST(fails_with(pool.renew(nothing, 1s), errc::stale_binding));
    BOOST_TEST(fails_with(pool.release(nothing), errc::stale_binding));
}

BOOST_AUTO_TEST_CASE(time_may_begin_below_zero) {
    struct Early : test::ManualClock<Early> {};
    Early::set(-1h);
    IpPool<V4, NextFit, Early> early;
    BOOST_TEST(succeeds(early.add_cidr_range("192.0.2.0/29")));
    (void)early.keep(early.allocate("red", "r", {}).value(), 30min).value();
    (void)early.keep(early.allocate("red", "r", {}).value(), 2h).value();
    (void)early.keep(early.allocate("red", "r", {}).value(), std::chrono::nanoseconds::max()).value();
    BOOST_TEST(early.expire() == 0U);
    Early::advance(30min + moment);
    BOOST_TEST(early.expire() == 1U);
    Early::set(59min);
    BOOST_TEST(early.expire() == 0U);
    Early::set(61min);
    BOOST_TEST(early.expire() == 1U);
}

BOOST_AUTO_TEST_CASE(an_address_whose_time_has_come_can_be_had) {
    BOOST_TEST(succeeds(pool.set_quota("red", 1)));
    const auto binding = pool.keep(pool.allocate("red", "r", {}).value(), 1s).value();
    Time::advance(1min);
    BOOST_TEST(fails_with(pool.renew(binding, 1s), errc::stale_binding));
    BOOST_TEST(succeeds(pool.allocate_specific(binding.address(), "blue", "r", {})));
    BOOST_TEST(succeeds(pool.allocate("red", "r", {})));  // it has none any more
}

BOOST_AUTO_TEST_CASE(of_many_that_are_kept_none_ends_before_its_time_whoever_looks_first) {
    const auto end_in_time = [](auto look) {  // look(pool, a binding, whether they last)
        Pool many;
        BOOST_TEST_REQUIRE(succeeds(many.add_cidr_range("198.51.100.0/24")));
        std::vector<IpBinding<V4>> bindings;
        for (int i = 0; i < 200; ++i)
            bindings.push_back(many.keep(many.allocate("red", "r", {}).value(), 1h).value());
        Time::advance(1h - 1s);
        look(many, bindings.back(), true);
        BOOST_TEST(many.leases_of("red") == 200U);
        Time::advance(1s + moment);
        look(many, bindings.back(), false);
        BOOST_TEST(many.leases_of("red") == 0U);
    };
    end_in_time([](Pool& all, const auto&, bool last) { BOOST_TEST(all.expire() == (last ? 0U : 200U)); });
    end_in_time([](Pool& all, const auto&, bool last) { BOOST_TEST(all.stats().in_use.low() == (last ? 200U : 0U)); });
    end_in_time([](Pool&, const auto& binding, bool last) { BOOST_TEST(binding.share().has_value() == last); });
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
