// SPDX-License-Identifier: BSL-1.0
// What a call answers in whose middle the pool changes: at each moment at which another thread could come between.
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <optional>
#include <vector>

#include "pool/interrupted.hpp"
#include "support/check.hpp"

namespace {
using namespace estate;
using namespace std::chrono_literals;
using test::fails_with;
using test::Interrupted;
using test::JumpTime;
using test::succeeds;

/// What of 192.0.2.0/28 is held back before.
bool was_held(std::uint32_t i) { return i == 3 || (i >= 8 && i < 12); }
void hold_some(Interrupted::Pool& pool) {
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/28")));
    BOOST_TEST_REQUIRE(succeeds(pool.reserve("192.0.2.3"_ip4)));
    BOOST_TEST_REQUIRE(succeeds(pool.reserve("192.0.2.8/30"_cidr4)));
}

BOOST_AUTO_TEST_SUITE(interrupted)

BOOST_AUTO_TEST_CASE(of_a_lease_and_a_reservation_that_come_together_one_is_refused_and_leaves_nothing_behind) {
    int refused = 0;
    int reserved = 0;
    for (int look = 0;; ++look) {
        Interrupted at;
        hold_some(at.pool);
        std::optional<Lease<V4>> lease;
        at.first = [&] {
            auto made = at.pool.allocate_specific("192.0.2.6"_ip4, "red", "r", {});
            if (made) lease = std::move(made).assume_value();
        };
        JumpTime::jump_at(look);
        const auto done = at.pool.reserve("192.0.2.0/28"_cidr4);
        const bool jumped = JumpTime::stop() != 0;
        BOOST_TEST((done.has_value() != lease.has_value()));
        if (lease) BOOST_TEST(fails_with(done, errc::address_leased));
        lease.reset();
        for (std::uint32_t i = 1; i < 15; ++i) {
            const bool is_free = at.pool.allocate_specific(Ipv4Address{0xC0000200 + i}, "red", "r", {}).has_value();
            BOOST_TEST(is_free == (!done && !was_held(i)));
        }
        ++(done ? reserved : refused);
        if (!jumped) break;
    }
    BOOST_TEST(refused > 1);  // before it looks, and after
    BOOST_TEST(reserved > 0);
}

BOOST_AUTO_TEST_CASE(a_range_is_reserved_whatever_is_leased_of_another_one_meanwhile) {
    for (int look = 0;; ++look) {
        Interrupted at;
        hold_some(at.pool);
        std::optional<Lease<V4>> lease;
        at.first = [&] { lease = at.pool.allocate_specific("203.0.113.5"_ip4, "red", "r", {}).value(); };
        JumpTime::jump_at(look);
        BOOST_TEST(succeeds(at.pool.reserve("192.0.2.0/28"_cidr4)));
        if (JumpTime::stop() == 0) break;
        BOOST_TEST((at.pool.stats_of("192.0.2.0/28"_cidr4).value() == PoolStats{14, 0, 14, 0}));
    }
}

BOOST_AUTO_TEST_CASE(a_range_that_goes_while_it_is_reserved_is_gone) {
    for (int look = 0;; ++look) {
        Interrupted at;
        hold_some(at.pool);
        std::optional<Lease<V4>> lease;
        at.first = [&] {
            lease = at.pool.allocate_specific("203.0.113.5"_ip4, "red", "r", {}).value();
            BOOST_TEST(succeeds(at.pool.remove_cidr_range("192.0.2.0/28")));
        };
        JumpTime::jump_at(look);
        const auto done = at.pool.reserve("192.0.2.0/28"_cidr4);
        const bool jumped = JumpTime::stop() != 0;
        BOOST_TEST((done || done.assume_error() == errc::address_not_in_pool));
        BOOST_TEST(at.pool.contains("192.0.2.1"_ip4) == (at.came == 0));
        if (!jumped) break;
    }
}

/// A lease comes in the middle of reserve(), goes, and the range with it, or the next one is there that cannot lease
/// the address. Says how often the clock went on.
int replaced_while_reserved(int look, int later, bool anew) {
    Interrupted at;
    BOOST_TEST_REQUIRE(succeeds(at.pool.add_cidr_range("192.0.2.0/28", Usable::all)));
    std::optional<Lease<V4>> lease;
    at.first = [&] {
        auto made = at.pool.allocate_specific("192.0.2.0"_ip4, "red", "r", {});
        if (made) lease = std::move(made).assume_value();
    };
    at.second = [&] {
        lease.reset();
        BOOST_TEST(succeeds(at.pool.remove_cidr_range("192.0.2.0/28")));
        if (anew) BOOST_TEST(succeeds(at.pool.add_cidr_range("192.0.2.0/28")));
    };
    JumpTime::jump_at(look, later);
    const auto done = at.pool.reserve("192.0.2.0"_ip4);
    const int jumps = JumpTime::stop();
    BOOST_TEST((done || done.assume_error() == errc::address_leased ||
                done.assume_error() == errc::address_not_in_pool));
    if (at.came == 2) {
        BOOST_TEST((at.pool.stats().capacity == Uint128{anew ? 20U : 6U}));
        BOOST_TEST((at.pool.stats().held == Uint128{}));
    }
    return jumps;
}

BOOST_AUTO_TEST_CASE(a_range_that_is_replaced_while_a_part_of_it_is_reserved_is_as_it_was_added) {
    for (const bool anew : {false, true}) {
        for (int look = 0, jumps = 2; jumps != 0; ++look) {
            int later = look;
            do jumps = replaced_while_reserved(look, ++later, anew);
            while (jumps == 2);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_range_that_is_replaced_by_one_without_its_last_address_is_reserved) {
    for (int look = 0;; ++look) {
        Interrupted at;
        BOOST_TEST_REQUIRE(succeeds(at.pool.add_cidr_range("192.0.2.15/32")));
        // of two parts, each looked at by itself
        BOOST_TEST_REQUIRE(succeeds(at.pool.grow("192.0.2.15/32", "192.0.2.0/28", Usable::all)));
        at.first = [&] {
            BOOST_TEST(succeeds(at.pool.remove_cidr_range("192.0.2.0/28")));
            BOOST_TEST(succeeds(at.pool.add_cidr_range("192.0.2.0/28")));
        };
        JumpTime::jump_at(look);
        BOOST_TEST(succeeds(at.pool.reserve("192.0.2.0/28"_cidr4)));
        if (JumpTime::stop() == 0) break;
    }
}

BOOST_AUTO_TEST_CASE(many_are_leased_though_so_many_waits_end_meanwhile_that_all_takes_several_calls) {
    for (int look = 0;; ++look) {
        IpPool<V4, NextFit, JumpTime> pool;
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("10.0.0.0/23")));
        BOOST_TEST_REQUIRE(succeeds(pool.set_quarantine(1h, WhenCooling::take_oldest)));
        auto leases = pool.allocate_many(510, "red", "r", {}).value();
        std::move(leases.back()).release();  // the one that there is
        for (std::uint32_t i = 1; i < 500; i += 2) {
            BOOST_TEST_REQUIRE(succeeds(pool.exclude(Ipv4Address{0x0A000000 + i})));
            BOOST_TEST_REQUIRE(succeeds(pool.unreserve(Ipv4Address{0x0A000000 + i})));
        }
        JumpTime::jump_at(look);
        const auto one = pool.allocate_many(1, "blue", "r", {});
        const bool jumped = JumpTime::stop() != 0;
        BOOST_TEST_REQUIRE(succeeds(one));
        BOOST_TEST((one.assume_value().front().address() == "10.0.1.254"_ip4));
        if (!jumped) break;
    }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
