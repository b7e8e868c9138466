// SPDX-License-Identifier: BSL-1.0
// Each request for memory of a call on many leases fails once: the call throws, and no address is lost by that.
#include "store/files.hpp"
#include "support/failing_memory.hpp"

#if !ESTATE_TEST_FAILS_MEMORY

BOOST_AUTO_TEST_CASE(short_memory_of_a_store) { estate::test::print_skipped(estate::test::why_memory_never_fails); }

#else

namespace {
using namespace estate;
using test::opened;
using test::Pool;
using test::requests_until_failure;

/// How many requests for memory act() makes; each is refused once.
template <class Act>
int every_request_fails_once(Act act) {
    for (int n = 0;; ++n) {
        requests_until_failure = n;
        try {
            act();
        } catch (const std::bad_alloc&) {
        }
        if (std::exchange(requests_until_failure, -1) >= 0) return n;
    }
}

/// The disk of faulty_disk.hpp asks for memory where it cannot say that there is none.
struct PlainDisk {
    sqlite3_vfs* before = sqlite3_vfs_find(nullptr);
    PlainDisk() { sqlite3_vfs_register(sqlite3_vfs_find("unix"), 1); }
    PlainDisk(const PlainDisk&) = delete;
    PlainDisk& operator=(const PlainDisk&) = delete;
    ~PlainDisk() { sqlite3_vfs_register(before, 1); }
};

struct ShortMemory {
    PlainDisk disk;
    test::Folder folder;
    Pool pool = opened(folder.file());
    const Owner owner = Owner::make("red", "r").value();
    std::size_t in_use() const { return static_cast<std::size_t>(pool.pool().stats().in_use.low()); }
};

BOOST_FIXTURE_TEST_SUITE(short_memory_of_a_store, ShortMemory)

BOOST_AUTO_TEST_CASE(allocate_many_leases_all_or_none) {
    const int count = every_request_fails_once([&] {
        const auto leases = pool.allocate_many(10, owner);
        if (leases && leases.value().size() != 10) std::abort();  // no memory for words
    });
    BOOST_TEST(count > 2);
    BOOST_TEST(in_use() == 0U);
}
BOOST_AUTO_TEST_CASE(release_many_loses_none) {
    const int count = every_request_fails_once([&] {
        const int left = std::exchange(requests_until_failure, -1);
        auto leases = pool.allocate_many(10, owner).value();
        requests_until_failure = left;
        static_cast<void>(pool.release_many(std::move(leases)));
    });
    BOOST_TEST(count > 1);
    BOOST_TEST(in_use() == 0U);
}
BOOST_AUTO_TEST_CASE(a_file_that_could_not_be_opened_can_be) {
    static_cast<void>(pool.keep(pool.allocate_sticky(owner).value()).value());
    pool = opened(folder.file("other.db"));  // the file is free
    std::optional<result<Pool>> last;
    const int count = every_request_fails_once([&] {
        last.reset();
        last = test::open(folder.file());
        if (!*last && last->error() == store_errc::holder_in_use) std::abort();  // no memory for words
    });
    BOOST_TEST(count > 5);
    BOOST_TEST(test::succeeds(*last));
}
BOOST_AUTO_TEST_CASE(what_a_pool_is_told_is_there_or_not_and_works_the_next_time) {
    using namespace estate::literals;
    using Act = bool (*)(Pool&, const Owner&);
    const Act acts[] = {
        [](Pool& of, const Owner& by) { return of.reserve_for("192.0.2.5"_ip4, by).has_value(); },
        [](Pool& of, const Owner&) { return of.add_cidr_range("198.51.100.0/24"_cidr4).has_value(); },
        [](Pool& of, const Owner&) { return of.grow("192.0.2.0/28"_cidr4, "192.0.2.0/24"_cidr4).has_value(); },
        [](Pool& of, const Owner&) { return of.exclude("192.0.2.8/30"_cidr4).has_value(); },
        [](Pool& of, const Owner&) { return of.set_quota("red", 5).has_value(); },
        [](Pool& of, const Owner& by) { return of.allocate_sticky(by).has_value(); },
    };
    int number = 0;
    for (const Act act : acts) {
        const std::string path = folder.file(("act" + std::to_string(number++) + ".db").c_str());
        for (int n = 0;; ++n) {
            std::filesystem::remove(path);
            Pool fresh = opened(path);
            requests_until_failure = n;
            bool done = false;
            try {
                done = act(fresh, owner);
            } catch (const std::bad_alloc&) {
            }
            const bool is_over = std::exchange(requests_until_failure, -1) >= 0;
            if (!done && !act(fresh, owner)) BOOST_ERROR("act " << number << " fails for ever after request " << n);
            if (is_over) break;
        }
    }
}
BOOST_AUTO_TEST_CASE(a_file_with_all_that_there_is_can_be_opened_after_each_failure) {
    using namespace estate::literals;
    const std::string path = folder.file("all.db");
    {
        Pool all = opened(path);
        const auto does = [](const auto& done) { BOOST_TEST_REQUIRE(test::succeeds(done)); };
        does(all.add_cidr_range("198.51.100.0/30"_cidr4));
        does(all.add_cidr_range("203.0.113.0/31"_cidr4, Usable::all));
        does(all.keep(all.allocate_specific("203.0.113.0"_ip4, owner).value()));
        does(all.grow("203.0.113.0/31"_cidr4, "203.0.113.0/30"_cidr4));  // whose edges are held now
        does(all.keep(all.allocate_specific("203.0.113.2"_ip4, owner).value(), std::chrono::hours{1}));
        does(all.keep(all.allocate_sticky(owner).value()));
        does(all.set_gateway("192.0.2.14"_ip4));
        does(all.exclude("192.0.2.8/30"_cidr4));
        for (const char* const tenant : {"red", "blue", "green"}) does(all.set_quota(tenant, 9));
        does(all.set_quarantine(std::chrono::hours{1}));
        { const auto rests = all.allocate(owner).value(); }
        does(all.keep(all.allocate_specific("198.51.100.1"_ip4, owner).value()));
        does(all.drain("198.51.100.0/30"_cidr4));
    }
    std::optional<result<Pool>> last;
    const int count = every_request_fails_once([&] {
        last.reset();
        last = test::open(path);
    });
    BOOST_TEST(count > 20);
    BOOST_TEST_REQUIRE(test::succeeds(*last));
    BOOST_TEST(last->assume_value().pool().stats().in_use.low() == 4U);
}
BOOST_AUTO_TEST_CASE(what_another_holder_has_counts_for_its_tenant_once_there_is_memory) {
    using namespace estate::literals;
    const auto ip = "192.0.2.3"_ip4;
    for (int n = 0;; ++n) {
        const std::string path = folder.file(("shared" + std::to_string(n) + ".db").c_str());
        Pool one = opened(path, test::named("one"));
        Pool two = opened(path, test::named("two"));
        const auto lease = one.allocate_specific(ip, "blue", "r", {}).value();
        BOOST_TEST(test::fails_with(two.allocate_specific(ip, owner), store_errc::leased_elsewhere));
        requests_until_failure = n;
        try {
            two.refresh();
        } catch (const std::bad_alloc&) {
        }
        const bool is_over = std::exchange(requests_until_failure, -1) >= 0;
        two.refresh();
        if (two.pool().stats("blue").in_use != 1U) BOOST_ERROR("it never counts after request " << n);
        if (is_over) break;
    }
}
BOOST_AUTO_TEST_CASE(release_unclaimed_loses_none) {
    pool = opened(folder.file("other.db"));  // the file is free
    {
        auto store = test::Store::open(folder.file()).value();
        const std::uint64_t first = store.grant(14).value();
        for (std::uint32_t i = 1; i <= 14; ++i) {
            StoreChange<V4> lease;
            lease.kind = StoreChange<V4>::Kind::lease;
            lease.address = IpAddress<V4>::from_bits(Uint128{0xC0000200U + i});
            lease.generation = first + i - 1;
            lease.owner = &owner;
            BOOST_TEST_REQUIRE(test::succeeds(store.write(&lease)));
        }
    }
    pool = opened(folder.file());
    BOOST_TEST(in_use() == 14U);
    std::size_t released = 0;
    every_request_fails_once([&] {
        const auto done = pool.release_unclaimed();
        if (done) released += done.value();
    });
    BOOST_TEST(in_use() == 0U);
    pool = opened(folder.file("other.db"));
    pool = opened(folder.file());
    BOOST_TEST(in_use() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace

#endif
