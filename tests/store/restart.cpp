// SPDX-License-Identifier: BSL-1.0
// What a pool that is opened again knows of the one before it. A process that ends in the middle is an abandoned pool:
// its leases are never given back. tests/store/kills.cpp has real ones.
#include <thread>

#include "store/files.hpp"

namespace {
using namespace estate;
using namespace estate::literals;
using namespace std::chrono_literals;
using test::fails_with;
using test::opened;
using test::Pool;
using test::succeeds;
using test::take;

struct Restart {
    test::Folder folder;
    std::string path = folder.file();
    std::optional<Pool> pool{opened(path)};

    /// The process ends in the middle, and the next one begins. The leases in `abandoned` never end.
    void restart(const SqliteSettings& settings = {}) {
        pool.reset();  // what is kept or unclaimed stays in the file
        pool.emplace(opened(path, settings));
    }
    std::size_t in_use() const { return static_cast<std::size_t>(pool->pool().stats().in_use.low()); }
};

/// Leases that outlive their pool must not reach a file that another pool has open: they end in the file.
struct Written {
    IpAddress<V4> address;
    std::uint64_t generation;
};
/// Leased, kept by the pool, so that no object of this process ends it.
Written kept(Pool& pool, const char* resource, std::optional<std::chrono::nanoseconds> life = {}) {
    auto lease = take(pool, resource).value();
    const Written written{lease.address(), lease.generation()};
    BOOST_TEST_REQUIRE(succeeds(life ? pool.keep(std::move(lease), *life) : pool.keep(std::move(lease))));
    return written;
}

BOOST_FIXTURE_TEST_SUITE(restart, Restart)

BOOST_AUTO_TEST_CASE(a_kept_lease_is_there_with_its_owner_and_generation) {
    auto lease = pool->allocate("red", "web", ResourceType::pod("blue")).value();
    const auto ip = lease.address();
    const auto generation = lease.generation();
    BOOST_TEST_REQUIRE(succeeds(pool->keep(std::move(lease))));
    restart();
    const auto binding = pool->pool().get_binding(ip).value();
    BOOST_TEST(binding.generation() == generation);
    BOOST_TEST(binding.tenant() == "red");
    BOOST_TEST(binding.resource() == "web");
    BOOST_TEST((binding.resource_type() == ResourceType::pod("blue")));
    BOOST_TEST(in_use() == 1U);
}
BOOST_AUTO_TEST_CASE(a_lease_that_was_given_back_is_not) {
    std::move(take(*pool).value()).release();
    restart();
    BOOST_TEST(in_use() == 0U);
}
BOOST_AUTO_TEST_CASE(no_generation_comes_twice) {
    std::uint64_t last = 0;
    for (int i = 0; i < 3; ++i) {
        const auto generation = take(*pool).value().generation();
        BOOST_TEST(generation > last);
        last = generation;
        restart();
    }
}
BOOST_AUTO_TEST_CASE(a_claim_of_an_earlier_lease_of_the_address_is_stale) {
    const auto first = kept(*pool, "one");
    BOOST_TEST(succeeds(pool->release(pool->pool().get_binding(first.address).value())));
    auto again = pool->allocate_specific(first.address, "red", "two", {}).value();
    const auto second = again.generation();
    BOOST_TEST_REQUIRE(succeeds(pool->keep(std::move(again))));
    restart();
    BOOST_TEST(fails_with(pool->claim(first.address, first.generation), errc::stale_binding));
    BOOST_TEST(succeeds(pool->claim(first.address, second)));
}
BOOST_AUTO_TEST_CASE(a_claimed_share_of_a_kept_lease_does_not_end_it) {
    const auto written = kept(*pool, "one");
    restart();
    { const auto claimed = pool->claim(written.address, written.generation).value(); }
    BOOST_TEST(in_use() == 1U);
}
BOOST_AUTO_TEST_CASE(what_is_not_kept_is_not_renewed) {
    auto lease = take(*pool).value();
    BOOST_TEST(fails_with(pool->renew(lease.binding(), 1h), errc::stale_binding));
    std::move(lease).release();
    restart();
    BOOST_TEST(in_use() == 0U);
}
BOOST_AUTO_TEST_CASE(a_share_goes_on_when_the_pool_keeps_it_no_longer) {
    auto lease = take(*pool).value();
    {
        const auto binding = pool->keep(lease.share(), 1h).value();
        BOOST_TEST(succeeds(pool->release(binding)));
        BOOST_TEST(fails_with(pool->release(binding), errc::stale_binding));
    }
    BOOST_TEST(in_use() == 1U);
    bool is_kept = true;
    BOOST_TEST(succeeds(pool->with_store([&](test::Store& store) {
        return store.scan([&](const StoredLease<V4>& stored) { is_kept = stored.is_kept; });
    })));
    BOOST_TEST(!is_kept);
    std::move(lease).release();
    restart();
    BOOST_TEST(in_use() == 0U);
}
BOOST_AUTO_TEST_CASE(a_pool_that_ends_releases_nothing_that_is_kept) {
    for (int i = 0; i < 5; ++i) kept(*pool, "r");
    restart();
    restart();
    BOOST_TEST(in_use() == 5U);
    BOOST_TEST(pool->release_unclaimed().value() == 0U);  // they are kept
}
BOOST_AUTO_TEST_CASE(a_sticky_name_gets_its_address_again) {
    auto lease = pool->allocate_sticky("red", "web", {}).value();
    const auto ip = lease.address();
    BOOST_TEST_REQUIRE(succeeds(pool->keep(std::move(lease))));
    const auto other = kept(*pool, "web").address;  // not sticky, though of the same names
    restart();
    BOOST_TEST(pool->allocate_sticky("red", "web", {}).value().address() == ip);
    BOOST_TEST(other != ip);
    BOOST_TEST(in_use() == 2U);
}
BOOST_AUTO_TEST_CASE(an_address_waits_for_an_owner_that_is_away) {
    const Owner owner = Owner::make("red", "web").value();
    const auto generation = pool->reserve_for("192.0.2.7"_ip4, owner).value().generation();
    BOOST_TEST(fails_with(pool->reserve_for("192.0.2.7"_ip4, owner), errc::address_leased));
    restart();
    {
        const auto lease = pool->allocate_sticky(owner).value();
        BOOST_TEST(lease.address() == "192.0.2.7"_ip4);
        BOOST_TEST(lease.generation() == generation);
    }
    BOOST_TEST(in_use() == 1U);  // it waits again
    BOOST_TEST(pool->release_all("red").value() == 1U);
    restart();
    BOOST_TEST(in_use() == 0U);
}
BOOST_AUTO_TEST_CASE(quarantine_goes_on) {
    BOOST_TEST_REQUIRE(succeeds(pool->set_quarantine(1h)));
    const auto ip = take(*pool).value().address();
    restart();
    BOOST_TEST(pool->pool().quarantine() == 1h);
    BOOST_TEST((pool->pool().stats().cooling == Uint128{1}));
    BOOST_TEST(fails_with(pool->allocate_specific(ip, "red", "r", {}), errc::address_cooling));
}
BOOST_AUTO_TEST_CASE(ranges_marks_gateways_and_quotas_are_there) {
    BOOST_TEST_REQUIRE(succeeds(pool->add_cidr_range("198.51.100.0/24", Usable::all)));
    BOOST_TEST_REQUIRE(succeeds(pool->set_gateway("192.0.2.1"_ip4)));
    BOOST_TEST_REQUIRE(succeeds(pool->exclude("198.51.100.64/26"_cidr4)));
    BOOST_TEST_REQUIRE(succeeds(pool->reserve("192.0.2.9"_ip4)));
    BOOST_TEST_REQUIRE(succeeds(pool->set_quota("red", 3)));
    const auto before = pool->pool().stats();
    restart();
    BOOST_TEST((pool->pool().stats() == before));
    BOOST_TEST((pool->pool().gateway_of("192.0.2.5"_ip4) == "192.0.2.1"_ip4));
    BOOST_TEST(fails_with(pool->allocate_specific("198.51.100.70"_ip4, "red", "r", {}), errc::address_held));
    BOOST_TEST(fails_with(pool->allocate_specific("192.0.2.9"_ip4, "red", "r", {}), errc::address_held));
    BOOST_TEST(pool->pool().stats("red").quota == 3U);
    BOOST_TEST_REQUIRE(succeeds(pool->unreserve("198.51.100.64/26"_cidr4)));
    BOOST_TEST_REQUIRE(succeeds(pool->set_quota("red", Pool::Memory::no_quota)));
    BOOST_TEST_REQUIRE(succeeds(pool->remove_cidr_range("192.0.2.0/28")));
    pool.reset();
    pool.emplace(test::open(path).value());
    BOOST_TEST((pool->pool().stats().capacity == Uint128{256}));
    BOOST_TEST((pool->pool().stats().held == Uint128{0}));
    BOOST_TEST(pool->pool().stats("red").quota == Pool::Memory::no_quota);
}
BOOST_AUTO_TEST_CASE(a_range_drains_over_restarts) {
    const auto written = kept(*pool, "r");
    BOOST_TEST_REQUIRE(succeeds(pool->drain("192.0.2.0/28")));
    pool.reset();
    pool.emplace(test::open(path).value());
    BOOST_TEST(fails_with(take(*pool), errc::pool_exhausted));
    BOOST_TEST(succeeds(pool->release(pool->pool().get_binding(written.address).value())));
    BOOST_TEST(!pool->pool().contains(written.address));
    pool.reset();
    pool.emplace(test::open(path).value());
    BOOST_TEST(!pool->pool().contains(written.address));
}
BOOST_AUTO_TEST_CASE(another_form_of_a_range_that_is_there_is_refused) {
    BOOST_TEST(succeeds(pool->add_cidr_range("192.0.2.0/28")));
    BOOST_TEST(fails_with(pool->add_cidr_range("192.0.2.0/28", Usable::all), errc::range_overlaps));
    BOOST_TEST(fails_with(pool->add_cidr_range("192.0.2.0/24"), errc::range_overlaps));
}
BOOST_AUTO_TEST_CASE(a_batch_is_whole) {
    auto leases = pool->allocate_many(10, Owner::make("red", "r").value()).value();
    BOOST_TEST(leases.size() == 10U);
    BOOST_TEST(fails_with(pool->allocate_many(5, Owner::make("red", "r").value()), errc::pool_exhausted));
    BOOST_TEST(in_use() == 10U);
    BOOST_TEST(succeeds(pool->release_many(std::move(leases))));
    restart();
    BOOST_TEST(in_use() == 0U);
}
BOOST_AUTO_TEST_CASE(a_lease_of_another_pool_ends_there) {
    auto other = opened(folder.file("other.db"));
    const auto mine = kept(*pool, "r");
    std::vector<Lease<V4>> leases;
    leases.push_back(take(other).value());
    BOOST_TEST(leases.front().address() == mine.address);
    BOOST_TEST(leases.front().generation() == mine.generation);
    BOOST_TEST(succeeds(pool->release_many(std::move(leases))));
    BOOST_TEST((other.pool().stats().in_use == Uint128{0}));
    BOOST_TEST(in_use() == 1U);
    restart();
    BOOST_TEST(succeeds(pool->pool().get_binding(mine.address)));
    other = opened(folder.file("third.db"));
    BOOST_TEST((opened(folder.file("other.db")).pool().stats().in_use == Uint128{0}));
}
BOOST_AUTO_TEST_CASE(a_lease_that_outlives_its_pool_ends_in_the_file) {
    auto lease = take(*pool).value();
    const auto ip = lease.address();
    pool.reset();
    std::move(lease).release();
    pool.emplace(opened(path));
    BOOST_TEST(fails_with(pool->pool().get_binding(ip), errc::not_leased));
}
BOOST_AUTO_TEST_CASE(a_kept_lease_of_which_a_share_outlives_its_pool_goes_on_in_the_file) {
    auto lease = take(*pool).value();
    const auto ip = lease.address();
    const auto generation = lease.generation();
    const auto brief = kept(*pool, "brief", 1h).address;
    auto share = pool->pool().get_binding(brief).value().share().value();
    BOOST_TEST_REQUIRE(succeeds(pool->keep(lease.share())));
    pool.reset();
    std::move(lease).release();
    std::move(share).release();
    pool.emplace(opened(path));
    BOOST_TEST(pool->pool().get_binding(ip).value().generation() == generation);
    BOOST_TEST(succeeds(pool->renew(pool->pool().get_binding(brief).value(), 1h)));
}
BOOST_AUTO_TEST_CASE(an_unclaimed_lease_of_which_a_share_outlives_its_pool_goes_on_in_the_file) {
    pool.reset();
    {
        auto store = test::Store::open(path).value();
        const Owner owner = Owner::make("red", "r").value();
        StoreChange<V4> lease;
        lease.kind = StoreChange<V4>::Kind::lease;
        lease.address = "192.0.2.3"_ip4;
        lease.generation = store.grant(1).value();
        lease.owner = &owner;
        BOOST_TEST_REQUIRE(succeeds(store.write(&lease)));
    }
    for (int i = 0; i < 2; ++i) {
        pool.emplace(opened(path));
        auto share = pool->pool().get_binding("192.0.2.3"_ip4).value().share().value();
        pool.reset();
        std::move(share).release();
    }
    pool.emplace(opened(path));
    BOOST_TEST(pool->release_unclaimed().value() == 1U);
}
BOOST_AUTO_TEST_CASE(generations_go_on_where_those_that_were_granted_are_used_up) {
    constexpr std::uint64_t granted = std::uint64_t{1} << 32;
    detail::state_access::set_generation(pool->pool(), granted - 3);
    std::uint64_t last = granted - 3;
    for (int i = 0; i < 6; ++i) {
        const auto generation = take(*pool).value().generation();
        BOOST_TEST(generation > last);
        last = generation;
    }
    restart();
    BOOST_TEST(take(*pool).value().generation() > last);
}
BOOST_AUTO_TEST_CASE(who_is_told_of_a_sticky_lease_may_ask_for_it) {
    struct Told {
        Pool& pool;
        std::optional<IpAddress<V4>> found;
    } told{*pool, {}};
    pool->observe({[](void* context, const PoolEvent<V4>&) noexcept {
        Told& to = *static_cast<Told*>(context);
        if (to.found) return;
        to.found.emplace();
        if (const auto again = to.pool.allocate_sticky("red", "web", {})) to.found = again.value().address();
    }, &told});
    const auto lease = pool->allocate_sticky("red", "web", {}).value();
    BOOST_TEST((told.found == lease.address()));
    pool->observe({});
}
BOOST_AUTO_TEST_CASE(who_is_told_of_a_sticky_lease_keeps_nobody_from_its_name) {
    struct Told {
        Pool& pool;
        std::optional<IpAddress<V4>> found;
    } told{*pool, {}};
    pool->observe({[](void* context, const PoolEvent<V4>&) noexcept {
        Told& to = *static_cast<Told*>(context);
        if (to.found) return;
        to.found.emplace();
        std::thread([&to] {
            if (const auto again = to.pool.allocate_sticky("red", "web", {})) to.found = again.value().address();
        }).join();
    }, &told});
    const auto lease = pool->allocate_sticky("red", "web", {}).value();
    BOOST_TEST((told.found == lease.address()));
    pool->observe({});
}
BOOST_AUTO_TEST_CASE(more_addresses_than_a_list_can_have_are_a_lack_of_memory) {
    auto six = SqlitePool<V6>::open(SqliteStore<V6>::open(folder.file("six.db")).value()).value();
    BOOST_TEST_REQUIRE(succeeds(six.add_cidr_range("2001:db8::/56")));
    BOOST_TEST(fails_with(six.allocate_many(~std::size_t{0} / 2, "red", "r", {}), Error::system(ENOMEM)));
}
BOOST_AUTO_TEST_CASE(ipv6_with_a_range_that_is_never_scanned) {
    const std::string file = folder.file("six.db");
    IpAddress<V6> ip;
    for (int i = 0; i < 2; ++i) {
        auto six = SqlitePool<V6>::open(SqliteStore<V6>::open(file).value()).value();
        BOOST_TEST_REQUIRE(succeeds(six.add_cidr_range("2001:db8::/64")));
        auto lease = six.allocate_sticky("red", "r", {}).value();
        if (i != 0) BOOST_TEST(lease.address() == ip);
        ip = lease.address();
        BOOST_TEST(succeeds(six.keep(std::move(lease))));
    }
}

BOOST_AUTO_TEST_SUITE_END()

// --- time ---

std::int64_t wall = 0;
std::int64_t steady = 0;
Name<63> machine = Name<63>::clipped("first start");

struct Time : Restart {
    SqliteSettings settings;
    Time() {
        wall = 1'700'000'000'000'000'000;
        steady = 5'000'000'000;
        machine = Name<63>::clipped("first start");
        settings.clocks = {[]() noexcept { return wall; }, []() noexcept { return steady; },
                           []() noexcept { return machine; }};
        settings.grace = 10s;
        pool.reset();
        std::filesystem::remove(path);
        pool.emplace(opened(path, settings));
    }
    /// Time goes on, for the pool and for its file.
    static void pass(std::chrono::nanoseconds time) {
        steady += time.count();
        wall += time.count();
        test::PoolClock::advance(time);
    }
    /// Seconds that a kept lease has left when the file is opened.
    std::int64_t left(const IpAddress<V4>& ip) {
        std::int64_t found = -1;
        BOOST_TEST(succeeds(pool->with_store([&](test::Store& store) {
            return store.scan([&](const StoredLease<V4>& lease) {
                if (lease.address == ip) found = *lease.time_left / 1'000'000'000;
            });
        })));
        return found;
    }
};

BOOST_FIXTURE_TEST_SUITE(time_of_a_store, Time)

BOOST_AUTO_TEST_CASE(time_to_live_goes_on) {
    settings.grace = 0s;
    const auto brief = kept(*pool, "r", 5s);
    const auto lasting = kept(*pool, "r", 1h);
    pass(4s);
    restart(settings);
    BOOST_TEST(succeeds(pool->pool().get_binding(brief.address)));
    pass(2s);
    restart(settings);
    pass(2ms);  // more than a tick of the pool's timers: they ring at the next one
    BOOST_TEST(fails_with(pool->pool().get_binding(brief.address), errc::not_leased));
    BOOST_TEST(succeeds(pool->pool().get_binding(lasting.address)));
    restart(settings);  // and what ended has ended in the file
    BOOST_TEST(in_use() == 1U);
}
BOOST_AUTO_TEST_CASE(a_wall_clock_that_jumps_changes_nothing_while_the_machine_runs) {
    const auto ip = kept(*pool, "r", 100s).address;
    for (const std::int64_t jump : {+3'600'000'000'000LL, -7'200'000'000'000LL}) {
        wall += jump;
        steady += 10'000'000'000;
        restart(settings);
        BOOST_TEST(left(ip) == (jump > 0 ? 90 : 80));
    }
}
BOOST_AUTO_TEST_CASE(the_wall_clock_counts_what_passed_while_the_machine_was_off) {
    const auto ip = kept(*pool, "r", 100s).address;
    machine = Name<63>::clipped("second start");
    wall += 30'000'000'000;
    steady = 0;
    restart(settings);
    BOOST_TEST(left(ip) == 70);
}
BOOST_AUTO_TEST_CASE(a_wall_clock_far_ahead_leaves_the_owner_a_grace) {
    const auto ip = kept(*pool, "r", 100s).address;
    const auto brief = kept(*pool, "r", 5s).address;
    machine = Name<63>::clipped("second start");
    wall += std::int64_t{365} * 86'400 * 1'000'000'000;
    restart(settings);
    BOOST_TEST(left(ip) == 10);
    BOOST_TEST(left(brief) == 5);
}
BOOST_AUTO_TEST_CASE(a_wall_clock_far_behind_keeps_nothing_longer_than_its_time) {
    const auto ip = kept(*pool, "r", 100s).address;
    machine = Name<63>::clipped("second start");
    wall -= std::int64_t{365} * 86'400 * 1'000'000'000;
    restart(settings);
    BOOST_TEST(left(ip) == 100);
    steady += 101'000'000'000;
    restart(settings);
    BOOST_TEST(left(ip) == 10);  // the grace, and not a year
}
BOOST_AUTO_TEST_CASE(what_another_holder_gave_back_waits_once) {
    BOOST_TEST_REQUIRE(succeeds(pool->set_quarantine(1h)));
    SqliteSettings other = settings;
    other.holder = "two";
    auto two = opened(path, other);
    const auto ip = take(*pool).value().address();
    BOOST_TEST(fails_with(two.allocate_specific(ip, "blue", "r", {}), store_errc::leased_elsewhere));
    pass(59min);
    BOOST_TEST(fails_with(two.allocate_specific(ip, "blue", "r", {}), store_errc::leased_elsewhere));
    pass(2min);
    BOOST_TEST(succeeds(two.allocate_specific(ip, "blue", "r", {})));
}
BOOST_AUTO_TEST_CASE(quarantine_ends_by_the_clock_of_the_file) {
    BOOST_TEST_REQUIRE(succeeds(pool->set_quarantine(60s)));
    const auto ip = take(*pool).value().address();
    wall -= 86'400'000'000'000;
    steady += 59'000'000'000;
    restart(settings);
    BOOST_TEST((pool->pool().stats().cooling == Uint128{1}));
    steady += 2'000'000'000;
    restart(settings);
    BOOST_TEST((pool->pool().stats().cooling == Uint128{0}));
    BOOST_TEST(succeeds(pool->allocate_specific(ip, "red", "r", {})));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
