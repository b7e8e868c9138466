// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool/prefix_pool.hpp>
#include <memory>
#include <random>
#include <vector>

#include "support/check.hpp"


namespace {
using namespace estate;
using test::fails_with;
using test::succeeds;

template <Family F>
PrefixLease<F> take(PrefixPool<F>& pool, int length) {
    return pool.allocate(length, "red", "host", {}).value();
}

BOOST_AUTO_TEST_SUITE(prefixes)

BOOST_AUTO_TEST_CASE(a_range_is_cut_from_the_smallest_free_one_that_has_room) {
    PrefixPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/16"_cidr4)));
    const auto first = take(pool, 24);
    const auto second = take(pool, 26);
    BOOST_TEST(first.range() == "10.0.0.0/24"_cidr4);
    BOOST_TEST(second.range() == "10.0.1.0/26"_cidr4);  // out of the other half of the /23, not of a larger one
    BOOST_TEST(take(pool, 17).range() == "10.0.128.0/17"_cidr4);
    BOOST_TEST(pool.largest_free().value() == "10.0.128.0/17"_cidr4);
}

BOOST_AUTO_TEST_CASE(what_comes_back_is_joined_again) {
    PrefixPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/32"_cidr6)));
    {
        std::vector<PrefixLease<V6>> leases;
        for (int length = 33; length <= 128; ++length) leases.push_back(take(pool, length));
        BOOST_TEST((pool.stats().free == Uint128{1}));
        BOOST_TEST(fails_with(pool.allocate(127, "red", "host", {}), errc::pool_exhausted));
        leases.push_back(take(pool, 128));
        BOOST_TEST(fails_with(pool.allocate(128, "red", "host", {}), errc::pool_exhausted));
        BOOST_TEST(fails_with(pool.largest_free(), errc::pool_exhausted));
    }
    BOOST_TEST(pool.largest_free().value() == "2001:db8::/32"_cidr6);
    BOOST_TEST(succeeds(pool.remove_cidr_range("2001:db8::/32"_cidr6)));
}

BOOST_AUTO_TEST_CASE(the_whole_of_a_family_is_a_range) {
    PrefixPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("::/0"_cidr6)));
    const auto one = pool.allocate_specific("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"_cidr6, "red", "host", {});
    BOOST_TEST(one.has_value());
    BOOST_TEST(pool.largest_free().value() == "::/1"_cidr6);
    auto all = std::move(one).value().range();
    BOOST_TEST(all.prefix_length() == 128);
}

BOOST_AUTO_TEST_CASE(halves_of_the_whole_family_are_counted_as_the_whole) {
    PrefixPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("::/0"_cidr6)));
    auto low = take(pool, 1);
    const auto high = take(pool, 1);
    BOOST_TEST((pool.stats() == PoolStats{(Uint128::max)(), (Uint128::max)(), {}, {}}));
    std::move(low).release();
    BOOST_TEST((pool.stats().in_use == Uint128{1} << 127U));
}

BOOST_AUTO_TEST_CASE(an_owner_that_was_checked_once_leases_as_its_names_do) {
    PrefixPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/24"_cidr4)));
    const Owner owner = Owner::make("red", "host-1", ResourceType::vm()).value();
    const auto one = pool.allocate(26, owner).value();
    const auto other = pool.allocate_specific("10.0.0.128/25"_cidr4, owner).value();
    BOOST_TEST(one.tenant() == "red");
    BOOST_TEST(other.resource() == "host-1");
    BOOST_TEST(fails_with(pool.allocate(33, owner), errc::prefix_too_long));
    BOOST_TEST(fails_with(pool.allocate(25, owner), errc::pool_exhausted));
    BOOST_TEST(fails_with(pool.allocate_specific("10.0.0.128/26"_cidr4, owner), errc::address_leased));
    BOOST_TEST(fails_with(pool.allocate_specific("10.0.1.0/26"_cidr4, owner), errc::address_not_in_pool));
}

BOOST_AUTO_TEST_CASE(a_range_of_which_a_part_is_leased_is_refused) {
    PrefixPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24"_cidr4)));
    auto part = pool.allocate_specific("192.0.2.64/28"_cidr4, "red", "host", {});
    BOOST_TEST(part.value().range() == "192.0.2.64/28"_cidr4);
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.0/24"_cidr4, "blue", "host", {}), errc::address_leased));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.64/28"_cidr4, "blue", "host", {}), errc::address_leased));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.70/32"_cidr4, "blue", "host", {}), errc::address_leased));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.3.0/28"_cidr4, "blue", "host", {}), errc::address_not_in_pool));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.0.0/16"_cidr4, "blue", "host", {}), errc::address_not_in_pool));
    BOOST_TEST(pool.allocate_specific("192.0.2.80/28"_cidr4, "blue", "host", {}).has_value());
    std::move(part).value().release();
    BOOST_TEST(pool.allocate_specific("192.0.2.64/28"_cidr4, "blue", "host", {}).has_value());
}

BOOST_AUTO_TEST_CASE(lengths_that_the_family_has_not_and_names_that_are_none_are_refused) {
    PrefixPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24"_cidr4)));
    BOOST_TEST(fails_with(pool.allocate(33, "red", "host", {}), errc::prefix_too_long));
    BOOST_TEST(fails_with(pool.allocate(-1, "red", "host", {}), errc::prefix_too_long));
    BOOST_TEST(fails_with(pool.allocate(23, "red", "host", {}), errc::pool_exhausted));
    BOOST_TEST(fails_with(pool.allocate(28, "", "host", {}), errc::malformed_name));
    BOOST_TEST(fails_with(pool.allocate(28, "red", "", {}), errc::malformed_name));
    BOOST_TEST((pool.stats().in_use == Uint128{}));
}

BOOST_AUTO_TEST_CASE(ranges_that_overlap_or_are_in_use_are_refused) {
    PrefixPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/24"_cidr4)));
    BOOST_TEST(fails_with(pool.add_cidr_range("10.0.0.0/16"_cidr4), errc::range_overlaps));
    BOOST_TEST(fails_with(pool.add_cidr_range("10.0.0.128/25"_cidr4), errc::range_overlaps));
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.1.0/24"_cidr4)));
    BOOST_TEST(fails_with(pool.remove_cidr_range("10.0.2.0/24"_cidr4), errc::range_unknown));
    BOOST_TEST(fails_with(pool.remove_cidr_range("10.0.0.0/25"_cidr4), errc::range_unknown));
    auto lease = take(pool, 32);
    BOOST_TEST(fails_with(pool.remove_cidr_range("10.0.0.0/24"_cidr4), errc::range_in_use));
    BOOST_TEST(succeeds(pool.remove_cidr_range("10.0.1.0/24"_cidr4)));
    std::move(lease).release();
    BOOST_TEST(succeeds(pool.remove_cidr_range("10.0.0.0/24"_cidr4)));
    BOOST_TEST((pool.stats() == PoolStats{}));
}

BOOST_AUTO_TEST_CASE(who_has_an_address_can_be_asked) {
    PrefixPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/8"_cidr4)));
    const auto lease = pool.allocate(26, "red", "host-1", ResourceType::vm("a")).value();
    const auto binding = pool.get_binding("10.0.0.63"_ip4).value();
    BOOST_TEST(binding.range == lease.range());
    BOOST_TEST(binding.owner.tenant().view() == "red");
    BOOST_TEST(binding.owner.resource().view() == "host-1");
    BOOST_TEST((binding.owner.type() == ResourceType::vm("a")));
    BOOST_TEST(binding.generation == lease.generation());
    BOOST_TEST(fails_with(pool.get_binding("10.0.0.64"_ip4), errc::not_leased));
    BOOST_TEST(fails_with(pool.get_binding("11.0.0.0"_ip4), errc::address_not_in_pool));
    int seen = 0;
    pool.for_each_binding([&](const PrefixBinding<V4>& each) { seen += each.range == lease.range() ? 1 : 100; });
    BOOST_TEST(seen == 1);
}

BOOST_AUTO_TEST_CASE(a_lease_outlives_its_pool_and_survives_a_self_move) {
    auto pool = std::make_unique<PrefixPool<V6>>();
    BOOST_TEST(succeeds(pool->add_cidr_range("fd00::/48"_cidr6)));
    auto lease = take(*pool, 64);
    auto other = take(*pool, 64);
    pool.reset();
    auto& same = lease;
    lease = std::move(same);
    BOOST_TEST(lease.range() == "fd00::/64"_cidr6);
    lease = std::move(other);
    BOOST_TEST(lease.range() == "fd00:0:0:1::/64"_cidr6);
    BOOST_TEST(!other.holds());  // NOLINT(bugprone-use-after-move): it says so
    std::move(lease).release();
    BOOST_TEST(!lease.holds());  // NOLINT(bugprone-use-after-move)
}

/// A plain model: which of the 2^12 smallest ranges are leased.
template <Family F>
void agrees_with_a_model(const CidrRange<F>& whole, unsigned seed) {
    constexpr int bits = 12;
    PrefixPool<F> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range(whole)));
    const int longest = whole.prefix_length() + bits;
    std::vector<bool> leased(1U << bits);
    const auto span_of = [&](const CidrRange<F>& range) {
        const auto shift = static_cast<unsigned>(F::bits - longest);
        const auto first = static_cast<std::size_t>(((range.first().bits() - whole.first().bits()) >> shift).low());
        return std::pair{first, first + (std::size_t{1} << (longest - range.prefix_length()))};
    };
    const auto is_free = [&](std::size_t first, std::size_t end) {
        for (; first < end; ++first) {
            if (leased[first]) return false;
        }
        return true;
    };
    /// The longest free aligned run is what decides.
    const auto has_room = [&](int length) {
        const std::size_t size = std::size_t{1} << (longest - length);
        for (std::size_t at = 0; at < leased.size(); at += size) {
            if (is_free(at, at + size)) return true;
        }
        return false;
    };
    std::mt19937 random{seed};
    std::vector<PrefixLease<F>> leases;
    std::size_t in_use = 0;
    const auto mark = [&](const CidrRange<F>& range, bool value) {
        const auto [first, end] = span_of(range);
        for (std::size_t at = first; at < end; ++at) leased[at] = value;
        in_use = value ? in_use + (end - first) : in_use - (end - first);
    };
    for (int step = 0; step < 20000; ++step) {
        const int length = longest - static_cast<int>(random() % (random() % 8 == 0 ? bits : 4));
        if (random() % 5 < 2 && !leases.empty()) {
            std::swap(leases[random() % leases.size()], leases.back());
            mark(leases.back().range(), false);
            leases.pop_back();
        } else if (random() % 2 == 0) {
            const bool room = has_room(length);
            auto made = pool.allocate(length, "t", "r", {});
            BOOST_REQUIRE_EQUAL(made.has_value(), room);
            if (!made) continue;
            const auto [first, end] = span_of(made.value().range());
            BOOST_REQUIRE(made.value().range().prefix_length() == length && is_free(first, end));
            mark(made.value().range(), true);
            leases.push_back(std::move(made).value());
        } else {
            const auto range =
                whole.subnet(Uint128{random() % (1U << (length - whole.prefix_length()))}, length).value();
            const auto [first, end] = span_of(range);
            auto made = pool.allocate_specific(range, "t", "r", {});
            BOOST_REQUIRE_EQUAL(made.has_value(), is_free(first, end));
            if (!made) continue;
            mark(range, true);
            leases.push_back(std::move(made).value());
        }
        BOOST_REQUIRE(pool.stats().in_use == Uint128{in_use} << static_cast<unsigned>(F::bits - longest));
    }
    leases.clear();
    BOOST_TEST(pool.largest_free().value() == whole);
}

BOOST_AUTO_TEST_CASE(random_operations_agree_with_a_model) {
    const char* const given = std::getenv("ESTATE_TEST_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    BOOST_TEST_MESSAGE("ESTATE_TEST_SEED=" << seed);
    BOOST_TEST_CONTEXT("ESTATE_TEST_SEED=" << seed) {
        agrees_with_a_model("10.0.0.0/8"_cidr4, seed);
        agrees_with_a_model("2001:db8::/32"_cidr6, seed);
    }
}

BOOST_AUTO_TEST_CASE(a_visitor_of_prefix_leases_may_use_the_pool) {
    PrefixPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/16")));
    std::vector<PrefixLease<V4>> leases;
    for (int i = 0; i < 8; ++i) leases.push_back(take(pool, 24));
    std::vector<CidrRange<V4>> seen;
    pool.for_each_binding([&](const PrefixBinding<V4>& each) {
        seen.push_back(each.range);
        // ends this one and the next: neither is met again, and nothing dangles
        if (!leases.empty()) leases.pop_back();
        if (!leases.empty()) leases.pop_back();
        BOOST_TEST(take(pool, 26).holds());
        BOOST_TEST(!pool.get_binding(each.range.first()));
    });
    BOOST_TEST(seen.size() == 4U);
    BOOST_TEST((pool.stats().in_use == Uint128{0}));
    pool.for_each_binding([](const PrefixBinding<V4>&) { BOOST_ERROR("an ended lease is met"); });
}

BOOST_AUTO_TEST_CASE(a_visit_of_prefix_leases_that_throws_leaves_nothing_behind) {
    PrefixPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/16")));
    auto lease = take(pool, 24);
    BOOST_CHECK_THROW(pool.for_each_binding([](const PrefixBinding<V4>&) { throw 1; }), int);
    std::move(lease).release();
    BOOST_TEST(succeeds(pool.remove_cidr_range("10.0.0.0/16")));
}

BOOST_AUTO_TEST_CASE(ranges_are_taken_as_text_too) {
    PrefixPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/16")));
    BOOST_TEST(fails_with(pool.add_cidr_range("10.0.0.0/24"), errc::range_overlaps));
    BOOST_TEST(!pool.add_cidr_range("10.0.0.0"));
    BOOST_TEST(!pool.remove_cidr_range("10.0.0.1/16"));
    BOOST_TEST(succeeds(pool.remove_cidr_range("10.0.0.0/16")));
}

BOOST_AUTO_TEST_CASE(ranges_are_added_and_removed_in_any_order) {
    PrefixPool<V4> pool;
    for (const char* const text :
         {"10.0.5.0/24", "10.0.1.0/24", "10.0.9.0/24", "10.0.3.0/24", "10.0.7.0/24", "10.0.0.0/24"}) {
        BOOST_TEST(succeeds(pool.add_cidr_range(text)), text);
    }
    BOOST_TEST((pool.stats().capacity == Uint128{6 * 256}));
    BOOST_TEST(fails_with(pool.add_cidr_range("10.0.4.0/23"), errc::range_overlaps));  // with the next one
    BOOST_TEST(fails_with(pool.add_cidr_range("10.0.2.0/23"), errc::range_overlaps));
    BOOST_TEST(succeeds(pool.remove_cidr_range("10.0.3.0/24")));
    BOOST_TEST(succeeds(pool.remove_cidr_range("10.0.0.0/24")));
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.2.0/23")));
    for (const auto ip : {"10.0.1.1"_ip4, "10.0.2.1"_ip4, "10.0.5.1"_ip4, "10.0.7.1"_ip4, "10.0.9.1"_ip4})
        BOOST_TEST(fails_with(pool.get_binding(ip), errc::not_leased), ip);
    BOOST_TEST(fails_with(pool.get_binding("10.0.0.1"_ip4), errc::address_not_in_pool));
}

BOOST_AUTO_TEST_CASE(a_range_that_is_larger_than_what_the_pool_has_there_is_refused) {
    PrefixPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.0/23"_cidr4, "red", "host", {}), errc::address_not_in_pool));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.0/25"_cidr4, "", "host", {}), errc::malformed_name));
}

BOOST_AUTO_TEST_CASE(a_prefix_lease_says_whose_it_is_until_it_holds_nothing) {
    PrefixPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    auto lease = pool.allocate(26, "red", "host-1", ResourceType::vm("a")).value();
    BOOST_TEST((lease.resource_type() == ResourceType::vm("a")));
    BOOST_TEST(lease.generation() == 1U);
    const auto other = std::move(lease);
    // NOLINTBEGIN(bugprone-use-after-move): it says so
    BOOST_TEST((lease.range() == CidrRange<V4>{}));
    BOOST_TEST(lease.tenant().empty());
    BOOST_TEST(lease.resource().empty());
    BOOST_TEST((lease.resource_type() == ResourceType{}));
    BOOST_TEST(lease.generation() == 0U);
    // NOLINTEND(bugprone-use-after-move)
    BOOST_TEST(other.resource() == "host-1");
}

BOOST_AUTO_TEST_CASE(a_visit_inside_a_visit_steps_over_what_has_ended) {
    PrefixPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/16")));
    std::vector<PrefixLease<V4>> leases;
    for (int i = 0; i < 3; ++i) leases.push_back(take(pool, 24));
    int outer = 0;
    int inner = 0;
    pool.for_each_binding([&](const PrefixBinding<V4>&) {
        ++outer;
        pool.for_each_binding([&](const PrefixBinding<V4>&) {
            ++inner;
            if (leases.size() == 3) leases.pop_back();  // both stand at it
        });
        pool.for_each_binding([&](const PrefixBinding<V4>& each) { BOOST_TEST(!each.range.contains("10.0.2.0"_ip4)); });
    });
    BOOST_TEST(outer == 3);
    BOOST_TEST(inner == 3 + 2 + 2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
