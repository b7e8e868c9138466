// SPDX-License-Identifier: BSL-1.0
// A pool in memory, or one that was written down as JSON, becomes one in a file.
#include "store/files.hpp"

#if __has_include(<nlohmann/json.hpp>)
#include <estate/pool_json.hpp>
#endif

namespace {
using namespace estate;
using namespace estate::literals;
using namespace std::chrono_literals;
using test::fails_with;
using test::Store;
using test::succeeds;

struct Migration {
    test::Folder folder;
    IpPool<V4> before;
    Migration() {
        BOOST_TEST_REQUIRE(succeeds(before.add_cidr_range("192.0.2.0/24")));
        BOOST_TEST_REQUIRE(succeeds(before.set_gateway("192.0.2.1"_ip4)));
        BOOST_TEST_REQUIRE(succeeds(before.exclude("192.0.2.64/26"_cidr4)));
        BOOST_TEST_REQUIRE(succeeds(before.set_quota("red", 5)));
        BOOST_TEST_REQUIRE(succeeds(before.set_quarantine(30s)));
        for (int i = 0; i < 4; ++i)
            BOOST_TEST_REQUIRE(succeeds(before.keep(before.allocate("red", "r", ResourceType::vm("v")).value())));
    }
    void is_the_same(const IpPool<V4>& from) {
        {
            auto store = Store::open(folder.file()).value();
            BOOST_TEST_REQUIRE(succeeds(copy_to_store(from, store)));
        }
        auto pool = test::open(folder.file()).value();
        BOOST_TEST((pool.pool().stats() == from.stats()));
        BOOST_TEST((pool.pool().stats("red") == from.stats("red")));
        BOOST_TEST((pool.pool().quarantine() == 30s));
        std::size_t count = 0;
        from.for_each_binding([&](const IpBinding<V4>& lease) {
            ++count;
            const auto found = pool.pool().get_binding(lease.address()).value();
            BOOST_TEST(found.generation() == lease.generation());
            BOOST_TEST(found.resource() == lease.resource());
            BOOST_TEST((found.resource_type() == lease.resource_type()));
        });
        BOOST_TEST(count == 4U);
        BOOST_TEST(pool.allocate("red", "r", {}).value().generation() > 4U);
    }
};

BOOST_FIXTURE_TEST_SUITE(migration, Migration)

BOOST_AUTO_TEST_CASE(a_pool_in_memory_goes_on_in_a_file) { is_the_same(before); }

BOOST_AUTO_TEST_CASE(a_store_with_leases_is_not_written_over) {
    is_the_same(before);
    auto store = Store::open(folder.file()).value();
    BOOST_TEST(fails_with(copy_to_store(before, store), errc::invalid_argument));
}
BOOST_AUTO_TEST_CASE(a_lease_of_an_edge_that_was_usable_before_the_range_grew_goes_on) {
    IpPool<V4> grown;
    BOOST_TEST_REQUIRE(succeeds(grown.add_cidr_range("192.0.2.0/28", Usable::all)));
    const auto lease = grown.allocate_specific("192.0.2.0"_ip4, "red", "r", {}).value();
    BOOST_TEST_REQUIRE(succeeds(grown.grow("192.0.2.0/28"_cidr4, "192.0.2.0/24"_cidr4)));
    BOOST_TEST_REQUIRE(succeeds(grown.reserve("192.0.2.128/25"_cidr4)));
    {
        auto store = Store::open(folder.file()).value();
        BOOST_TEST_REQUIRE(succeeds(copy_to_store(grown, store)));
    }
    std::optional<test::Pool> pool{test::open(folder.file()).value()};
    BOOST_TEST((pool->pool().stats().free == grown.stats().free));
    BOOST_TEST((pool->pool().stats().in_use == Uint128{1}));
    BOOST_TEST(succeeds(pool->add_cidr_range("192.0.2.0/24")));  // it is there in this form
    BOOST_TEST(succeeds(pool->release(pool->pool().get_binding("192.0.2.0"_ip4).value())));
    for (const auto& edge : {"192.0.2.0"_ip4, "192.0.2.255"_ip4})
        BOOST_TEST(fails_with(pool->allocate_specific(edge, "red", "r", {}), errc::address_held));
    pool.reset();
    pool.emplace(test::open(folder.file()).value());
    BOOST_TEST(fails_with(pool->allocate_specific("192.0.2.0"_ip4, "red", "r", {}), errc::address_held));
}
BOOST_AUTO_TEST_CASE(a_pool_in_json_goes_on_in_a_file) {
#if __has_include(<nlohmann/json.hpp>)
    const std::string text = export_json(before).value().dump();
    IpPool<V4> read;
    BOOST_TEST_REQUIRE(succeeds(import_json(read, text)));
    is_the_same(read);
#else
    test::print_skipped("nlohmann-json is not installed");
#endif
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
