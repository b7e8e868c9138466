// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <memory>
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
using Event = PoolEvent<V4>;
using Kind = Event::Kind;

struct Watched {
    Watched() {
        BOOST_TEST_REQUIRE(succeeds(pool->add_cidr_range("192.0.2.0/30")));
        pool->observe({&Watched::hear, this});
    }
    static void hear(void* self, const Event& event) noexcept { static_cast<Watched*>(self)->events.push_back(event); }
    bool heard(std::initializer_list<Kind> kinds) const {
        if (kinds.size() != events.size()) return false;
        std::size_t at = 0;
        for (const Kind kind : kinds) {
            if (events[at++].kind != kind) return false;
        }
        return true;
    }
    result<Lease<V4>> take() { return pool->allocate("red", "web", ResourceType::pod("p")); }

    std::vector<Event> events;
    std::unique_ptr<Pool> pool = std::make_unique<Pool>();
};

BOOST_FIXTURE_TEST_SUITE(events, Watched)

BOOST_AUTO_TEST_CASE(a_lease_is_told_at_its_beginning_and_at_its_end) {
    auto lease = take().value();
    const auto generation = lease.generation();
    const auto ip = lease.address();
    auto share = lease.share();
    std::move(lease).release();
    BOOST_TEST(heard({Kind::allocated}));
    std::move(share).release();
    BOOST_TEST_REQUIRE(heard({Kind::allocated, Kind::released}));
    for (const Event& event : events) {
        BOOST_TEST(event.address == ip);
        BOOST_TEST(event.generation == generation);
        BOOST_TEST(event.owner.tenant().view() == "red");
        BOOST_TEST(event.owner.resource().view() == "web");
        BOOST_TEST(event.owner.type().label() == "p");
    }
}

BOOST_AUTO_TEST_CASE(a_refusal_is_told_with_its_reason) {
    const auto one = take().value();
    const auto two = take().value();
    events.clear();
    BOOST_TEST(fails_with(take(), errc::pool_exhausted));
    BOOST_TEST(fails_with(pool->allocate_specific(one.address(), "blue", "db", {}), errc::address_leased));
    BOOST_TEST_REQUIRE(heard({Kind::refused, Kind::refused}));
    BOOST_TEST((events[0].reason == errc::pool_exhausted));
    BOOST_TEST((events[1].reason == errc::address_leased));
    BOOST_TEST(events[1].address == one.address());
    BOOST_TEST(events[1].owner.tenant().view() == "blue");
    BOOST_TEST(events[1].generation == 0U);
}

BOOST_AUTO_TEST_CASE(a_lease_that_expires_is_told_as_expired) {
    (void)pool->keep(take().value(), 1s).value();
    Time::advance(1s + 3ms);
    BOOST_TEST(pool->expire() == 1U);
    BOOST_TEST(heard({Kind::allocated, Kind::expired}));
}

BOOST_AUTO_TEST_CASE(a_lease_that_others_hold_beyond_its_time_is_told_when_it_ends) {
    auto lease = take().value();
    (void)pool->keep(lease.share(), 1s).value();
    Time::advance(1s + 3ms);
    BOOST_TEST(pool->expire() == 1U);
    BOOST_TEST(heard({Kind::allocated}));
    std::move(lease).release();
    BOOST_TEST(heard({Kind::allocated, Kind::released}));
}

BOOST_AUTO_TEST_CASE(a_kept_lease_that_is_released_is_told_as_released) {
    const auto binding = pool->keep(take().value(), 1s).value();
    BOOST_TEST(succeeds(pool->release(binding)));
    (void)pool->keep(take().value()).value();
    BOOST_TEST(pool->release_all("red") == 1U);
    BOOST_TEST(heard({Kind::allocated, Kind::released, Kind::allocated, Kind::released}));
}

BOOST_AUTO_TEST_CASE(a_further_share_of_a_sticky_lease_is_not_told) {
    const auto first = pool->allocate_sticky("red", "web", {}).value();
    const auto again = pool->allocate_sticky("red", "web", {}).value();
    BOOST_TEST(heard({Kind::allocated}));
}

BOOST_AUTO_TEST_CASE(many_leases_are_told_one_by_one) {
    auto leases = pool->allocate_many(2, "red", "web", {}).value();
    BOOST_TEST(heard({Kind::allocated, Kind::allocated}));
    leases.clear();
    BOOST_TEST(events.size() == 4U);
}

BOOST_AUTO_TEST_CASE(an_observer_may_use_the_pool) {
    struct Taker {
        static void hear(void* self, const Event& event) noexcept {
            auto& me = *static_cast<Taker*>(self);
            if (event.kind != Kind::released) return;
            auto next = me.pool->allocate_specific(event.address, "next", "r", {});
            if (next) me.leases.push_back(std::move(next).assume_value());
        }
        Pool* pool;
        std::vector<Lease<V4>> leases{};
    } taker{pool.get()};
    pool->observe({&Taker::hear, &taker});
    (void)take().value();
    BOOST_TEST_REQUIRE(taker.leases.size() == 1U);
    BOOST_TEST(taker.leases[0].tenant() == "next");
    pool->observe({});
}

BOOST_AUTO_TEST_CASE(nobody_is_told_any_more) {
    auto lease = take().value();
    pool->observe({});
    std::move(lease).release();
    BOOST_TEST(heard({Kind::allocated}));
}

BOOST_AUTO_TEST_CASE(a_pool_that_has_ended_tells_nothing) {
    const auto lease = take().value();
    (void)pool->keep(take().value(), 1s).value();
    events.clear();
    pool.reset();
    BOOST_TEST(events.empty());
}

BOOST_AUTO_TEST_CASE(a_lease_whose_end_is_told_holds_nothing_any_more) {
    IpPool<V4> one;
    BOOST_TEST(succeeds(one.add_cidr_range("192.0.2.0/29")));
    auto lease = one.allocate("red", "web", {}).value();
    one.observe(
        {[](void* ended, const PoolEvent<V4>&) noexcept { BOOST_TEST(!static_cast<Lease<V4>*>(ended)->holds()); },
         &lease});
    std::move(lease).release();
}

BOOST_AUTO_TEST_CASE(more_than_a_list_can_hold_is_refused_before_memory_is_asked_for) {
    IpPool<V6> one;
    BOOST_TEST(succeeds(one.add_cidr_range("::/0")));
    BOOST_TEST(fails_with(one.allocate_many(~std::size_t{0}, "red", "web", {}), std::errc::not_enough_memory));
    BOOST_TEST(succeeds(one.set_quota("red", 5)));
    BOOST_TEST(fails_with(one.allocate_many(~std::size_t{0}, "red", "web", {}), errc::quota_exceeded));
    BOOST_TEST((one.stats().in_use == Uint128{0}));
}

BOOST_AUTO_TEST_CASE(many_that_cannot_be_had_leave_the_free_ones_free_and_tell_of_none) {
    IpPool<V4, NextFit, Time> few;
    BOOST_TEST(succeeds(few.add_cidr_range("192.0.2.0/29")));
    BOOST_TEST(succeeds(few.set_quarantine(1h)));
    (void)few.allocate("tenant", "r", {}).value();
    const auto before = few.stats();
    int released = 0;
    few.observe({[](void* count, const PoolEvent<V4>& event) noexcept {
                      if (event.kind == PoolEvent<V4>::Kind::released) ++*static_cast<int*>(count);
                  }, &released});
    BOOST_TEST(fails_with(few.allocate_many(6, "red", "r", {}), errc::pool_cooling));
    BOOST_TEST((few.stats() == before));
    BOOST_TEST(released == 0);
    BOOST_TEST(succeeds(few.set_quarantine(1h, WhenCooling::take_oldest)));
    BOOST_TEST(few.allocate_many(6, "red", "r", {}).value().size() == 6U);  // the one that waits is among them
}

BOOST_AUTO_TEST_CASE(a_lease_that_is_restored_is_told_and_so_is_one_that_cannot_be) {
    const auto owner = Owner::make("red", "web").value();
    BOOST_TEST(succeeds(detail::state_access::restore(*pool, owner, "192.0.2.1"_ip4, 7)));
    BOOST_TEST(fails_with(detail::state_access::restore(*pool, owner, "192.0.2.1"_ip4, 8), errc::address_leased));
    BOOST_TEST_REQUIRE(heard({Kind::allocated, Kind::refused}));
    BOOST_TEST(events[0].generation == 7U);
    BOOST_TEST((events[1].reason == errc::address_leased));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
