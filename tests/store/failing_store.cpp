// SPDX-License-Identifier: BSL-1.0
// Each call that a DurablePool makes of its store fails once: the pool says so, says nothing that is not so, and what it
// said yes to is there when the file is opened again.
#include <estate/store/copy_to_store.hpp>
#include <estate/store/volatile_store.hpp>
#include <set>

#include "store/files.hpp"

namespace {
using namespace estate;
using namespace estate::literals;
using test::fails_with;
using test::succeeds;

/// Which call fails, and how.
struct Plan {
    int left = -1;  // calls until then; negative: none does
    int calls = 0;
    Error error = store_errc::failed;
    bool has_failed = false;
    bool stays = false;  // each further one fails too

    result<void> next() noexcept {
        ++calls;
        if (left < 0 || left > 0) {
            left = left > 0 ? left - 1 : left;
            return success();
        }
        if (!stays) left = -1;
        has_failed = true;
        return error;
    }
};
/// A file of which a call fails by plan.
class PlannedStore {
public:
    PlannedStore(test::Store&& store, Plan& plan) : store_{std::move(store)}, plan_{&plan} {}

    [[nodiscard]] result<void> write(StoreChange<V4>* first) noexcept {
        return asked([&] { return store_.write(first); });
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan(Visitor&& visitor) {
        return asked([&] { return store_.scan(visitor); });
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan_ranges(Visitor&& visitor) {
        return asked([&] { return store_.scan_ranges(visitor); });
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan_quotas(Visitor&& visitor) {
        return asked([&] { return store_.scan_quotas(visitor); });
    }
    [[nodiscard]] result<void> put(const StoredRange<V4>& range) {
        return asked([&] { return store_.put(range); });
    }
    [[nodiscard]] result<void> put(const StoredRange<V4>& range, const CidrRange<V4>& former) {
        return asked([&] { return store_.put(range, former); });
    }
    [[nodiscard]] result<void> erase(const CidrRange<V4>& range) {
        return asked([&] { return store_.erase(range); });
    }
    [[nodiscard]] result<void> put_quota(const TenantName& tenant, std::uint64_t most) {
        return asked([&] { return store_.put_quota(tenant, most); });
    }
    [[nodiscard]] result<void> put_quarantine(const detail::Quarantine& rule) {
        return asked([&] { return store_.put_quarantine(rule); });
    }
    [[nodiscard]] detail::Quarantine quarantine() const noexcept { return store_.quarantine(); }
    [[nodiscard]] result<std::uint64_t> grant(std::uint64_t count) {
        if (const auto planned = plan_->next(); !planned) return planned.assume_error();
        return store_.grant(count);
    }
    [[nodiscard]] bool has_news() noexcept { return store_.has_news(); }

private:
    template <class Ask>
    result<void> asked(Ask ask) noexcept(noexcept(ask())) {
        if (auto planned = plan_->next(); !planned) return planned;
        return ask();
    }

    test::Store store_;
    Plan* plan_;
};
using PlannedPool = DurablePool<V4, PlannedStore, NextFit, test::PoolClock>;

result<PlannedPool> open_planned(const std::string& path, Plan& plan) {
    SqliteSettings settings;
    settings.synchronous = Synchronous::normal;  // thousands of transactions
    auto store = test::Store::open(path, settings);
    if (!store) return store.assume_error();
    return PlannedPool::open(PlannedStore{std::move(store.assume_value()), plan});
}

/// What a pool said yes to and has not taken back.
struct Promises {
    std::set<std::string> kept{};
    std::set<std::string> ranges{};
};

/// A life of a pool: each member that writes. What fails is made again at the end of its step.
void live(PlannedPool& pool, Promises& promises) {
    const auto does = [](auto act) {
        auto done = act();
        if (!done) done = act();  // the second time it works
        return done;
    };
    const auto adds = [&](const char* range) {
        if (does([&] { return pool.add_cidr_range(range); })) promises.ranges.insert(range);
    };
    adds("192.0.2.0/28");
    adds("198.51.100.0/29");
    (void)does([&] { return pool.add_addresses("203.0.113.1"_ip4, "203.0.113.6"_ip4); });
    (void)does([&] { return pool.grow("198.51.100.0/29", "198.51.100.0/28"); });
    (void)does([&] { return pool.reserve("192.0.2.1"_ip4); });
    (void)does([&] { return pool.unreserve("192.0.2.1"_ip4); });
    (void)does([&] { return pool.exclude("192.0.2.2"_ip4); });
    (void)does([&] { return pool.set_gateway("192.0.2.3"_ip4); });
    (void)does([&] { return pool.set_quota("red", 9); });
    (void)does([&] { return pool.set_quarantine(std::chrono::seconds{1}, WhenCooling::take_oldest); });
    if (auto lease = does([&] { return pool.allocate("red", "a", ResourceType::container("c")); })) {
        if (auto kept = pool.keep(std::move(lease.assume_value()), std::chrono::hours{1})) {
            promises.kept.insert("a");
            (void)does([&] { return pool.renew(kept.assume_value(), std::chrono::hours{2}); });
        }
    }
    if (auto kept = pool.reserve_for("192.0.2.5"_ip4, Owner::make("red", "b").value())) {
        (void)pool.release(kept.assume_value());  // where that fails, a later call writes it
    }
    if (does([&] { return pool.reserve_for("192.0.2.6"_ip4, Owner::make("red", "c").value()); })) {
        promises.kept.insert("c");
    }
    if (auto many = does([&] { return pool.allocate_many(3, "blue", "many", {}); })) {
        (void)pool.release_many(std::move(many.assume_value()));
    }
    (void)does([&] { return pool.allocate_sticky("blue", "sticky", {}); });
    (void)does([&] { return pool.allocate_from("203.0.113.4/31"_cidr4, "blue", "from", {}); });
    if (auto lease = does([&] { return pool.allocate_specific("203.0.113.1"_ip4, "green", "specific", {}); })) {
        if (auto kept = pool.keep(std::move(lease.assume_value()))) {
            const auto shared = kept.assume_value().share();  // which goes on
            (void)pool.release(kept.assume_value());
        }
    }
    if (auto lease = pool.allocate("green", "all", {})) (void)pool.keep(std::move(lease.assume_value()));
    (void)does([&] { return pool.release_all("green"); });
    (void)does([&] { return pool.drain("192.0.2.0/28"); });
    (void)does([&] { return pool.undrain("192.0.2.0/28"); });
    promises.ranges.erase("198.51.100.0/29");
    (void)does([&] { return pool.remove_cidr_range("198.51.100.0/28"); });
    (void)does([&] { return pool.drain("203.0.113.2/31"); });
    (void)does([&] { return pool.release_unclaimed(); });
    (void)does([&] { return pool.flush(); });
}

BOOST_AUTO_TEST_SUITE(a_store_whose_calls_fail)

BOOST_AUTO_TEST_CASE(keeps_what_was_said_whichever_call_it_is) {
    int swept = 0;
    for (const Error error : {Error{store_errc::failed}, Error::system(ENOMEM)}) {
        for (int nth = 0;; ++nth, ++swept) {
            const test::Folder folder;
            Promises promises;
            Plan plan{nth, 0, error};
            {
                auto pool = open_planned(folder.file(), plan);
                if (!pool) {
                    BOOST_TEST((pool.assume_error() == error));
                    plan.left = -1;
                    pool = open_planned(folder.file(), plan);
                }
                BOOST_TEST_REQUIRE(succeeds(pool));
                live(pool.assume_value(), promises);
            }
            auto again = test::open(folder.file());
            BOOST_TEST_REQUIRE(succeeds(again));
            std::set<std::string> found;
            again.assume_value().pool().for_each_binding(
                [&](const IpBinding<V4>& binding) { found.emplace(binding.resource()); });
            for (const std::string& each : promises.kept) {
                if (!found.contains(each)) BOOST_ERROR("call " << nth << " fails, and what was kept for " << each << " is gone");
            }
            for (const std::string& each : promises.ranges) {
                const IpAddress<V4> inside{CidrRange<V4>::parse(each).value().first().to_uint() + 4};
                if (!again.assume_value().pool().contains(inside)) {
                    BOOST_ERROR("call " << nth << " fails, and the range " << each << " is gone");
                }
            }
            if (!plan.has_failed) break;
        }
    }
    BOOST_TEST(swept > 80);
}
BOOST_AUTO_TEST_CASE(is_opened_once_it_can_be_read) {
    const test::Folder folder;
    {
        Plan none;
        Promises promises;
        auto pool = open_planned(folder.file(), none).value();
        live(pool, promises);
        (void)pool.keep(pool.allocate("red", "kept", {}).value()).value();
        (void)pool.drain("203.0.113.4/31").value();
    }
    Plan counted;
    { BOOST_TEST(succeeds(open_planned(folder.file(), counted))); }
    BOOST_TEST(counted.calls >= 4);
    for (int nth = 0; nth < counted.calls; ++nth) {
        Plan plan{nth, 0, store_errc::failed};
        const auto pool = open_planned(folder.file(), plan);
        if (nth < 4) BOOST_TEST(fails_with(pool, store_errc::failed));
    }
    BOOST_TEST(succeeds(test::open(folder.file())));
}
BOOST_AUTO_TEST_CASE(keeps_what_nobody_claimed_where_it_cannot_be_given_back) {
    const test::Folder folder;
    {
        auto pool = test::opened(folder.file());
        (void)pool.keep(test::take(pool).value()).value();
        auto store = pool.with_store([&](test::Store& opened) -> result<void> {
            StoreChange<V4> lease;
            const Owner owner = Owner::make("red", "unclaimed").value();
            lease.kind = StoreChange<V4>::Kind::lease;
            lease.address = "192.0.2.9"_ip4;
            lease.generation = opened.grant(1).value();
            lease.owner = &owner;
            return opened.write(&lease);
        });
        BOOST_TEST(succeeds(store));
    }
    Plan plan;
    auto pool = open_planned(folder.file(), plan).value();
    BOOST_TEST(pool.pool().stats().in_use.low() == 2U);
    plan.left = 0;
    BOOST_TEST(fails_with(pool.release_unclaimed(), store_errc::failed));
    BOOST_TEST(pool.pool().stats().in_use.low() == 2U);
    BOOST_TEST(succeeds(pool.flush()));
    BOOST_TEST(pool.pool().stats().in_use.low() == 1U);
}
BOOST_AUTO_TEST_CASE(is_given_up_with_its_pool_where_it_can_not_be_written) {
    const test::Folder folder;
    Plan plan;
    {
        auto pool = open_planned(folder.file(), plan).value();
        BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/28")));
        auto leases = pool.allocate_many(2, "red", "r", {}).value();
        plan.left = 0;
        plan.stays = true;
        BOOST_TEST(fails_with(pool.release_many(std::move(leases)), store_errc::failed));
        BOOST_TEST(pool.pool().stats().in_use.low() == 2U);
    }
    BOOST_TEST(test::open(folder.file()).value().pool().stats().in_use.low() == 2U);  // as the file has it
}
BOOST_AUTO_TEST_CASE(that_grants_no_further_generations_leases_nothing_until_it_does) {
    const test::Folder folder;
    Plan plan;
    auto pool = open_planned(folder.file(), plan).value();
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/28")));
    constexpr std::uint64_t granted = std::uint64_t{1} << 32;
    detail::state_access::set_generation(pool.pool(), granted - 3);
    plan.left = 0;
    BOOST_TEST(fails_with(pool.allocate("red", "r", {}), store_errc::failed));
    BOOST_TEST(pool.pool().stats().in_use.low() == 0U);
    BOOST_TEST(pool.allocate("red", "r", {}).value().generation() > granted);
}
BOOST_AUTO_TEST_CASE(has_a_range_again_that_drained_and_could_not_be_erased) {
    const test::Folder folder;
    Plan plan;
    auto pool = open_planned(folder.file(), plan).value();
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/28")));
    BOOST_TEST(succeeds(pool.set_quarantine(std::chrono::hours{1})));
    { const auto rests = pool.allocate("red", "r", {}).value(); }
    BOOST_TEST(succeeds(pool.drain("192.0.2.0/28")));
    BOOST_TEST(pool.pool().contains("192.0.2.1"_ip4));
    test::PoolClock::advance(std::chrono::hours{2});
    plan.left = 0;
    plan.stays = true;
    BOOST_TEST(pool.remove_cidr_range("192.0.2.0/28").has_error());
    plan.left = -1;
    plan.stays = false;
    BOOST_TEST(fails_with(pool.allocate("red", "r", {}), errc::pool_exhausted));  // it drains still
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/27")));
}
BOOST_AUTO_TEST_CASE(keeps_an_address_back_that_is_excluded_and_was_the_gateway) {
    const test::Folder folder;
    {
        auto pool = test::opened(folder.file());
        BOOST_TEST(succeeds(pool.exclude("192.0.2.5"_ip4)));
        BOOST_TEST(succeeds(pool.set_gateway("192.0.2.5"_ip4)));
    }
    auto pool = test::open(folder.file()).value();
    BOOST_TEST(succeeds(pool.set_gateway("192.0.2.9"_ip4)));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.5"_ip4, "red", "r", {}), errc::address_held));
}
BOOST_AUTO_TEST_CASE(gives_back_the_last_shares_and_goes_on_with_the_others) {
    const test::Folder folder;
    auto pool = test::opened(folder.file());
    std::vector<Lease<V4>> leases;
    leases.push_back(test::take(pool).value());
    auto shared = leases.back().share();
    leases.push_back(test::take(pool).value());
    auto gone = test::take(pool).value();
    std::move(gone).release();
    leases.push_back(std::move(gone));
    BOOST_TEST(succeeds(pool.release_many(std::move(leases))));
    BOOST_TEST(pool.pool().stats().in_use.low() == 1U);
}
BOOST_AUTO_TEST_CASE(has_leases_of_an_earlier_process_that_are_kept_and_asked_for_by_name) {
    const test::Folder folder;
    {
        auto pool = test::opened(folder.file());
        const auto written = pool.with_store([&](test::Store& opened) -> result<void> {
            for (const char* const resource : {"kept", "sticky", "released"}) {
                StoreChange<V4> lease;
                const Owner owner = Owner::make("red", resource).value();
                lease.kind = StoreChange<V4>::Kind::lease;
                lease.is_sticky = true;
                lease.generation = opened.grant(1).value();
                lease.address = IpAddress<V4>{static_cast<std::uint32_t>(0xC0000201 + lease.generation % 8)};
                lease.owner = &owner;
                if (auto done = opened.write(&lease); !done) return done;
            }
            return success();
        });
        BOOST_TEST(succeeds(written));
    }
    auto pool = test::open(folder.file()).value();
    std::vector<IpBinding<V4>> found;
    pool.pool().for_each_binding([&](const IpBinding<V4>& binding) { found.push_back(binding); });
    BOOST_TEST_REQUIRE(found.size() == 3U);
    for (const auto& binding : found) {
        if (binding.resource() == "kept") BOOST_TEST(succeeds(pool.keep(binding.share().value())));
        if (binding.resource() == "released") BOOST_TEST(succeeds(pool.release(binding)));
    }
    const auto sticky = pool.allocate_sticky("red", "sticky", {}).value();
    BOOST_TEST(pool.release_unclaimed().value() == 0U);
    BOOST_TEST(pool.pool().stats().in_use.low() == 2U);
}

/// A store that says what it is told to.
struct TellingStore : VolatileStore<V4> {
    std::vector<StoredRange<V4>>* ranges = nullptr;
    std::vector<StoredLease<V4>> leases{};
    template <class Visitor>
    [[nodiscard]] result<void> scan(Visitor&& visitor) {
        for (const auto& each : leases) visitor(each);
        return success();
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan_ranges(Visitor&& visitor) {
        for (const auto& each : *ranges) visitor(each);
        return success();
    }
};
/// A clock that goes on by a second whenever it is read.
struct RunningClock {
    using duration = std::chrono::seconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<RunningClock>;
    static constexpr bool is_steady = true;
    static time_point now() noexcept { return time_point{duration{++time}}; }
    static inline rep time = 0;
};
struct Told {
    std::vector<StoredRange<V4>> ranges{StoredRange<V4>{"192.0.2.0/28"_cidr4}};
    std::vector<StoredLease<V4>> leases{};

    template <class Clock = test::PoolClock>
    [[nodiscard]] auto opens() {
        TellingStore store;
        store.ranges = &ranges;
        store.leases = leases;
        return DurablePool<V4, TellingStore, NextFit, Clock>::open(std::move(store));
    }
    StoredLease<V4>& lease(const IpAddress<V4>& ip) {
        StoredLease<V4> made{};
        made.address = ip;
        made.generation = leases.size() + 1;
        made.owner = Owner::make("red", "r").value();
        made.is_mine = true;
        leases.push_back(made);
        return leases.back();
    }
};
BOOST_FIXTURE_TEST_CASE(that_contradicts_itself_is_damaged, Told) {
    BOOST_TEST(succeeds(opens()));
    ranges.front().held = {{"192.0.2.9"_ip4, "192.0.2.8"_ip4}};
    BOOST_TEST(fails_with(opens(), store_errc::damaged));
    ranges.front().held = {{"198.51.100.1"_ip4, "198.51.100.1"_ip4}};
    BOOST_TEST(opens().has_error());
    ranges.front().held.clear();
    lease("192.0.2.1"_ip4);
    BOOST_TEST(succeeds(opens()));
    lease("192.0.2.1"_ip4).is_cooling = true;  // what rests is no harm
    BOOST_TEST(succeeds(opens()));
    lease("192.0.2.1"_ip4);
    BOOST_TEST(fails_with(opens(), store_errc::damaged));
    leases.clear();
    lease("0.0.0.0"_ip4);
    BOOST_TEST(fails_with(opens(), store_errc::damaged));
}
BOOST_FIXTURE_TEST_CASE(that_has_an_address_outside_of_its_ranges_twice_is_opened_once_the_time_of_both_has_come, Told) {
    const auto ip = "198.51.100.1"_ip4;
    for (int i = 0; i < 2; ++i) lease(ip).time_left = 1;
    const auto pool = opens<RunningClock>();
    BOOST_TEST_REQUIRE(succeeds(pool));
    BOOST_TEST(!pool.value().pool().contains(ip));
}
BOOST_FIXTURE_TEST_CASE(whose_times_have_no_end_and_whose_leases_are_over_is_opened, Told) {
    test::PoolClock::advance(std::chrono::seconds{1});
    constexpr std::int64_t never = (std::numeric_limits<std::int64_t>::max)();
    lease("192.0.2.1"_ip4).time_left = never;
    StoredLease<V4>& over = lease("192.0.2.2"_ip4);
    over.is_mine = false;
    over.is_cooling = over.is_over = true;
    StoredLease<V4>& rests = lease("192.0.2.3"_ip4);
    rests.is_mine = false;
    rests.is_cooling = true;
    rests.time_left = never;
    auto pool = opens().value();
    BOOST_TEST(pool.pool().stats().in_use.low() >= 1U);
    BOOST_TEST(succeeds(pool.allocate_specific("192.0.2.2"_ip4, "red", "r", {})));
    BOOST_TEST(pool.allocate_specific("192.0.2.3"_ip4, "red", "r", {}).has_error());
}
BOOST_FIXTURE_TEST_CASE(of_which_another_holder_has_a_range_that_is_damaged_adds_none, Told) {
    ranges.clear();
    auto pool = opens().value();
    ranges.push_back(StoredRange<V4>{"198.51.100.0/28"_cidr4});
    ranges.front().held = {{"198.51.100.9"_ip4, "198.51.100.8"_ip4}};
    BOOST_TEST(fails_with(pool.add_cidr_range("198.51.100.0/28"), store_errc::damaged));
    BOOST_TEST(fails_with(pool.allocate("red", "r", {}), errc::pool_exhausted));  // nothing is leased without its marks
}
BOOST_AUTO_TEST_CASE(takes_a_copy_of_a_pool_whole_or_says_why_not) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/28")));
    BOOST_TEST(succeeds(pool.add_cidr_range("198.51.100.0/29")));
    for (const char* const tenant : {"red", "blue"}) BOOST_TEST(succeeds(pool.set_quota(tenant, 5)));
    BOOST_TEST(succeeds(pool.set_quota("none", pool.no_quota)));
    (void)pool.keep(pool.allocate("red", "r", {}).value()).value();
    int nth = 0;
    for (;; ++nth) {
        const test::Folder folder;
        Plan plan{nth, 0, store_errc::full};
        PlannedStore store{test::Store::open(folder.file()).value(), plan};
        const auto copied = copy_to_store(pool, store);
        if (!plan.has_failed) {
            BOOST_TEST(succeeds(copied));
            break;
        }
        BOOST_TEST(fails_with(copied, store_errc::full));
        BOOST_TEST(succeeds(copy_to_store(pool, store)));  // it can be made again
    }
    BOOST_TEST(nth == 8);
    const test::Folder folder;
    Plan none;
    PlannedStore store{test::Store::open(folder.file()).value(), none};
    IpPool<V4> without_leases;
    BOOST_TEST(succeeds(copy_to_store(without_leases, store)));
    BOOST_TEST(succeeds(copy_to_store(pool, store)));
    BOOST_TEST(fails_with(copy_to_store(pool, store), errc::invalid_argument));
}
BOOST_AUTO_TEST_CASE(that_forgets_all_takes_all) {
    using Forgets = DurablePool<V4, VolatileStore<V4>, NextFit, test::PoolClock>;
    auto pool = Forgets::open({}).value();
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/29")));
    BOOST_TEST(succeeds(pool.grow("192.0.2.0/29", "192.0.2.0/28")));
    BOOST_TEST(succeeds(pool.set_quota("red", 1)));
    BOOST_TEST(succeeds(pool.set_quarantine(std::chrono::hours{1})));
    BOOST_TEST(fails_with(pool.allocate_many(2, "red", "r", {}), errc::quota_exceeded));
    { const auto lease = pool.allocate("red", "r", {}).value(); }
    BOOST_TEST(pool.expire() == 0U);
}
BOOST_AUTO_TEST_CASE(is_not_asked_for_what_cannot_be) {
    const test::Folder folder;
    auto pool = test::opened(folder.file());
    auto lease = test::take(pool).value();
    const auto negative = std::chrono::nanoseconds{-1};
    BOOST_TEST(fails_with(pool.keep(std::move(lease), negative), errc::invalid_argument));
    const auto kept = pool.keep(std::move(lease)).value();
    BOOST_TEST(fails_with(pool.keep(std::move(lease)), errc::moved_from));
    BOOST_TEST(fails_with(pool.renew(kept, negative), errc::invalid_argument));
    IpPool<V4> another;
    BOOST_TEST(succeeds(another.add_cidr_range("192.0.2.0/28")));
    auto foreign = another.allocate("red", "r", {}).value();
    BOOST_TEST(fails_with(pool.keep(std::move(foreign)), errc::address_not_in_pool));
    const auto of_another = another.keep(std::move(foreign)).value();
    BOOST_TEST(fails_with(pool.release(of_another), errc::stale_binding));
    BOOST_TEST(fails_with(pool.renew(of_another, std::chrono::hours{1}), errc::stale_binding));
    BOOST_TEST(succeeds(pool.release(kept)));
    BOOST_TEST(fails_with(pool.renew(kept, std::chrono::hours{1}), errc::stale_binding));
    BOOST_TEST(fails_with(pool.set_quarantine(negative), errc::invalid_argument));
    BOOST_TEST(fails_with(pool.set_quota("", 1), errc::malformed_name));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
