// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/pool/lease/sticky.hpp>
#include <estate/pool/owner.hpp>
#include <vector>

namespace {
using namespace estate;

struct Numbered {
    std::uint64_t hash = 0;
};
using Table = detail::HashTable<Numbered, &Numbered::hash>;

Numbered* find_in(const Table& table, const Numbered& item) {
    return table.find(item.hash, [&](const Numbered& at) { return &at == &item; });
}

BOOST_AUTO_TEST_SUITE(tables)

BOOST_AUTO_TEST_CASE(the_last_item_of_a_table_that_has_grown_is_found_however_long_it_is_looked_for) {
    std::vector<Numbered> items(129);
    for (std::size_t i = 0; i < items.size(); ++i) items[i].hash = 2 * i;  // every second place of 256
    Table table;
    for (auto& item : items) {
        BOOST_TEST_REQUIRE(table.make_room());
        table.insert(item);
    }
    Numbered& last = items[127];
    for (auto& item : items) {
        if (&item != &last) table.erase(item);
    }
    for (int calls = 0; calls < 8; ++calls) {  // each passes 64 places of the former table
        BOOST_TEST(find_in(table, last) == &last);
        BOOST_TEST(table.make_room());
    }
    BOOST_TEST(table.size() == 1U);
    table.erase(last);
    BOOST_TEST(find_in(table, last) == nullptr);
}

BOOST_AUTO_TEST_CASE(sticky_leases_whose_hashes_are_alike_are_told_apart) {
    detail::Sticky<V4> sticky{SecretKey{1, 2}};
    detail::Tenant<V4> red;
    detail::Tenant<V4> blue;
    red.hash = blue.hash = 7;
    detail::Slot<V4> slot;
    slot.holder = &blue;
    slot.resource = ResourceName::make("web").value();
    BOOST_TEST_REQUIRE(sticky.make_room());
    sticky.insert(slot);
    const auto found_by = [&](const detail::Tenant<V4>& tenant) {
        return sticky.find(tenant, "web", [](const auto&) { return true; });
    };
    BOOST_TEST(found_by(blue) == &slot);
    BOOST_TEST(found_by(red) == nullptr);
    slot.resource = ResourceName::make("db").value();  // another one of the same hash
    BOOST_TEST(found_by(blue) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
