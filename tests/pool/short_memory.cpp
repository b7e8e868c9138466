// SPDX-License-Identifier: BSL-1.0
// Every request for memory of a pool fails once: it answers ENOMEM, stays as it was, and works again afterwards.
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/pool/ip_pool.hpp>
#include <estate/pool/prefix_pool.hpp>
#include <memory>
#include <string>
#include <vector>

#include "pool/interrupted.hpp"
#include "pool/timed_pool.hpp"
#include "support/check.hpp"
#include "support/failing_memory.hpp"

#if !ESTATE_TEST_FAILS_MEMORY

BOOST_AUTO_TEST_CASE(short_memory) { estate::test::print_skipped(estate::test::why_memory_never_fails); }

#else

namespace {
using namespace estate;
using test::fails_with;
using test::requests_until_failure;
using test::ShortMemory;
using test::succeeds;
using test::Time;
using test::TimedPool;

/// How many requests `act` makes; each is refused once, on a pool made and prepared anew.
template <class F>
int every_request_fails_once(auto&& prepare, auto&& act) {
    for (int n = 0;; ++n) {
        IpPool<F> pool{"short"};
        std::vector<Lease<F>> leases;
        prepare(pool, leases);
        const auto before = pool.stats();
        {
            const ShortMemory memory{n};
            const auto answer = act(pool, leases);
            const bool happened = memory.happened();
            requests_until_failure = -1;
            if (!happened) {
                BOOST_TEST(succeeds(answer));
                return n;
            }
            BOOST_TEST(fails_with(answer, std::errc::not_enough_memory));
        }
        BOOST_TEST((pool.stats() == before));
        BOOST_TEST(succeeds(act(pool, leases)));
    }
}

BOOST_AUTO_TEST_SUITE(short_memory)

BOOST_AUTO_TEST_CASE(a_range_is_added_whole_or_not_at_all) {
    const auto nothing = [](auto&, auto&) {};
    const auto add = [](const char* text) { return [text](auto& pool, auto&) { return pool.add_cidr_range(text); }; };
    BOOST_TEST(every_request_fails_once<V4>(nothing, add("192.0.2.0/24")) >= 4);
    BOOST_TEST(every_request_fails_once<V4>(nothing, add("10.0.0.0/8")) >= 3);
    BOOST_TEST(every_request_fails_once<V6>(nothing, add("2001:db8::/64")) >= 2);
}

BOOST_AUTO_TEST_CASE(a_refused_lease_takes_no_address_and_leaves_no_tenant) {
    const auto take = [](auto& pool, auto&) { return pool.allocate("tenant", "resource", {}); };
    const auto add = [](const char* text) {
        return [text](auto& pool, auto&) { BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range(text))); };
    };
    BOOST_TEST(every_request_fails_once<V4>(add("192.0.2.0/24"), take) == 4);  // a table, the tenant, a folder and a page
    BOOST_TEST(every_request_fails_once<V4>(add("10.0.0.0/8"), take) == 4);
    BOOST_TEST(every_request_fails_once<V6>(add("2001:db8::/64"), take) == 6); // and the tables of a sparse range
    const auto wanted = [](auto& pool, auto&) { return pool.allocate_specific("2001:db8::7"_ip6, "tenant", "r", {}); };
    BOOST_TEST(every_request_fails_once<V6>(add("2001:db8::/64"), wanted) == 6);
}

BOOST_AUTO_TEST_CASE(a_refused_sticky_lease_or_quota_leaves_nothing_behind) {
    const auto add = [](auto& pool, auto&) { BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/24"))); };
    const auto sticky = [](auto& pool, auto&) { return pool.allocate_sticky("tenant", "resource", {}); };
    BOOST_TEST(every_request_fails_once<V4>(add, sticky) == 5);  // its table, then as any lease
    const auto quota = [](auto& pool, auto&) { return pool.set_quota("tenant", 3); };
    BOOST_TEST(every_request_fails_once<V4>(add, quota) == 2);
}

BOOST_AUTO_TEST_CASE(sticky_leases_go_on_without_a_larger_table) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 32; ++i) leases.push_back(pool.allocate_sticky("red", std::to_string(i), {}).value());
    leases.push_back(pool.allocate("red", "a page", {}).value());
    const ShortMemory memory{0};
    const auto one = pool.allocate_sticky("red", "one more", {});
    const auto again = pool.allocate_sticky("red", "one more", {});
    requests_until_failure = -1;
    BOOST_TEST_REQUIRE(succeeds(one));
    BOOST_TEST((one.assume_value().address() == again.assume_value().address()));
}

BOOST_AUTO_TEST_CASE(a_tenant_that_was_known_needs_no_memory) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    BOOST_TEST(succeeds(pool.allocate("red", "resource", {})));
    {
        const ShortMemory memory{0};
        const auto lease = pool.allocate("blue", "resource", {});  // the record of a tenant that left
        requests_until_failure = -1;
        BOOST_TEST(succeeds(lease));
    }
}

BOOST_AUTO_TEST_CASE(tenants_go_on_without_a_larger_table) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 16; ++i) leases.push_back(pool.allocate("tenant-" + std::to_string(i), "r", {}).value());
    for (const char* const spare : {"a page", "and a record"}) BOOST_TEST(succeeds(pool.allocate(spare, "r", {})));
    const std::string name = "one more";
    const ShortMemory memory{0};
    const auto lease = pool.allocate(name, "r", {});
    requests_until_failure = -1;
    BOOST_TEST(succeeds(lease));
    BOOST_TEST(pool.leases_of(name) == 1U);
    for (int i = 0; i < 16; ++i) BOOST_TEST(pool.leases_of("tenant-" + std::to_string(i)) == 1U);
}

BOOST_AUTO_TEST_CASE(a_growing_sparse_range_uses_what_rests_when_memory_is_short) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    std::vector<Lease<V6>> leases;
    for (int i = 0; i < 240; ++i) leases.push_back(pool.allocate("tenant", "r", {}).value());
    {
        const ShortMemory memory{0};  // its pages are full
        const auto refused = pool.allocate("tenant", "r", {});
        requests_until_failure = -1;
        BOOST_TEST(fails_with(refused, std::errc::not_enough_memory));
    }
    const auto given_back = leases[100].address();
    std::move(leases[100]).release();
    const ShortMemory memory{0};
    const auto other = pool.allocate("tenant", "r", {});  // in the memory of the one that was given back
    requests_until_failure = -1;
    BOOST_TEST_REQUIRE(succeeds(other));
    BOOST_TEST((other.assume_value().address() != given_back));
}

BOOST_AUTO_TEST_CASE(a_crowded_sparse_range_uses_what_rests_when_memory_is_short) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    BOOST_TEST(succeeds(pool.exclude("2001:db8::/64"_cidr6)));
    BOOST_TEST(succeeds(pool.unreserve("2001:db8::1:0/119"_cidr6)));  // 512 are open
    std::vector<Lease<V6>> leases;
    for (int i = 0; i < 256; ++i) leases.push_back(pool.allocate("tenant", "r", {}).value());
    leases.push_back(pool.allocate("tenant", "r", {}).value());
    for (int i = 257; i < 512; ++i) leases.push_back(pool.allocate("tenant", "r", {}).value());
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
    const auto resting = leases[100].address();
    std::move(leases[100]).release();
    const ShortMemory memory{0};
    const auto reused = pool.allocate("tenant", "r", {});
    requests_until_failure = -1;
    BOOST_TEST_REQUIRE(succeeds(reused));
    BOOST_TEST((reused.assume_value().address() == resting));
}

BOOST_AUTO_TEST_CASE(a_crowded_sparse_range_uses_what_rests_before_its_order_ends) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    BOOST_TEST(succeeds(pool.exclude("2001:db8::/64"_cidr6)));
    BOOST_TEST(succeeds(pool.unreserve("2001:db8::1:0/119"_cidr6)));
    BOOST_TEST(succeeds(pool.reserve("2001:db8::1:0/122"_cidr6)));  // 448 are open: 240 of them are a crowd
    std::vector<Lease<V6>> leases;
    for (int i = 0; i < 240; ++i) leases.push_back(pool.allocate("tenant", "r", {}).value());
    const auto resting = leases[100].address();
    std::move(leases[100]).release();
    const ShortMemory memory{0};  // its pages are full
    const auto reused = pool.allocate("tenant", "r", {});
    requests_until_failure = -1;
    BOOST_TEST_REQUIRE(succeeds(reused));
    BOOST_TEST((reused.assume_value().address() == resting));
}

BOOST_AUTO_TEST_CASE(a_sparse_range_survives_every_refusal_while_it_grows) {
    for (int n = 0; n < 12; ++n) {
        IpPool<V6> pool;
        BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
        std::vector<Lease<V6>> leases;
        leases.reserve(700);
        int refused = 0;
        const ShortMemory memory{n};
        for (int i = 0; i < 600; ++i) {
            auto lease = pool.allocate("tenant", "r", {});
            lease ? leases.push_back(std::move(lease).assume_value()) : void(++refused);
        }
        requests_until_failure = -1;
        BOOST_TEST(refused <= 1);
        BOOST_TEST((pool.stats().in_use == Uint128{leases.size()}));
    }
}

BOOST_AUTO_TEST_CASE(holding_an_address_back_needs_memory_or_changes_nothing) {
    const auto prepare = [](auto& pool, auto&) {
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/24")));
        for (const std::uint32_t i : {2U, 4U, 6U})
            BOOST_TEST_REQUIRE(succeeds(pool.reserve(Ipv4Address{0xC0000200 + i})));
    };
    BOOST_TEST(
        every_request_fails_once<V4>(prepare, [](auto& pool, auto&) { return pool.reserve("192.0.2.10"_ip4); }) == 1);
    BOOST_TEST(
        every_request_fails_once<V4>(prepare, [](auto& pool, auto&) { return pool.exclude("192.0.2.10"_ip4); }) == 1);
    BOOST_TEST(
        every_request_fails_once<V4>(prepare, [](auto& pool, auto&) { return pool.unreserve("192.0.2.4"_ip4); }) == 3);
}

BOOST_AUTO_TEST_CASE(a_pool_that_was_made_without_memory_refuses_everything) {
    requests_until_failure = 0;
    IpPool<V4> pool{"none"};
    BOOST_TEST(requests_until_failure < 0);
    const auto short_of = std::errc::not_enough_memory;
    BOOST_TEST(fails_with(pool.add_cidr_range("192.0.2.0/24"), short_of));
    BOOST_TEST(fails_with(pool.remove_cidr_range("192.0.2.0/24"), short_of));
    BOOST_TEST(fails_with(pool.reserve("192.0.2.1"_ip4), short_of));
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), short_of));
    BOOST_TEST(fails_with(pool.get_binding("192.0.2.1"_ip4), short_of));
    BOOST_TEST(pool.list_by_tenant("tenant").empty());
    BOOST_TEST(pool.leases_of("tenant") == 0U);
    BOOST_TEST(!pool.contains("192.0.2.1"_ip4));
    BOOST_TEST((pool.stats() == PoolStats{}));
    pool.for_each_binding([](const auto&) { BOOST_ERROR("there is none"); });
    pool.for_each_binding("tenant", [](const auto&) { BOOST_ERROR("there is none"); });
    BOOST_TEST(fails_with(pool.allocate_many(1, "tenant", "r", {}), short_of));
    BOOST_TEST(fails_with(pool.magazine("tenant"), short_of));
    BOOST_TEST(fails_with(pool.set_quarantine(std::chrono::hours{1}), short_of));
    BOOST_TEST(fails_with(pool.set_quarantine(std::chrono::hours{0}), short_of));
    pool.for_each_tenant([](auto, const auto&) { BOOST_ERROR("there is none"); });
    pool.observe({[](void*, const PoolEvent<V4>&) noexcept { BOOST_ERROR("nothing happens"); }, nullptr});
    BOOST_TEST(pool.expire() == 0U);
    BOOST_TEST(detail::state_access::generation(pool) == 0U);
    const auto owner = Owner::make("tenant", "r").value();
    BOOST_TEST(fails_with(detail::state_access::restore(pool, owner, "192.0.2.1"_ip4, 1), short_of));
    BOOST_TEST(pool.name() == "none");
}

BOOST_AUTO_TEST_CASE(a_range_is_cut_down_to_the_length_or_stays_whole) {
    const auto whole = "10.0.0.0/16"_cidr4;
    int requests = 0;
    for (bool cut = false; !cut; ++requests) {
        PrefixPool<V4> pool;
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range(whole)));
        const ShortMemory memory{requests};
        const auto lease = pool.allocate(26, "tenant", "resource", {});
        cut = !memory.happened();
        requests_until_failure = -1;
        if (cut) {
            BOOST_TEST(succeeds(lease));
        } else {
            BOOST_TEST(fails_with(lease, std::errc::not_enough_memory));
            BOOST_TEST((pool.largest_free().value() == whole));
            BOOST_TEST((pool.stats().in_use == Uint128{}));
        }
    }
    BOOST_TEST(requests - 1 == 1 + 2 * (26 - 16));  // who has it, and the halves on the way
}

BOOST_AUTO_TEST_CASE(a_range_to_cut_from_needs_memory_or_is_not_added) {
    for (int n = 0;; ++n) {
        PrefixPool<V4> pool;
        for (const char* const text : {"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"})
            BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range(text)));
        const ShortMemory memory{n};
        const auto added = pool.add_cidr_range("10.0.4.0/24");
        requests_until_failure = -1;
        BOOST_TEST((pool.stats().capacity == Uint128{added ? 5U * 256U : 4U * 256U}));
        if (added) {
            BOOST_TEST(n == 2);  // a longer list, and what it lists
            break;
        }
        BOOST_TEST(fails_with(added, std::errc::not_enough_memory));
        BOOST_TEST(succeeds(pool.add_cidr_range("10.0.4.0/24")));
    }
}

BOOST_AUTO_TEST_CASE(a_prefix_pool_that_was_made_without_memory_refuses_everything) {
    requests_until_failure = 0;
    PrefixPool<V4> pool;
    BOOST_TEST(requests_until_failure < 0);
    const auto short_of = std::errc::not_enough_memory;
    BOOST_TEST(fails_with(pool.add_cidr_range("192.0.2.0/24"), short_of));
    BOOST_TEST(fails_with(pool.allocate(26, "tenant", "r", {}), short_of));
    BOOST_TEST(fails_with(pool.get_binding("192.0.2.1"_ip4), short_of));
    BOOST_TEST(fails_with(pool.largest_free(), short_of));
    BOOST_TEST((pool.stats() == PoolStats{}));
    pool.for_each_binding([](const auto&) { BOOST_ERROR("there is none"); });
}

BOOST_AUTO_TEST_CASE(holding_a_part_of_a_sparse_range_back_needs_memory_or_changes_nothing) {
    const auto prepare = [](auto& pool, auto&) { BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("2001:db8::/64"))); };
    const auto hold = [](auto& pool, auto&) { return pool.reserve("2001:db8::1:0/112"_cidr6); };
    BOOST_TEST(every_request_fails_once<V6>(prepare, hold) == 2 + 4 + 2);  // of what is held, waits and is closed
}

/// What is free after an unreserve() of `parts` while all of a range is still being marked, and memory is short then;
/// after another unreserve(), and once all has waited, all is.
Uint128 free_of(const std::vector<CidrRange<V6>>& parts, std::chrono::nanoseconds quarantine) {
    detail::Rules rules;
    rules.clock = []() noexcept { return Time::now().time_since_epoch().count(); };
    rules.quarantine.least = quarantine.count();
    const detail::PoolHandle<V6> pool{rules};
    return pool.locked([&](detail::Core<V6>& core, const detail::Core<V6>::Locked& locked) {
        detail::Ledger<V6>& ledger = core.ledger(locked);
        detail::Extents<V6>& extents = ledger.extents();
        const auto cidr = "2001:db8::/64"_cidr6;
        detail::Extent<V6>& extent = *ledger.ranges().add(cidr, usable_addresses(cidr)).value();
        const detail::Range<V6>& part = *extent.first;
        const Uint128 all = part.free();
        const detail::Span whole{extent.usable.first.bits(), extent.usable.last.bits()};
        const auto unhold = [&](const detail::Span& span) {
            BOOST_TEST_REQUIRE(extents.make_room(extent, span));
            extents.unhold(extent, span, ledger.now());
            while (!ledger.settle()) {
            }
        };
        BOOST_TEST_REQUIRE(extents.make_room(extent, whole));
        extents.hold(extent, whole);
        for (const auto& open : parts) unhold({open.first().bits(), open.last().bits()});
        Uint128 from = whole.first;
        const ShortMemory memory{0};
        BOOST_TEST(extents.close(extent, whole, from));
        BOOST_TEST(memory.happened());
        requests_until_failure = -1;
        const Uint128 free = part.free();
        unhold(whole);
        Time::advance(quarantine);
        while (!ledger.settle()) {
        }
        BOOST_TEST((part.free() == all));
        return free;
    }, Uint128{});
}

BOOST_AUTO_TEST_CASE(what_is_unreserved_in_part_while_it_is_still_being_marked_stays_held_without_memory) {
    const std::vector parts{"2001:db8::1:0/112"_cidr6, "2001:db8::3:0/112"_cidr6, "2001:db8::5:0/112"_cidr6};
    BOOST_TEST((free_of(parts, std::chrono::hours{0}) == Uint128{}));
    BOOST_TEST((free_of(parts, std::chrono::hours{1}) == Uint128{}));
}

BOOST_AUTO_TEST_CASE(what_is_unreserved_whole_while_it_is_still_being_marked_need_not_wait_without_memory) {
    const std::vector parts{"2001:db8::1:0/112"_cidr6, "2001:db8::3:0/112"_cidr6, "2001:db8::/64"_cidr6};
    BOOST_TEST((free_of(parts, std::chrono::hours{1}) == usable_addresses("2001:db8::/64"_cidr6).count()));
}

BOOST_AUTO_TEST_CASE(a_range_needs_memory_to_grow_to_both_sides_or_stays_as_it_was) {
    const auto grows = []<class F>(const CidrRange<F>& known, const CidrRange<F>& range, const IpAddress<F>& ip) {
        for (int n = 0;; ++n) {
            IpPool<F> pool{"short"};
            BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range(known)));
            const auto lease = pool.allocate_specific(ip, "red", "r", {}).value();
            const auto before = pool.stats();
            const ShortMemory memory{n};
            const auto grown = pool.grow(known, range);
            requests_until_failure = -1;
            BOOST_TEST(succeeds(pool.get_binding(ip)));
            BOOST_TEST((pool.stats_of(grown ? range : known).value() == pool.stats()));
            if (grown) return n;
            BOOST_TEST(fails_with(grown, std::errc::not_enough_memory));
            BOOST_TEST((pool.stats() == before));
            for (const auto& edge : {range.first(), range.last()})
                BOOST_TEST(pool.contains(edge) == known.contains(edge));
            BOOST_TEST(succeeds(pool.allocate("red", "r", {})));
            BOOST_TEST(succeeds(pool.grow(known, range)));
        }
    };
    BOOST_TEST(grows("192.0.2.64/26"_cidr4, "192.0.2.0/24"_cidr4, "192.0.2.70"_ip4) > 6);
    BOOST_TEST(grows("2001:db8::1:0/112"_cidr6, "2001:db8::/96"_cidr6, "2001:db8::1:7"_ip6) > 6);
    BOOST_TEST(grows("2001:db8:0:1::/64"_cidr6, "2001:db8::/48"_cidr6, "2001:db8:0:1::7"_ip6) > 4);
    // 2^32 further addresses are one too many for an index, and become two parts
    BOOST_TEST(grows("2001:db8::/96"_cidr6, "2001:db8::/95"_cidr6, "2001:db8::7"_ip6) > 4);
}

BOOST_AUTO_TEST_CASE(a_lease_from_one_range_needs_memory_or_none_begins) {
    const auto prepare = [](auto& pool, auto&) {
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.64/26")));
        BOOST_TEST_REQUIRE(succeeds(pool.grow("192.0.2.64/26", "192.0.2.0/24")));  // of three parts
    };
    const auto take = [](auto& pool, auto&) { return pool.allocate_from("192.0.2.0/24"_cidr4, "tenant", "r", {}); };
    BOOST_TEST(every_request_fails_once<V4>(prepare, take) == 4);
}

BOOST_AUTO_TEST_CASE(the_next_lease_of_a_tenant_tries_again_where_memory_was_short) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 16; ++i) leases.push_back(pool.allocate("red", "a page", {}).value());
    const ShortMemory memory{0};
    const auto lease = pool.allocate("red", "of the next page", {});
    requests_until_failure = -1;
    BOOST_TEST_REQUIRE(succeeds(lease));
    BOOST_TEST((pool.stats() == PoolStats{254, 17, 0, 237}));
}

BOOST_AUTO_TEST_CASE(what_has_waited_is_opened_once_there_is_memory) {
    TimedPool<V6> pool;
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("2001:db8::/64")));
    BOOST_TEST_REQUIRE(succeeds(pool.set_quarantine(std::chrono::hours{1})));
    BOOST_TEST_REQUIRE(succeeds(pool.reserve("2001:db8::/64"_cidr6)));
    BOOST_TEST_REQUIRE(succeeds(pool.unreserve("2001:db8::1:0/112"_cidr6)));
    BOOST_TEST_REQUIRE(succeeds(pool.unreserve("2001:db8::3:0/112"_cidr6)));
    Time::advance(std::chrono::hours{1});
    {
        const ShortMemory memory{0};
        const auto refused = pool.stats();
        BOOST_TEST(memory.happened());
        requests_until_failure = -1;
        BOOST_TEST((refused.free == Uint128{1U << 16U}));
        BOOST_TEST((refused.cooling == Uint128{1U << 16U}));
    }
    BOOST_TEST((pool.stats().free == Uint128{2U << 16U}));
}

BOOST_AUTO_TEST_CASE(what_waits_in_a_sparse_range_is_taken_before_its_time_once_there_is_memory) {
    TimedPool<V6> pool;
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("2001:db8::/64")));
    BOOST_TEST_REQUIRE(succeeds(pool.set_quarantine(std::chrono::hours{1}, WhenCooling::take_oldest)));
    BOOST_TEST_REQUIRE(succeeds(pool.reserve("2001:db8::/64"_cidr6)));
    for (const auto ip : {"2001:db8::2"_ip6, "2001:db8::4"_ip6, "2001:db8::6"_ip6})
        BOOST_TEST_REQUIRE(succeeds(pool.unreserve(ip)));
    const auto first = pool.allocate("red", "r", {}).value();
    const auto second = pool.allocate("red", "r", {}).value();
    const ShortMemory memory{0};
    const auto refused = pool.allocate("red", "r", {});
    requests_until_failure = -1;
    BOOST_TEST(fails_with(refused, std::errc::not_enough_memory));
    const auto third = pool.allocate("red", "r", {});
    BOOST_TEST_REQUIRE(succeeds(third));
    BOOST_TEST((third.assume_value().address() == "2001:db8::6"_ip6));
}

BOOST_AUTO_TEST_CASE(an_address_that_has_waited_among_many_can_be_had_once_there_is_memory) {
    TimedPool<V6> pool;
    BOOST_TEST_REQUIRE(succeeds(pool.set_quarantine(std::chrono::hours{1})));
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("2001:db8::/105")));  // 128 pieces of an index
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("2001:db8:1::/64")));
    std::vector<Lease<V6>> leases;
    leases.push_back(pool.allocate_specific("2001:db8::1"_ip6, "red", "r", {}).value());
    leases.push_back(pool.allocate_specific("2001:db8:1::1"_ip6, "red", "r", {}).value());
    BOOST_TEST_REQUIRE(succeeds(pool.exclude("2001:db8::/105"_cidr6)));
    BOOST_TEST_REQUIRE(succeeds(pool.unreserve("2001:db8::/105"_cidr6)));
    BOOST_TEST_REQUIRE(succeeds(pool.exclude("2001:db8:1::/64"_cidr6)));
    BOOST_TEST_REQUIRE(succeeds(pool.unreserve("2001:db8:1::/64"_cidr6)));
    Time::advance(std::chrono::hours{1});
    // each call opens one piece of what waits longest, and the address that is wanted
    const auto every = [&](std::uint64_t last) {
        int refused = 0;
        const Ipv6Address first = last < 0x7f0000 ? "2001:db8:1::"_ip6 : "2001:db8::"_ip6;
        for (std::uint64_t i = 0; i < 16; ++i) {
            const auto ip = Ipv6Address::from_bits(first.bits() + Uint128{last + 2 * i});
            const ShortMemory memory{0};
            auto lease = pool.allocate_specific(ip, "red", "r", {});
            requests_until_failure = -1;
            if (!lease) {
                ++refused;
                const auto why = lease.assume_error();
                BOOST_TEST((why == errc::address_cooling || why == std::errc::not_enough_memory));
                lease = pool.allocate_specific(ip, "red", "r", {});
            }
            BOOST_TEST_REQUIRE(succeeds(lease));
            leases.push_back(std::move(lease).assume_value());
        }
        return refused;
    };
    BOOST_TEST(every(0x7f0100) > 0);
    BOOST_TEST(every(0x100) > 0);
}

BOOST_AUTO_TEST_CASE(a_quarantine_needs_memory_or_does_not_begin) {
    const auto prepare = [](auto& pool, auto& leases) {
        for (const char* const text : {"192.0.2.0/24", "198.51.100.0/24", "10.0.0.0/16"})
            BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range(text)));
        for (int i = 0; i < 5; ++i) leases.push_back(pool.allocate("red", "r", {}).value());
    };
    const auto cool = [](auto& pool, auto& leases) {
        const auto begun = pool.set_quarantine(std::chrono::hours{1});
        requests_until_failure = -1;
        leases.pop_back();  // does not wait where it has not begun
        BOOST_TEST((pool.stats().cooling == Uint128{begun ? 1U : 0U}));
        leases.push_back(pool.allocate("red", "r", {}).value());
        return begun;
    };
    const auto cool_once = [&](auto& pool, auto& leases) -> result<void> {
        const auto begun = cool(pool, leases);
        BOOST_TEST(succeeds(pool.set_quarantine(std::chrono::hours{0})));
        return begun;
    };
    int n = 0;
    for (;; ++n) {
        IpPool<V4> pool{"short"};
        std::vector<Lease<V4>> leases;
        prepare(pool, leases);
        const auto before = pool.stats();
        const ShortMemory memory{n};
        const auto begun = cool_once(pool, leases);
        BOOST_TEST((pool.stats() == before));
        if (begun) break;
        BOOST_TEST(fails_with(begun, std::errc::not_enough_memory));
    }
    BOOST_TEST(n == 6);  // two sets a range
}

BOOST_AUTO_TEST_CASE(a_range_in_quarantine_needs_memory_or_is_not_added) {
    const auto prepare = [](auto& pool, auto&) {
        BOOST_TEST_REQUIRE(succeeds(pool.set_quarantine(std::chrono::hours{1})));
    };
    const auto add = [](auto& pool, auto&) { return pool.add_cidr_range("192.0.2.0/24"); };
    BOOST_TEST(every_request_fails_once<V4>(prepare, add) == 6);
}

BOOST_AUTO_TEST_CASE(a_range_needs_memory_to_grow_or_stays_as_it_was) {
    for (const bool reserved : {false, true}) {
        for (int n = 0;; ++n) {
            IpPool<V4> pool{"short"};
            BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.64/31")));
            BOOST_TEST_REQUIRE(succeeds(pool.set_quarantine(std::chrono::hours{1})));
            if (reserved) BOOST_TEST_REQUIRE(succeeds(pool.reserve("192.0.2.64"_ip4)));
            const auto lease = pool.allocate_specific("192.0.2.65"_ip4, "red", "r", {}).value();
            const auto before = pool.stats();
            const ShortMemory memory{n};
            const auto grown = pool.grow("192.0.2.64/31", "192.0.2.64/26");
            requests_until_failure = -1;
            BOOST_TEST(succeeds(pool.get_binding(lease.address())));
            if (grown) {
                BOOST_TEST((pool.stats() == PoolStats{63, 1, 1, 61}));
                BOOST_TEST(n > 3);
                break;
            }
            BOOST_TEST(fails_with(grown, std::errc::not_enough_memory));
            BOOST_TEST((pool.stats() == before));
            BOOST_TEST(!pool.contains("192.0.2.66"_ip4));
            if (reserved)
                BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.64"_ip4, "red", "r", {}), errc::address_held));
            BOOST_TEST(succeeds(pool.grow("192.0.2.64/31", "192.0.2.0/24")));
            BOOST_TEST((pool.stats().capacity == Uint128{254}));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_gateway_needs_memory_or_stays_as_it_was) {
    for (std::uint32_t spans = 0; spans < 9; ++spans) {
        for (const bool after_growth : {false, true}) {
            for (int n = 0;; ++n) {
                IpPool<V4> pool{"short"};
                BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.64/26")));
                if (after_growth) BOOST_TEST_REQUIRE(succeeds(pool.grow("192.0.2.64/26", "192.0.2.0/24")));
                BOOST_TEST_REQUIRE(succeeds(pool.set_gateway("192.0.2.101"_ip4)));
                BOOST_TEST_REQUIRE(succeeds(pool.exclude("192.0.2.100/30"_cidr4)));  // so that opening it splits a span
                for (std::uint32_t i = 0; i < spans; ++i)
                    BOOST_TEST_REQUIRE(succeeds(pool.reserve(Ipv4Address{0xC0000242 + 2 * i})));
                const auto before = pool.stats();
                const auto to = after_growth ? "192.0.2.200"_ip4 : "192.0.2.120"_ip4;
                requests_until_failure = n;
                const auto set = pool.set_gateway(to);
                const bool happened = requests_until_failure < 0;
                // and no memory from then on
                requests_until_failure = -1;
                if (set) {
                    BOOST_TEST((pool.gateway_of(to) == to));
                    BOOST_TEST(!happened);
                    // what was excluded beside stays so
                    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.101"_ip4, "red", "r", {}), errc::address_held));
                    BOOST_TEST(succeeds(pool.unreserve("192.0.2.101"_ip4)));
                    BOOST_TEST(succeeds(pool.allocate_specific("192.0.2.101"_ip4, "red", "r", {})));
                    break;
                }
                BOOST_TEST(fails_with(set, std::errc::not_enough_memory));
                BOOST_TEST((pool.gateway_of(to) == "192.0.2.101"_ip4));
                BOOST_TEST((pool.stats() == before));
                BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.101"_ip4, "red", "r", {}), errc::address_held));
                BOOST_TEST(succeeds(pool.allocate_specific(to, "red", "r", {})));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(holding_parts_of_a_range_that_grew_back_is_all_or_nothing) {
    const auto prepare = [](auto& pool, auto&) {
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.64/26")));
        BOOST_TEST_REQUIRE(succeeds(pool.grow("192.0.2.64/26", "192.0.2.0/24")));
        BOOST_TEST_REQUIRE(succeeds(pool.set_gateway("192.0.2.100"_ip4)));
    };
    const auto fresh = [](auto& pool, auto&) {
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.64/26")));
        BOOST_TEST_REQUIRE(succeeds(pool.grow("192.0.2.64/26", "192.0.2.0/24")));
    };
    const auto reserve = [](auto& pool, auto&) { return pool.reserve("192.0.2.0/24"_cidr4); };
    const auto exclude = [](auto& pool, auto&) { return pool.exclude("192.0.2.0/24"_cidr4); };
    BOOST_TEST(every_request_fails_once<V4>(fresh, reserve) >= 2);
    BOOST_TEST(every_request_fails_once<V4>(fresh, exclude) >= 2);
    const auto held = [&](auto& pool, auto& leases) {
        prepare(pool, leases);
        for (std::uint32_t i = 1; i < 254; i += 2)
            BOOST_TEST_REQUIRE(succeeds(pool.reserve(Ipv4Address{0xC0000200 + i})));
    };
    const auto open = [](auto& pool, auto&) { return pool.unreserve("192.0.2.0/24"_cidr4); };
    (void)every_request_fails_once<V4>(held, open);
    const auto whole = [&](auto& pool, auto& leases) {
        prepare(pool, leases);
        BOOST_TEST_REQUIRE(succeeds(pool.reserve("192.0.2.0/24"_cidr4)));
    };
    (void)every_request_fails_once<V4>(whole, open);
}

BOOST_AUTO_TEST_CASE(keeping_a_lease_and_ending_it_needs_no_memory) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    BOOST_TEST(succeeds(pool.set_quarantine(std::chrono::hours{1})));
    auto lease = pool.allocate("red", "r", {}).value();
    auto other = pool.allocate("red", "r", {}).value();
    const ShortMemory memory{0};
    const auto kept = pool.keep(std::move(lease), std::chrono::hours{1});
    const auto renewed = pool.renew(kept.assume_value(), std::chrono::hours{2});
    const auto released = pool.release(kept.assume_value());
    std::move(other).release();
    (void)pool.expire();
    (void)pool.release_all("red");
    BOOST_TEST(!memory.happened());
    requests_until_failure = -1;
    BOOST_TEST(succeeds(renewed));
    BOOST_TEST(succeeds(released));
    BOOST_TEST((pool.stats().cooling == Uint128{2}));
}

BOOST_AUTO_TEST_CASE(a_magazine_and_what_is_kept_for_somebody_need_memory_or_are_refused) {
    const auto add = [](auto& pool, auto&) { BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/24"))); };
    const auto magazine = [](auto& pool, auto&) { return pool.magazine("tenant"); };
    BOOST_TEST(every_request_fails_once<V4>(add, magazine) == 3);  // a table, the tenant and itself
    const auto lease = [](auto& pool, auto&) -> result<Lease<V4>> {
        auto made = pool.magazine("tenant", 2);
        if (!made) return made.assume_error();
        return made.assume_value().allocate("r", {});
    };
    BOOST_TEST(every_request_fails_once<V4>(add, lease) == 5);
    const auto keep = [](auto& pool, auto&) {
        return pool.reserve_for("192.0.2.9"_ip4, Owner::make("tenant", "r").value());
    };
    BOOST_TEST(every_request_fails_once<V4>(add, keep) == 5);
}

BOOST_AUTO_TEST_CASE(a_batch_needs_memory_for_all_of_it_or_nothing_is_leased_and_each_lease_that_was_is_told) {
    for (int n = 1;; ++n) {  // the first request is for the list
        IpPool<V4, LowestFirst> pool{"short"};
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/24")));
        int lasting = 0;
        pool.observe({[](void* count, const PoolEvent<V4>& event) noexcept {
                          *static_cast<int*>(count) += event.kind == PoolEvent<V4>::Kind::allocated  ? 1
                                                       : event.kind == PoolEvent<V4>::Kind::released ? -1
                                                                                                     : 0;
                      }, &lasting});
        const ShortMemory memory{n};
        const auto many = pool.allocate_many(40, "tenant", "r", {});
        const bool happened = memory.happened();
        requests_until_failure = -1;
        BOOST_TEST(lasting == (happened ? 0 : 40));
        BOOST_TEST((pool.stats().in_use == Uint128{happened ? 0U : 40U}));
        if (!happened) {
            BOOST_TEST(succeeds(many));
            BOOST_TEST(n > 4);
            break;
        }
        BOOST_TEST(fails_with(many, std::errc::not_enough_memory));
    }
}

BOOST_AUTO_TEST_CASE(what_is_free_after_many_waits_is_leased_once_there_is_memory) {
    TimedPool<V4, LowestFirst> pool;
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("10.0.0.0/23")));
    BOOST_TEST_REQUIRE(succeeds(pool.set_quarantine(std::chrono::hours{1})));
    BOOST_TEST_REQUIRE(succeeds(pool.exclude("10.0.1.0/24"_cidr4)));
    const auto leases = pool.allocate_many(255, "red", "r", {}).value();
    for (std::uint32_t i = 1; i < 255; i += 2) {  // 127 that are leased all the while
        BOOST_TEST_REQUIRE(succeeds(pool.exclude(Ipv4Address{0x0A000000 + i})));
        BOOST_TEST_REQUIRE(succeeds(pool.unreserve(Ipv4Address{0x0A000000 + i})));
    }
    BOOST_TEST_REQUIRE(succeeds(pool.unreserve("10.0.1.128/25"_cidr4)));  // of which no page is there
    Time::advance(std::chrono::hours{1});
    {
        const ShortMemory memory{0};
        const auto refused = pool.allocate("red", "r", {});
        requests_until_failure = -1;
        BOOST_TEST(fails_with(refused, std::errc::not_enough_memory));
    }
    BOOST_TEST((pool.stats() == PoolStats{510, 255, 128, 127}));
    BOOST_TEST(succeeds(pool.allocate("red", "r", {})));
}

BOOST_AUTO_TEST_CASE(what_could_not_be_opened_for_want_of_memory_is_opened_by_the_next_lease) {
    int opened = 0;
    for (int n = 0;; ++n) {
        IpPool<V6> pool;
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("2001:db8::/120")));
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("2001:db8:1::/64")));
        const auto all = pool.stats().free - Uint128{1};
        BOOST_TEST_REQUIRE(succeeds(pool.set_gateway("2001:db8:1::5"_ip6)));
        BOOST_TEST_REQUIRE(succeeds(pool.exclude("2001:db8:1::/112"_cidr6)));
        const auto before = pool.allocate("red", "r", {}).value();
        const ShortMemory memory{n};
        const auto done = pool.unreserve("2001:db8:1::/112"_cidr6);
        const bool happened = memory.happened();
        requests_until_failure = -1;
        if (!done) continue;
        const auto next = pool.allocate("red", "r", {});
        BOOST_TEST(succeeds(next));
        BOOST_TEST((pool.stats().free == all - Uint128{2}));
        if (!happened) break;
        ++opened;
    }
    BOOST_TEST(opened > 0);
}

BOOST_AUTO_TEST_CASE(a_lease_counts_for_its_tenant_as_long_as_there_is_no_memory_for_another_one) {
    const auto add = [](auto& pool, auto& leases) {
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/24")));
        leases.push_back(pool.allocate("red", "r", {}).value());
    };
    const auto attribute = [](auto& pool, auto& leases) {
        return detail::state_access::handle(pool).locked([&](auto& core, const auto& locked) -> result<void> {
            auto& slot = *detail::lease_access::slot(leases.back());
            if (core.ledger(locked).attribute(slot, TenantName::make("blue").value())) return success();
            return detail::out_of_memory();
        });
    };
    BOOST_TEST(every_request_fails_once<V4>(add, attribute) == 1);
}

BOOST_AUTO_TEST_CASE(a_reservation_that_meets_a_lease_and_a_want_of_memory_loses_no_address) {
    int want = 0;  // of memory
    for (int look = 0;; ++look) {
        bool jumped = true;
        for (int n = 0;; ++n) {
            test::Interrupted at;
            BOOST_TEST_REQUIRE(succeeds(at.pool.add_cidr_range("192.0.2.0/27")));
            BOOST_TEST_REQUIRE(succeeds(at.pool.reserve("192.0.2.8/30"_cidr4)));
            const auto before = at.pool.stats_of("192.0.2.0/27"_cidr4).value();
            std::vector<Lease<V4>> leases;
            at.first = [&] {
                auto made = at.pool.allocate_specific("192.0.2.18"_ip4, "red", "r", {});
                if (made) leases.push_back(std::move(made).assume_value());
                requests_until_failure = n;
            };
            test::JumpTime::jump_at(look);
            const auto done = at.pool.reserve("192.0.2.0/27"_cidr4);
            const bool happened = at.came != 0 && requests_until_failure < 0;
            requests_until_failure = -1;
            jumped = test::JumpTime::stop() != 0;
            const bool is_short = !done && done.assume_error() == std::errc::not_enough_memory;
            BOOST_TEST((is_short || done.has_value() == leases.empty()));
            leases.clear();
            if (!happened && !done) BOOST_TEST((at.pool.stats_of("192.0.2.0/27"_cidr4).value() == before));
            BOOST_TEST(succeeds(at.pool.unreserve("192.0.2.0/27"_cidr4)));
            BOOST_TEST((at.pool.stats_of("192.0.2.0/27"_cidr4).value() == PoolStats{30, 0, 0, 30}));
            want += happened ? 1 : 0;
            if (!happened) break;
        }
        if (!jumped) break;
    }
    BOOST_TEST(want > 1);
}

BOOST_AUTO_TEST_CASE(a_table_that_went_on_without_memory_has_all_items_once_it_has_grown_twice) {
    struct Numbered {
        std::uint64_t hash = 0;
    };
    for (const std::size_t size : {16U, 128U, 1024U}) {
        for (const std::uint64_t step : {0U, 1U, 7U}) {  // in one lump, in a row, scattered
            std::vector<Numbered> items(2 * size + 1);
            for (std::size_t i = 0; i < items.size(); ++i) items[i].hash = step * i;
            items[0].hash = size - 1;  // behind the lump
            detail::HashTable<Numbered, &Numbered::hash> table;
            for (std::size_t i = 0; i < items.size(); ++i) {
                const bool is_short = i >= size / 2 && i < size / 8 * 7;
                if (is_short) requests_until_failure = 0;
                const bool room = table.make_room();
                requests_until_failure = -1;
                BOOST_TEST_REQUIRE(room);
                table.insert(items[i]);
            }
            BOOST_TEST(table.size() == items.size());
            for (const auto& item : items)
                BOOST_TEST_REQUIRE(
                    table.find(item.hash, [&](const Numbered& at) { return &at == &item; }) == &item);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace

#endif
