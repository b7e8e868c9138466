// SPDX-License-Identifier: BSL-1.0
// Several pools on one file: as many holders, each with its own connection and lock, as processes have.
#include <set>
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

struct Sharing {
    test::Folder folder;
    std::string path = folder.file();
    std::optional<Pool> one{opened(path, test::named("one"))};
    std::optional<Pool> two{opened(path, test::named("two"))};
};

BOOST_FIXTURE_TEST_SUITE(sharing, Sharing)

BOOST_AUTO_TEST_CASE(a_name_is_one_process_at_a_time) {
    BOOST_TEST(fails_with(test::open(path, test::named("one")), store_errc::holder_in_use));
    one.reset();
    BOOST_TEST(succeeds(test::open(path, test::named("one"))));
}
BOOST_AUTO_TEST_CASE(any_number_may_look) {
    const auto lease = take(*one).value();
    for (int i = 0; i < 2; ++i) {
        auto looks = SqliteStore<V4>::open(path, test::named("")).value();
        auto again = SqliteStore<V4>::open(path, test::named("")).value();
        std::size_t count = 0;
        BOOST_TEST(succeeds(again.scan([&](const StoredLease<V4>& found) {
            ++count;
            BOOST_TEST(found.address == lease.address());
            BOOST_TEST(!found.is_mine);
        })));
        BOOST_TEST(count == 1U);
        StoreChange<V4> change;
        BOOST_TEST(fails_with(looks.write(&change), errc::invalid_argument));
    }
    BOOST_TEST(fails_with(SqliteStore<V4>::open(folder.file("none.db"), test::named("")), store_errc::cannot_open));
    BOOST_TEST(!std::filesystem::exists(folder.file("none.db")));
}
BOOST_AUTO_TEST_CASE(no_address_is_leased_by_both) {
    std::vector<Lease<V4>> leases;
    std::set<IpAddress<V4>> addresses;
    for (int i = 0; i < 14; ++i) {
        leases.push_back(take(i % 2 == 0 ? *one : *two).value());
        addresses.insert(leases.back().address());
    }
    BOOST_TEST(addresses.size() == 14U);
    BOOST_TEST(fails_with(take(*one), errc::pool_exhausted));
    BOOST_TEST(fails_with(take(*two), errc::pool_exhausted));
    const auto freed = leases.front().address();  // of the first
    leases.erase(leases.begin());
    BOOST_TEST(take(*two).value().address() == freed);  // the second looks again
}
BOOST_AUTO_TEST_CASE(a_specific_address_of_the_other_is_refused_by_name) {
    const auto lease = one->allocate_specific("192.0.2.3"_ip4, "red", "r", {}).value();
    BOOST_TEST(fails_with(two->allocate_specific("192.0.2.3"_ip4, "blue", "r", {}), store_errc::leased_elsewhere));
    BOOST_TEST(fails_with(two->allocate_specific("192.0.2.3"_ip4, "blue", "r", {}), store_errc::leased_elsewhere));
    BOOST_TEST(fails_with(two->pool().get_binding("192.0.2.3"_ip4), errc::not_leased));  // not here
}
BOOST_AUTO_TEST_CASE(a_specific_address_that_the_other_gave_back_can_be_leased) {
    auto lease = one->allocate_specific("192.0.2.3"_ip4, "red", "r", {}).value();
    BOOST_TEST(fails_with(two->allocate_specific("192.0.2.3"_ip4, "blue", "r", {}), store_errc::leased_elsewhere));
    std::move(lease).release();
    BOOST_TEST(succeeds(two->allocate_specific("192.0.2.3"_ip4, "blue", "r", {})));
}
BOOST_AUTO_TEST_CASE(an_address_of_the_other_counts_for_its_tenant_and_not_for_who_wanted_it) {
    BOOST_TEST_REQUIRE(succeeds(two->set_quota("red", 1)));
    const auto lease = one->allocate_specific("192.0.2.3"_ip4, "blue", "r", {}).value();
    BOOST_TEST(fails_with(two->allocate_specific("192.0.2.3"_ip4, "red", "r", {}), store_errc::leased_elsewhere));
    BOOST_TEST(succeeds(two->allocate("red", "r", {})));
    BOOST_TEST(two->pool().stats("blue").in_use == 1U);
    two->refresh();  // the second time it has seen all, and the lease is in its ranges still
    BOOST_TEST(fails_with(two->allocate_specific("192.0.2.3"_ip4, "red", "r", {}), store_errc::leased_elsewhere));
    BOOST_TEST(succeeds(two->allocate("red", "r", {})));
}
BOOST_AUTO_TEST_CASE(who_looks_into_the_store_takes_no_news_from_the_pool) {
    auto leases = one->allocate_many(14, Owner::make("red", "r").value()).value();
    BOOST_TEST(fails_with(take(*two), errc::pool_exhausted));
    leases.pop_back();
    BOOST_TEST(succeeds(two->with_store([](test::Store& store) { return store.scan([](const StoredLease<V4>&) {}); })));
    BOOST_TEST(succeeds(take(*two)));
}
BOOST_AUTO_TEST_CASE(a_row_that_nobody_knows_is_an_address_that_cannot_be_had) {
    BOOST_TEST_REQUIRE(succeeds(one->with_store([](test::Store& store) {  // by hand, say, in the name of the first
        const Owner owner = Owner::make("red", "r").value();
        StoreChange<V4> lease;
        lease.kind = StoreChange<V4>::Kind::lease;
        lease.address = "192.0.2.3"_ip4;
        lease.generation = 999;
        lease.owner = &owner;
        return store.write(&lease);
    })));
    const auto leases = one->allocate_many(13, Owner::make("red", "r").value()).value();
    BOOST_TEST(fails_with(take(*one), errc::pool_exhausted));
}
BOOST_AUTO_TEST_CASE(a_batch_goes_around_what_the_other_has) {
    const auto first = one->allocate_many(7, Owner::make("red", "r").value()).value();
    const auto second = two->allocate_many(7, Owner::make("blue", "r").value()).value();
    std::set<IpAddress<V4>> addresses;
    for (const auto* leases : {&first, &second}) {
        for (const auto& lease : *leases) addresses.insert(lease.address());
    }
    BOOST_TEST(addresses.size() == 14U);
    BOOST_TEST(fails_with(two->allocate_many(1, Owner::make("blue", "r").value()), errc::pool_exhausted));
}
BOOST_AUTO_TEST_CASE(a_batch_has_what_the_other_gave_back_and_not_what_it_took_instead) {
    const auto given = "192.0.2.3"_ip4;
    const auto taken = "192.0.2.5"_ip4;
    auto lease = one->allocate_specific(given, "red", "r", {}).value();
    BOOST_TEST(fails_with(two->allocate_specific(given, "blue", "r", {}), store_errc::leased_elsewhere));
    std::move(lease).release();
    lease = one->allocate_specific(taken, "red", "r", {}).value();
    const auto leases = two->allocate_many(13, Owner::make("blue", "r").value()).value();
    std::set<IpAddress<V4>> addresses;
    for (const auto& each : leases) addresses.insert(each.address());
    BOOST_TEST(addresses.size() == 13U);
    BOOST_TEST(addresses.contains(given));
    BOOST_TEST(!addresses.contains(taken));
}
BOOST_AUTO_TEST_CASE(what_one_gave_back_waits_in_quarantine_for_the_other_too) {
    BOOST_TEST_REQUIRE(succeeds(one->set_quarantine(1h)));
    two.reset();
    two.emplace(opened(path, test::named("two")));
    const auto ip = take(*one).value().address();
    BOOST_TEST(fails_with(two->allocate_specific(ip, "blue", "r", {}), store_errc::leased_elsewhere));
}
BOOST_AUTO_TEST_CASE(each_finds_its_own_leases_after_a_restart) {
    const auto mine = one->keep(take(*one).value()).value().address();
    const auto theirs = two->keep(take(*two).value()).value().address();
    one.reset();
    two.reset();
    two.emplace(opened(path, test::named("two")));  // in the other order
    one.emplace(opened(path, test::named("one")));
    BOOST_TEST(succeeds(one->pool().get_binding(mine)));
    BOOST_TEST(fails_with(one->pool().get_binding(theirs), errc::not_leased));
    BOOST_TEST(fails_with(one->allocate_specific(theirs, "red", "r", {}), store_errc::leased_elsewhere));
    BOOST_TEST(succeeds(two->pool().get_binding(theirs)));
}
BOOST_AUTO_TEST_CASE(a_lease_of_a_range_that_the_other_removed_goes_on_alone_until_it_ends) {
    for (const bool drains : {false, true}) {
        BOOST_TEST_REQUIRE(succeeds(drains ? one->drain("192.0.2.0/28") : one->remove_cidr_range("192.0.2.0/28")));
        const auto first = two->keep(take(*two).value()).value().address();
        const auto second = two->keep(take(*two).value()).value().address();
        two.reset();
        two.emplace(test::open(path, test::named("two")).value());
        BOOST_TEST(succeeds(two->pool().get_binding(first)));
        BOOST_TEST(fails_with(take(*two), errc::pool_exhausted));
        BOOST_TEST(succeeds(two->release(two->pool().get_binding(first).value())));
        BOOST_TEST(!two->pool().contains(first));
        BOOST_TEST(succeeds(two->release(two->pool().get_binding(second).value())));
        BOOST_TEST_REQUIRE(succeeds(one->add_cidr_range("192.0.2.0/28")));
        BOOST_TEST_REQUIRE(succeeds(two->add_cidr_range("192.0.2.0/28")));
    }
}
BOOST_AUTO_TEST_CASE(a_lease_of_an_address_that_the_other_made_the_gateway_goes_on) {
    const auto ip = "192.0.2.1"_ip4;
    BOOST_TEST_REQUIRE(succeeds(one->set_gateway(ip)));
    static_cast<void>(two->keep(two->allocate_specific(ip, "blue", "r", {}).value()).value());
    two.reset();
    two.emplace(opened(path, test::named("two")));
    BOOST_TEST(succeeds(two->release(two->pool().get_binding(ip).value())));
    BOOST_TEST(fails_with(two->allocate_specific(ip, "blue", "r", {}), errc::address_held));
    two.reset();
    two.emplace(opened(path, test::named("two")));
    BOOST_TEST((two->pool().gateway_of(ip) == ip));
}
BOOST_AUTO_TEST_CASE(a_range_that_drains_where_the_other_has_an_edge_stays_in_the_file) {
    BOOST_TEST_REQUIRE(succeeds(one->add_cidr_range("198.51.100.0/28", Usable::all)));
    BOOST_TEST_REQUIRE(succeeds(two->add_cidr_range("198.51.100.0/28", Usable::all)));
    const auto ip = "198.51.100.0"_ip4;
    static_cast<void>(two->keep(two->allocate_specific(ip, "blue", "r", {}).value()).value());
    BOOST_TEST_REQUIRE(succeeds(one->grow("198.51.100.0/28", "198.51.100.0/28")));
    one.reset();
    one.emplace(opened(path, test::named("one")));
    BOOST_TEST_REQUIRE(succeeds(one->drain("198.51.100.0/28")));
    one.reset();
    one.emplace(opened(path, test::named("one")));
    two.reset();
    two.emplace(opened(path, test::named("two")));
    BOOST_TEST(succeeds(two->pool().get_binding(ip)));
}
BOOST_AUTO_TEST_CASE(generations_of_both_differ) {
    std::set<std::uint64_t> generations;
    for (int i = 0; i < 20; ++i) generations.insert(take(i % 2 == 0 ? *one : *two).value().generation());
    BOOST_TEST(generations.size() == 20U);
}
BOOST_AUTO_TEST_CASE(threads_of_both_never_have_one_address_at_once) {
    BOOST_TEST_REQUIRE(succeeds(one->add_cidr_range("198.51.100.0/28")));
    two.reset();
    two.emplace(opened(path, test::named("two")));
    std::array<std::atomic<int>, 32> users{};  // of either range
    const auto user = [&](const Lease<V4>& lease) -> std::atomic<int>& {
        const std::uint32_t ip = lease.address().to_uint();
        return users[(ip & 0xF) | (ip >> 24 == 198 ? 0x10U : 0U)];
    };
    std::atomic<int> twice{0};
    std::atomic<int> had{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            std::vector<Lease<V4>> held;
            const auto give_all = [&] {
                for (const auto& lease : held) --user(lease);
                held.clear();
            };
            for (int turn = 0; turn < 60; ++turn) {
                if (held.size() == 8) give_all();
                auto lease = take(i % 2 == 0 ? *one : *two);
                if (!lease) {  // 28 addresses, and 32 are wanted
                    give_all();
                    continue;
                }
                if (++user(lease.value()) != 1) ++twice;
                ++had;
                held.push_back(std::move(lease.value()));
            }
            give_all();
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(twice == 0);
    BOOST_TEST(had > 60);
}
BOOST_AUTO_TEST_CASE(two_calls_for_one_sticky_name_get_one_address) {
    std::set<IpAddress<V4>> addresses;
    std::mutex lock;
    std::vector<Lease<V4>> leases;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            auto lease = one->allocate_sticky("red", "web", {});
            const std::lock_guard alone{lock};
            if (!lease) return;
            addresses.insert(lease.value().address());
            leases.push_back(std::move(lease.value()));
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(leases.size() == 4U);
    BOOST_TEST(addresses.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
