// SPDX-License-Identifier: BSL-1.0
// Ranges and marks of a pool in a file: memory and file say the same, for every holder, and so does the next opening.
#include <thread>

#include "store/faulty_disk.hpp"
#include "store/files.hpp"

namespace {
using namespace estate;
using namespace estate::literals;
using namespace std::chrono_literals;
using test::fails_with;
using test::FaultyDisk;
using test::opened;
using test::Pool;
using test::succeeds;
using test::take;

struct RangesInAFile {
    test::Folder folder;
    std::string path = folder.file();
    FaultyDisk& disk = FaultyDisk::instance();
    std::optional<Pool> pool{opened(path)};
    ~RangesInAFile() { disk.repair(); }

    void restart() {
        pool.reset();
        pool.emplace(test::open(path).value());
    }
    bool has(const char* range) const {
        return pool->pool().stats_of(CidrRange<V4>::parse(range).value()).has_value();
    }
    std::size_t held() const { return static_cast<std::size_t>(pool->pool().stats().held.low()); }
};

BOOST_FIXTURE_TEST_SUITE(ranges_in_a_file, RangesInAFile)

BOOST_AUTO_TEST_CASE(one_that_cannot_be_written_is_not_added) {
    disk.set(FaultyDisk::Fault::full, 1);
    BOOST_TEST(fails_with(pool->add_cidr_range("198.51.100.0/24"), store_errc::full));
    BOOST_TEST(!has("198.51.100.0/24"));
    disk.repair();
    BOOST_TEST(succeeds(pool->add_cidr_range("198.51.100.0/24")));
    restart();
    BOOST_TEST(has("198.51.100.0/24"));
}
BOOST_AUTO_TEST_CASE(one_that_memory_refuses_is_not_written) {
    BOOST_TEST(fails_with(pool->add_cidr_range("192.0.2.0/24"), errc::range_overlaps));
    BOOST_TEST(fails_with(pool->add_cidr_range("0.0.0.0/32"), errc::address_held));
    restart();
    BOOST_TEST(has("192.0.2.0/28"));
}
BOOST_AUTO_TEST_CASE(one_that_cannot_be_erased_is_there_as_it_was) {
    BOOST_TEST_REQUIRE(succeeds(pool->set_gateway("192.0.2.1"_ip4)));
    BOOST_TEST_REQUIRE(succeeds(pool->reserve("192.0.2.8/30"_cidr4)));
    const auto before = pool->pool().stats();
    disk.set(FaultyDisk::Fault::full, 1);
    BOOST_TEST(fails_with(pool->remove_cidr_range("192.0.2.0/28"), store_errc::full));
    BOOST_TEST((pool->pool().stats() == before));
    BOOST_TEST(fails_with(pool->drain("192.0.2.0/28"), store_errc::full));
    disk.repair();
    BOOST_TEST(succeeds(take(*pool)));  // it does not drain
    BOOST_TEST(succeeds(pool->remove_cidr_range("192.0.2.0/28")));
    restart();
    BOOST_TEST(!has("192.0.2.0/28"));
}
BOOST_AUTO_TEST_CASE(one_that_has_drained_makes_way_for_another) {
    BOOST_TEST_REQUIRE(succeeds(pool->add_cidr_range("198.51.100.16/28")));
    {
        const auto lease = pool->allocate_specific("198.51.100.20"_ip4, "red", "r", {}).value();
        BOOST_TEST_REQUIRE(succeeds(pool->drain("198.51.100.16/28")));
        BOOST_TEST(fails_with(pool->add_cidr_range("198.51.100.0/24"), errc::range_overlaps));
    }
    BOOST_TEST(!has("198.51.100.16/28"));
    BOOST_TEST(succeeds(pool->add_cidr_range("198.51.100.0/24")));
    const auto ip = pool->keep(pool->allocate_specific("198.51.100.20"_ip4, "red", "r", {}).value()).value().address();
    restart();
    BOOST_TEST(has("198.51.100.0/24"));
    BOOST_TEST(succeeds(pool->pool().get_binding(ip)));
}
BOOST_AUTO_TEST_CASE(one_that_had_drained_before_another_took_its_place_is_forgotten) {
    pool.reset();
    sqlite3* database = nullptr;  // as an earlier version left it
    BOOST_TEST_REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    BOOST_TEST(sqlite3_exec(database, "INSERT INTO range VALUES(x'C0000204', 30, 0, 1, NULL, x'C0000205C0000205')",
                            nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
    restart();
    BOOST_TEST(has("192.0.2.0/28"));
    BOOST_TEST(!has("192.0.2.4/30"));
    BOOST_TEST(succeeds(pool->allocate_specific("192.0.2.5"_ip4, "red", "r", {})));
}
BOOST_AUTO_TEST_CASE(two_holders_cannot_add_ranges_that_overlap) {
    auto two = test::open(path, test::named("two")).value();
    BOOST_TEST_REQUIRE(succeeds(pool->add_cidr_range("198.51.100.0/24")));
    for (const char* const other : {"198.51.100.0/25", "198.51.100.128/25", "198.51.0.0/16"})
        BOOST_TEST(fails_with(two.add_cidr_range(other), errc::range_overlaps), other);
    BOOST_TEST(fails_with(two.add_cidr_range("198.51.100.0/24", Usable::all), errc::range_overlaps));
    BOOST_TEST(two.pool().stats().capacity.low() == 14U);
    restart();
    BOOST_TEST(has("198.51.100.0/24"));
}
BOOST_AUTO_TEST_CASE(a_range_that_another_holder_added_is_taken_over_with_its_marks) {
    auto two = test::open(path, test::named("two")).value();
    BOOST_TEST_REQUIRE(succeeds(pool->add_cidr_range("198.51.100.0/24")));
    BOOST_TEST_REQUIRE(succeeds(pool->set_gateway("198.51.100.1"_ip4)));
    BOOST_TEST_REQUIRE(succeeds(pool->reserve("198.51.100.8/29"_cidr4)));
    BOOST_TEST(succeeds(two.add_cidr_range("198.51.100.0/24")));
    BOOST_TEST((two.pool().gateway_of("198.51.100.9"_ip4) == "198.51.100.1"_ip4));
    BOOST_TEST((two.pool().stats() == pool->pool().stats()));
    const std::size_t before = held();
    restart();
    BOOST_TEST(held() == before);
}
BOOST_AUTO_TEST_CASE(nothing_of_a_range_that_is_taken_over_can_be_leased_before_it_has_its_marks) {
    IpPool<V4> memory;
    const auto range = "198.51.100.0/30"_cidr4;
    BOOST_TEST_REQUIRE(succeeds(detail::state_access::add_closed(memory, range, Usable::all)));
    const auto is_closed = [&] {
        return fails_with(memory.allocate("red", "r", {}), errc::pool_exhausted) &&
               fails_with(memory.allocate_specific("198.51.100.1"_ip4, "red", "r", {}), errc::address_held) &&
               fails_with(memory.allocate_from(range, "red", "r", {}), errc::pool_exhausted);
    };
    BOOST_TEST(is_closed());
    BOOST_TEST(succeeds(memory.set_gateway("198.51.100.0"_ip4)));
    BOOST_TEST(succeeds(memory.exclude("198.51.100.1"_ip4)));
    BOOST_TEST(is_closed());
    BOOST_TEST(memory.contains("198.51.100.1"_ip4));  // and does not go, though nobody has an address of it
    detail::state_access::open(memory, range, false);
    BOOST_TEST(memory.allocate("red", "r", {}).value().address() == "198.51.100.2"_ip4);
    BOOST_TEST(fails_with(memory.allocate_specific("198.51.100.1"_ip4, "red", "r", {}), errc::address_held));
    BOOST_TEST(succeeds(memory.remove_cidr_range(range)));
}
BOOST_AUTO_TEST_CASE(a_range_in_which_another_holder_has_a_lease_is_not_removed) {
    auto two = test::open(path, test::named("two")).value();
    const auto lease = take(two).value();
    BOOST_TEST(fails_with(pool->remove_cidr_range("192.0.2.0/28"), errc::range_in_use));
    BOOST_TEST(has("192.0.2.0/28"));
    BOOST_TEST(succeeds(pool->drain("192.0.2.0/28")));
    BOOST_TEST(has("192.0.2.0/28"));
    restart();
    BOOST_TEST(has("192.0.2.0/28"));
    BOOST_TEST(fails_with(take(*pool), errc::pool_exhausted));
    auto store = test::Store::open(path, test::named("")).value();
    BOOST_TEST(succeeds(store.scan([&](const StoredLease<V4>& found) { BOOST_TEST(found.address == lease.address()); })));
}
BOOST_AUTO_TEST_CASE(a_store_erases_no_range_in_which_somebody_has_a_lease) {
    const auto lease = take(*pool).value();
    BOOST_TEST(fails_with(pool->with_store([](test::Store& store) { return store.erase("192.0.2.0/28"_cidr4); }),
                          errc::range_in_use));
}
BOOST_AUTO_TEST_CASE(addresses_from_to_are_ranges_all_or_none) {
    BOOST_TEST(succeeds(pool->add_addresses("198.51.100.3"_ip4, "198.51.100.9"_ip4)));
    BOOST_TEST(succeeds(pool->add_addresses("198.51.100.3"_ip4, "198.51.100.9"_ip4)));  // they are there
    BOOST_TEST(fails_with(pool->add_addresses("198.51.100.9"_ip4, "198.51.100.3"_ip4), errc::invalid_argument));
    BOOST_TEST(fails_with(pool->add_addresses("198.51.100.2"_ip4, "198.51.100.5"_ip4), errc::range_overlaps));
    BOOST_TEST(pool->pool().stats().capacity.low() == 14U + 7U);
    restart();
    BOOST_TEST(pool->pool().stats().capacity.low() == 14U + 7U);
    BOOST_TEST(succeeds(pool->allocate_specific("198.51.100.9"_ip4, "red", "r", {})));
}
BOOST_AUTO_TEST_CASE(one_grows_with_its_leases_and_marks) {
    const auto ip = pool->keep(take(*pool).value()).value().address();
    BOOST_TEST_REQUIRE(succeeds(pool->reserve("192.0.2.8/30"_cidr4)));
    BOOST_TEST_REQUIRE(succeeds(pool->add_cidr_range("192.0.2.128/25")));
    BOOST_TEST(fails_with(pool->grow("192.0.2.0/28", "192.0.2.0/24"), errc::range_overlaps));
    BOOST_TEST(fails_with(pool->grow("192.0.2.0/29", "192.0.2.0/25"), errc::range_unknown));
    BOOST_TEST(fails_with(pool->grow("192.0.2.0/28", "192.0.2.128/25"), errc::range_overlaps));
    disk.set(FaultyDisk::Fault::full, 1);
    BOOST_TEST(fails_with(pool->grow("192.0.2.0/28", "192.0.2.0/25"), store_errc::full));
    BOOST_TEST(has("192.0.2.0/28"));
    disk.repair();
    BOOST_TEST(succeeds(pool->grow("192.0.2.0/28", "192.0.2.0/25")));
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST(has("192.0.2.0/25"));
        BOOST_TEST(has("192.0.2.128/25"));
        BOOST_TEST(held() == 4U);
        BOOST_TEST(succeeds(pool->pool().get_binding(ip)));
        restart();
    }
}
BOOST_AUTO_TEST_CASE(leases_of_both_edges_are_there_after_a_restart_with_a_quarantine) {
    BOOST_TEST_REQUIRE(succeeds(pool->add_cidr_range("198.51.100.0/28", Usable::all)));
    BOOST_TEST_REQUIRE(succeeds(pool->set_quarantine(60s)));
    for (const auto ip : {"198.51.100.0"_ip4, "198.51.100.15"_ip4})
        static_cast<void>(pool->keep(pool->allocate_specific(ip, "red", "r", {}).value()).value());
    BOOST_TEST_REQUIRE(succeeds(pool->set_gateway("198.51.100.1"_ip4)));
    BOOST_TEST_REQUIRE(succeeds(pool->grow("198.51.100.0/28", "198.51.100.0/28")));
    restart();
    for (const auto ip : {"198.51.100.0"_ip4, "198.51.100.15"_ip4}) {
        BOOST_TEST(succeeds(pool->release(pool->pool().get_binding(ip).value())));
        BOOST_TEST(fails_with(pool->allocate_specific(ip, "red", "r", {}), errc::address_held));
    }
}
BOOST_AUTO_TEST_CASE(a_gateway_that_became_an_edge_hinders_nobody) {
    BOOST_TEST_REQUIRE(succeeds(pool->add_cidr_range("198.51.100.0/28", Usable::all)));
    BOOST_TEST_REQUIRE(succeeds(pool->set_gateway("198.51.100.15"_ip4)));
    BOOST_TEST_REQUIRE(succeeds(pool->grow("198.51.100.0/28", "198.51.100.0/28")));
    restart();
    BOOST_TEST(has("198.51.100.0/28"));
}
BOOST_AUTO_TEST_CASE(one_that_drains_can_stay) {
    const auto ip = pool->keep(take(*pool).value()).value().address();
    BOOST_TEST_REQUIRE(succeeds(pool->drain("192.0.2.0/28")));
    BOOST_TEST(fails_with(take(*pool), errc::pool_exhausted));
    BOOST_TEST(succeeds(pool->undrain("192.0.2.0/28")));
    BOOST_TEST(fails_with(pool->undrain("192.0.2.0/29"), errc::range_unknown));
    restart();
    BOOST_TEST(succeeds(pool->release(pool->pool().get_binding(ip).value())));
    BOOST_TEST(succeeds(take(*pool)));
}
BOOST_AUTO_TEST_CASE(an_address_of_one_range_is_leased) {
    BOOST_TEST_REQUIRE(succeeds(pool->add_cidr_range("198.51.100.0/30")));
    const auto first = pool->allocate_from("198.51.100.0/30"_cidr4, "red", "r", {}).value();
    const auto second = pool->allocate_from("198.51.100.0/30"_cidr4, "red", "r", {}).value();
    BOOST_TEST(first.address() == "198.51.100.1"_ip4);
    BOOST_TEST(second.address() == "198.51.100.2"_ip4);
    BOOST_TEST(fails_with(pool->allocate_from("198.51.100.0/30"_cidr4, "red", "r", {}), errc::pool_exhausted));
    BOOST_TEST(fails_with(pool->allocate_from("198.51.100.0/29"_cidr4, "red", "r", {}), errc::range_unknown));
}
BOOST_AUTO_TEST_CASE(marks_that_threads_set_at_one_time_are_all_written) {
    BOOST_TEST_REQUIRE(succeeds(pool->add_cidr_range("198.51.100.0/24", Usable::all)));
    std::vector<std::thread> threads;
    for (std::uint32_t of = 0; of < 4; ++of) {
        threads.emplace_back([&, of] {
            for (std::uint32_t i = 0; i < 8; ++i)
                static_cast<void>(pool->reserve(IpAddress<V4>::from_bits(Uint128{0xC6336400U + of * 16 + i})));
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(held() == 32U);
    restart();
    BOOST_TEST(held() == 32U);
}
BOOST_AUTO_TEST_CASE(who_is_told_of_an_end_while_marks_change_may_change_some) {
    static_cast<void>(pool->keep(take(*pool).value(), 1s).value());
    pool->observe({[](void* to, const PoolEvent<V4>&) noexcept {
        static_cast<void>(static_cast<Pool*>(to)->reserve("192.0.2.10"_ip4));
    }, &*pool});
    test::PoolClock::advance(2s);
    BOOST_TEST(succeeds(pool->reserve("192.0.2.9"_ip4)));
    pool->observe({});
    BOOST_TEST(held() == 2U);
    restart();
    BOOST_TEST(held() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
