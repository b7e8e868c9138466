// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool/static_ip_pool.hpp>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/check.hpp"
#include "support/child.hpp"

namespace {
using namespace estate;
using test::fails_with;
using test::succeeds;

using SmallPool = BasicStaticIpPool<NoLock, "192.0.2.0/29"_cidr4, "198.51.100.8/31"_cidr4, "203.0.113.7/32"_cidr4>;

constinit StaticIpPool<"192.168.1.0/24"_cidr4> in_bss;
constinit BasicStaticIpPool<std::mutex, "2001:db8::/120"_cidr6> with_a_mutex;

static_assert(AddressHold<SmallPool::lease, V4> && AddressBinding<SmallPool::binding, V4>);
static_assert(AddressHold<decltype(with_a_mutex)::lease, V6>);
static_assert(sizeof(SmallPool::lease) == 8);
static_assert(SmallPool::capacity() == 6 + 2 + 1 && decltype(with_a_mutex)::capacity() == 255);
static_assert(SmallPool::contains("192.0.2.0"_ip4) && !SmallPool::contains("192.0.2.8"_ip4));
static_assert(!std::is_move_constructible_v<SmallPool> && !std::is_copy_constructible_v<SmallPool>);

std::vector<SmallPool::lease> take_all(SmallPool& pool) {
    std::vector<SmallPool::lease> leases;
    while (auto lease = pool.allocate("tenant", "resource", {})) leases.push_back(std::move(lease).assume_value());
    return leases;
}

BOOST_AUTO_TEST_SUITE(static_pool)

BOOST_AUTO_TEST_CASE(a_static_pool_hands_every_usable_address_out_once) {
    SmallPool pool;
    const auto leases = take_all(pool);
    std::set<Ipv4Address> seen;
    for (const auto& lease : leases) seen.insert(lease.address());
    BOOST_TEST(leases.size() == 9U);
    BOOST_TEST(seen.size() == 9U);
    BOOST_TEST(*seen.begin() == "192.0.2.1"_ip4);
    BOOST_TEST(*seen.rbegin() == "203.0.113.7"_ip4);
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
    BOOST_TEST((pool.stats() == PoolStats{9, 9, 0, 0}));
}

BOOST_AUTO_TEST_CASE(a_wanted_address_is_leased_or_refused_with_the_reason) {
    SmallPool pool;
    const auto lease = pool.allocate_specific("198.51.100.9"_ip4, "red", "web", ResourceType::vm("vm1")).value();
    BOOST_TEST(lease.address() == "198.51.100.9"_ip4);
    BOOST_TEST((pool.contains(lease.address()) && !pool.contains("192.0.2.8"_ip4)));
    BOOST_TEST(lease.tenant() == "red");
    BOOST_TEST(lease.resource() == "web");
    BOOST_TEST((lease.resource_type() == ResourceType::vm("vm1")));
    BOOST_TEST(fails_with(pool.allocate_specific("198.51.100.9"_ip4, "red", "web", {}), errc::address_leased));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.0"_ip4, "red", "web", {}), errc::address_held));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.8"_ip4, "red", "web", {}), errc::address_not_in_pool));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.1"_ip4, "", "web", {}), errc::malformed_name));
    BOOST_TEST(fails_with(pool.allocate("red", "", {}), errc::malformed_name));
    BOOST_TEST(fails_with(pool.allocate("red", "web", ResourceType::vm(std::string(32, 'x'))), errc::malformed_name));
}

BOOST_AUTO_TEST_CASE(shares_and_bindings_work_as_in_an_ip_pool) {
    SmallPool pool;
    auto lease = pool.allocate("red", "web", {}).value();
    const auto ip = lease.address();
    const auto binding = pool.get_binding(ip).value();
    BOOST_TEST((binding == lease.binding()));
    auto shared = binding.share().value();
    std::move(lease).release();
    BOOST_TEST((pool.stats().in_use == Uint128{1}));
    BOOST_TEST(shared.tenant() == "red");
    std::move(shared).release();
    BOOST_TEST(fails_with(binding.share(), errc::stale_binding));
    const auto next = pool.allocate_specific(ip, "blue", "db", {}).value();
    BOOST_TEST(fails_with(binding.share(), errc::stale_binding));
    BOOST_TEST(fails_with(pool.get_binding("192.0.2.6"_ip4), errc::not_leased));
    BOOST_TEST(fails_with(pool.get_binding("192.0.2.7"_ip4), errc::not_leased));
    BOOST_TEST(fails_with(pool.get_binding("192.0.2.8"_ip4), errc::address_not_in_pool));

    auto from = pool.allocate("red", "web", {}).value();
    const auto into = std::move(from);
    BOOST_TEST(fails_with(from.binding().share(), errc::stale_binding));
}

BOOST_AUTO_TEST_CASE(reserved_and_excluded_addresses_are_kept_back) {
    SmallPool pool;
    auto lease = pool.allocate("red", "web", {}).value();
    BOOST_TEST(fails_with(pool.reserve("192.0.2.0/29"_cidr4), errc::address_leased));
    BOOST_TEST(fails_with(pool.reserve("192.0.2.0/28"_cidr4), errc::address_not_in_pool));
    BOOST_TEST(fails_with(pool.exclude("10.0.0.1"_ip4), errc::address_not_in_pool));
    BOOST_TEST(fails_with(pool.unreserve("10.0.0.1"_ip4), errc::address_not_in_pool));
    BOOST_TEST(succeeds(pool.reserve("192.0.2.0"_ip4)));  // held anyway
    BOOST_TEST(succeeds(pool.reserve("198.51.100.8/31"_cidr4)));
    BOOST_TEST((pool.stats() == PoolStats{9, 1, 2, 6}));
    BOOST_TEST(succeeds(pool.exclude("192.0.2.0/29"_cidr4)));
    BOOST_TEST((pool.stats() == PoolStats{9, 1, 7, 1}));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.2"_ip4, "red", "web", {}), errc::address_held));
    std::move(lease).release();
    BOOST_TEST((pool.stats() == PoolStats{9, 0, 8, 1}));
    BOOST_TEST(take_all(pool).size() == 1U);
    BOOST_TEST(succeeds(pool.unreserve("192.0.2.0/29"_cidr4)));
    BOOST_TEST(succeeds(pool.unreserve("198.51.100.8"_ip4)));
    BOOST_TEST(succeeds(pool.unreserve("198.51.100.9"_ip4)));
    BOOST_TEST((pool.stats() == PoolStats{9, 0, 0, 9}));

    auto again = pool.allocate_specific("192.0.2.1"_ip4, "red", "web", {}).value();
    BOOST_TEST(succeeds(pool.exclude(again.address())));
    BOOST_TEST(succeeds(pool.unreserve(again.address())));
    std::move(again).release();
    BOOST_TEST((pool.stats() == PoolStats{9, 0, 0, 9}));
}

/// Counts its sections.
struct CountedLock {
    void lock() const { ++sections; }
    void unlock() const {}
    static inline int sections = 0;
};

BOOST_AUTO_TEST_CASE(marks_of_a_large_part_go_in_pieces_and_a_refused_reserve_undoes_its_own_alone) {
    static BasicStaticIpPool<CountedLock, "10.0.0.0/22"_cidr4> pool;  // 1022
    const auto sections_of = [](auto call) {
        CountedLock::sections = 0;
        call();
        return CountedLock::sections;
    };
    BOOST_TEST(sections_of([] { BOOST_TEST(succeeds(pool.exclude("10.0.0.0/22"_cidr4))); }) == 16);
    BOOST_TEST((pool.stats() == PoolStats{1022, 0, 1022, 0}));
    BOOST_TEST(sections_of([] { BOOST_TEST(succeeds(pool.unreserve("10.0.0.0/22"_cidr4))); }) == 16);
    BOOST_TEST(sections_of([] { BOOST_TEST(succeeds(pool.reserve("10.0.0.0/22"_cidr4))); }) == 32);
    BOOST_TEST(succeeds(pool.unreserve("10.0.0.0/22"_cidr4)));
    BOOST_TEST((pool.stats() == PoolStats{1022, 0, 0, 1022}));

    auto lease = pool.allocate_specific("10.0.2.7"_ip4, "red", "web", {}).value();
    BOOST_TEST(succeeds(pool.reserve("10.0.1.0/24"_cidr4)));
    BOOST_TEST(fails_with(pool.reserve("10.0.0.0/22"_cidr4), errc::address_leased));
    BOOST_TEST((pool.stats() == PoolStats{1022, 1, 256, 765}));
    BOOST_TEST(fails_with(pool.allocate_specific("10.0.1.7"_ip4, "red", "web", {}), errc::address_held));
    BOOST_TEST(succeeds(pool.allocate_specific("10.0.0.7"_ip4, "red", "web", {})));
    std::move(lease).release();
    BOOST_TEST(succeeds(pool.reserve("10.0.0.0/22"_cidr4)));
    BOOST_TEST((pool.stats() == PoolStats{1022, 0, 1022, 0}));
}

BOOST_AUTO_TEST_CASE(a_pool_whose_last_word_is_taken_before_the_others_finds_the_rest) {
    using Net = BasicStaticIpPool<NoLock, "10.0.0.0/25"_cidr4>;  // 126: a word and 62
    static_assert(Net::footprint() / Net::capacity() == 192);
    static_assert(BasicStaticIpPool<NoLock, "fd00::/120"_cidr6>::footprint() / 255 == 208);
    const auto take_rest = [](Net& pool) {
        std::vector<Net::lease> leases;
        while (auto lease = pool.allocate("red", "web", {})) leases.push_back(std::move(lease).assume_value());
        return leases.size();
    };
    Net claimed;
    std::vector<Net::lease> last;
    for (std::uint32_t i = 65; i <= 126; ++i) {
        last.push_back(claimed.allocate_specific(Ipv4Address::from_bits(0x0A000000U + i), "red", "web", {}).value());
    }
    BOOST_TEST(take_rest(claimed) == 64U);
    last.clear();
    BOOST_TEST(take_rest(claimed) == 126U);

    Net held;
    BOOST_TEST(succeeds(held.exclude("10.0.0.64/26"_cidr4)));
    BOOST_TEST(take_rest(held) == 63U);
    BOOST_TEST(succeeds(held.unreserve("10.0.0.64/26"_cidr4)));
    BOOST_TEST(succeeds(held.exclude("10.0.0.0/25"_cidr4)));
    BOOST_TEST(take_rest(held) == 0U);
    BOOST_TEST(succeeds(held.unreserve("10.0.0.0/25"_cidr4)));
    BOOST_TEST((held.stats() == PoolStats{126, 0, 0, 126}));
    BOOST_TEST(take_rest(held) == 126U);
}

BOOST_AUTO_TEST_CASE(leases_are_visited_by_tenant_or_all) {
    SmallPool pool;
    const auto one = pool.allocate("red", "a", {}).value();
    const auto two = pool.allocate("blue", "b", {}).value();
    const auto three = pool.allocate("red", "c", {}).value();
    std::string all;
    std::string red;
    pool.for_each_binding([&](const SmallPool::binding& at) { all += at.resource(); });
    pool.for_each_binding("red", [&](const SmallPool::binding& at) { red += at.resource(); });
    BOOST_TEST(all == "abc");
    BOOST_TEST(red == "ac");
}

/// What a program without threads has: interrupts off, as deep as the sections nest.
struct InterruptsOff {
    void lock() const { most = std::max(most, ++depth); }
    void unlock() const { --depth; }
    static inline int depth = 0;
    static inline int most = 0;
};

BOOST_AUTO_TEST_CASE(a_critical_section_of_ones_own_is_entered_once_and_left_on_every_way_out) {
    BasicStaticIpPool<InterruptsOff, "192.0.2.0/31"_cidr4> pool;
    const auto is_left = [] { return InterruptsOff::depth == 0 && std::exchange(InterruptsOff::most, 0) == 1; };
    auto one = pool.allocate("red", "web", {}).value();
    BOOST_TEST(is_left());
    const auto other = pool.allocate_specific("192.0.2.1"_ip4, "red", "web", {}).value();
    BOOST_TEST(is_left());
    BOOST_TEST(fails_with(pool.allocate("red", "web", {}), errc::pool_exhausted));
    BOOST_TEST(is_left());
    BOOST_TEST(fails_with(pool.reserve(one.address()), errc::address_leased));
    BOOST_TEST(is_left());
    const auto binding = one.binding();
    std::move(one).release();
    BOOST_TEST(is_left());
    BOOST_TEST(fails_with(binding.share(), errc::stale_binding));
    BOOST_TEST(is_left());
    pool.for_each_binding([](const auto&) { BOOST_TEST(InterruptsOff::depth == 0); });
    BOOST_TEST(is_left());
}

/// Calls back before it locks.
struct ToldLock {
    void lock() const {
        if (told != nullptr) std::exchange(told, nullptr)();
    }
    void unlock() const {}
    static inline void (*told)() = nullptr;
};

BOOST_AUTO_TEST_CASE(a_lease_whose_last_share_is_just_leaving_is_seen_by_nobody) {
    static BasicStaticIpPool<ToldLock, "192.0.2.0/29"_cidr4> pool;
    auto lease = pool.allocate("red", "web", {}).value();
    static const auto binding = lease.binding();
    static bool called = false;
    ToldLock::told = [] {
        called = true;
        BOOST_TEST(fails_with(binding.share(), errc::stale_binding));
        BOOST_TEST(fails_with(pool.get_binding(binding.address()), errc::not_leased));
        BOOST_TEST(fails_with(pool.allocate_specific(binding.address(), "blue", "db", {}), errc::address_leased));
        pool.for_each_binding([](const auto&) { BOOST_ERROR("it has gone"); });
    };
    std::move(lease).release();
    BOOST_TEST(called);
    BOOST_TEST((pool.stats().in_use == Uint128{0}));
}

BOOST_AUTO_TEST_CASE(pools_of_static_storage_work_with_any_lock) {
    auto lease = in_bss.allocate("red", "web", {}).value();
    BOOST_TEST(lease.address() == "192.168.1.1"_ip4);
    auto v6 = with_a_mutex.allocate_specific("2001:db8::ff"_ip6, "red", "web", {}).value();
    BOOST_TEST(v6.address() == "2001:db8::ff"_ip6);
    BOOST_TEST(fails_with(with_a_mutex.allocate_specific("2001:db8::"_ip6, "red", "web", {}), errc::address_held));
}

BOOST_AUTO_TEST_CASE(a_static_pool_that_ends_before_a_lease_ends_the_program_with_a_message) {
    const auto words = test::dying_words([] {
        std::optional<SmallPool::lease> kept;
        SmallPool pool;
        kept.emplace(pool.allocate("red", "web", {}).value());
    });
    BOOST_TEST(words.find("estate: a static pool ended before its leases") != std::string::npos, words);
}

BOOST_AUTO_TEST_CASE(what_is_unreserved_of_a_static_pool_is_free_once_it_is_neither_leased_nor_held) {
    BasicStaticIpPool<NoLock, "192.0.2.0/29"_cidr4> pool;
    auto lease = pool.allocate_specific("192.0.2.1"_ip4, "red", "web", {}).value();
    BOOST_TEST(succeeds(pool.exclude("192.0.2.1"_ip4)));
    BOOST_TEST(succeeds(pool.unreserve("192.0.2.0/29"_cidr4)));  // of which nothing else was held
    BOOST_TEST((pool.stats() == PoolStats{Uint128{6}, Uint128{1}, {}, Uint128{5}}));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.1"_ip4, "red", "web", {}), errc::address_leased));
    std::move(lease).release();
    BOOST_TEST((pool.stats().free == Uint128{6}));
}

BOOST_AUTO_TEST_CASE(what_is_unreserved_of_a_static_pool_while_it_is_being_reserved_is_reserved) {
    static BasicStaticIpPool<ToldLock, "192.0.2.0/29"_cidr4> pool;
    BOOST_TEST(succeeds(pool.reserve("192.0.2.1"_ip4)));
    static int sections = 0;
    static void (*const come)() = [] {
        if (++sections == 1) {
            ToldLock::told = come;  // before the second section, which ends reserve()
        } else {
            BOOST_TEST(succeeds(pool.unreserve("192.0.2.1"_ip4)));
            BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.1"_ip4, "red", "web", {}), errc::address_held));
        }
    };
    ToldLock::told = come;
    BOOST_TEST(succeeds(pool.reserve("192.0.2.0/29"_cidr4)));
    BOOST_TEST(sections == 2);
    BOOST_TEST((pool.stats() == PoolStats{6, 0, 6, 0}));
    BOOST_TEST(succeeds(pool.unreserve("192.0.2.0/29"_cidr4)));
    BOOST_TEST((pool.stats() == PoolStats{6, 0, 0, 6}));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
