// SPDX-License-Identifier: BSL-1.0
// Hosts that share a pool, in one process: each has a HostPool, and what they agree in is the store of the simulation.
// Time goes when a test says so. blocks.cpp proves the protocol; here is what a HostPool makes of it.
#include <array>
#include <estate/net/literals.hpp>
#include <estate/store/etcd/host_pool.hpp>
#include <estate/store/volatile_store.hpp>
#include <functional>
#include <memory>
#include <pthread.h>
#include <set>
#include <thread>

#include "store/faulty_disk.hpp"
#include "store/files.hpp"
#include "store/key_value_store.hpp"
#include "support/sanitizers.hpp"

namespace {
using namespace estate;
using namespace estate::literals;
using test::fails_with;
using test::succeeds;

constexpr std::int64_t second = 1'000'000'000;

struct Clock {
    static inline std::int64_t time = 0;
    static std::int64_t now() noexcept { return time; }
};

/// What all hosts of a test agree in.
struct Etcd {
    explicit Etcd(const BlockTerms& agreed) : store{agreed} {}
    test::KeyValueStore store;
    std::string written{};
    std::set<std::string> cut{};  // hosts that get no answer
    int errors = 0;               // so many requests get none either
    bool is_memory_short = false;
    std::uint64_t asked = 0;
};
class Client {
public:
    Client(Etcd& etcd, std::string host) : etcd_{&etcd}, host_{std::move(host)} {}
    result<BlockAnswer> ask(const BlockRequest& request) {
        ++etcd_->asked;
        if (etcd_->is_memory_short) throw std::bad_alloc{};
        if (etcd_->errors > 0 && --etcd_->errors >= 0) return store_errc::failed;
        if (etcd_->cut.contains(host_)) return store_errc::failed;
        if (const auto answer = etcd_->store.apply(host_, request, Clock::now())) return *answer;
        return store_errc::failed;
    }
    result<std::string> agree(const std::string& terms) {
        if (etcd_->cut.contains(host_)) return store_errc::failed;
        if (etcd_->written.empty()) etcd_->written = terms;
        return etcd_->written;
    }

private:
    Etcd* etcd_;
    std::string host_;
};

template <class S>
using PoolOf = HostPool<V4, S, Client, NextFit, Clock>;
using EventKind = HostEvent<V4>::Kind;

BlockTerms host_terms() {
    BlockTerms made;
    made.skew = second / 2;
    return made;
}
HostSettings<V4> settings(const char* host) {
    HostSettings<V4> made;
    made.range = "10.0.0.0/28"_cidr4;
    made.block_length = 30;  // four blocks of four
    made.terms = host_terms();
    made.host = host;
    made.has_thread = false;
    return made;
}
/// A store that forgets all, and asks before a range is put or erased.
struct HookedStore : VolatileStore<V4> {
    static inline std::function<result<void>(const StoredRange<V4>&)> before_put{};
    static inline std::function<void(const CidrRange<V4>&)> before_erase{};

    [[nodiscard]] result<void> put(const StoredRange<V4>& range) {
        return before_put ? before_put(range) : result<void>{success()};
    }
    [[nodiscard]] result<void> put(const StoredRange<V4>& range, const CidrRange<V4>&) { return put(range); }
    [[nodiscard]] result<void> erase(const CidrRange<V4>& range) {
        if (before_erase) before_erase(range);
        return success();
    }
};
/// A store that forgets all, and can be asked to fail.
struct FailingStore : VolatileStore<V4> {
    bool* fails_to_write = nullptr;
    bool scans = true;
    bool scans_ranges = true;
    std::vector<CidrRange<V4>> ranges{};

    [[nodiscard]] result<void> write(StoreChange<V4>* first) noexcept {
        if (fails_to_write != nullptr && *fails_to_write) return store_errc::full;
        return VolatileStore<V4>::write(first);
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan(Visitor&&) const noexcept {
        return scans ? result<void>{success()} : store_errc::failed;
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan_ranges(Visitor&& visitor) const {
        for (const auto& each : ranges) {
            StoredRange<V4> range{};
            range.cidr = each;
            visitor(range);
        }
        return scans_ranges ? result<void>{success()} : store_errc::failed;
    }
};
/// One of each block.
constexpr IpAddress<V4> of_each_block[]{"10.0.0.1"_ip4, "10.0.0.5"_ip4, "10.0.0.9"_ip4, "10.0.0.13"_ip4};
/// Another one of the same block.
IpAddress<V4> beside(const IpAddress<V4>& ip) {
    const IpAddress<V4> one = of_each_block[ip.to_uint() % 16 / 4];
    return ip != one ? one : IpAddress<V4>{one.to_uint() + 1};
}
/// What a host was told.
struct Told {
    std::vector<HostEvent<V4>> events{};
    HostObserver<V4> observer() { return {&Told::hear, this}; }
    std::size_t count(EventKind kind) const {
        return static_cast<std::size_t>(std::count_if(events.begin(), events.end(),
                                                      [&](const auto& event) { return event.kind == kind; }));
    }
    static void hear(void* self, const HostEvent<V4>& event) noexcept {
        static_cast<Told*>(self)->events.push_back(event);
    }
};

template <class S = VolatileStore<V4>>
struct Host {
    std::unique_ptr<Told> told = std::make_unique<Told>();
    std::optional<PoolOf<S>> pool{};

    Host(Etcd& etcd, const char* name, HostSettings<V4> with, S&& store = {}) {
        with.observer = told->observer();
        pool.emplace(PoolOf<S>::open(std::move(store), Client{etcd, name}, with).value());
    }
    Host(Etcd& etcd, const char* name, S&& store = {}) : Host(etcd, name, settings(name), std::move(store)) {}

    auto take(const char* resource = "r") { return pool->allocate("red", resource, {}); }
    /// As many as there are.
    std::vector<Lease<V4>> take_all() {
        std::vector<Lease<V4>> leases;
        for (auto lease = take(); lease; lease = take()) leases.push_back(std::move(lease.value()));
        return leases;
    }
    std::size_t blocks() const {
        std::size_t count = 0;
        pool->for_each_block([&](const CidrRange<V4>&, std::uint64_t) { ++count; });
        return count;
    }
};

struct Hosts {
    Etcd etcd{host_terms()};
    Hosts() { Clock::time = 1000 * second; }
    /// Time goes on, and each host does what is to be done.
    template <class... Each>
    void pass(std::int64_t time, Each&... hosts) {
        for (const std::int64_t end = Clock::time + time; Clock::time < end;) {
            Clock::time += second / 20;
            (hosts.pool->step(), ...);
        }
    }
    /// As long as it takes a host to have the block of the address: without a thread no call waits.
    template <class H>
    result<Lease<V4>> leased(H& host, const IpAddress<V4>& ip) {
        result<Lease<V4>> lease = store_errc::busy;
        for (int i = 0; i < 40 && !lease; ++i) {
            lease = host.pool->allocate_specific(ip, "red", "r", {});
            pass(second / 10, host);
        }
        return lease;
    }
    /// Another host has every block for a while, which then has no record.
    template <class H>
    void another_host_has_all(H& host) {
        etcd.cut.insert("a");
        {
            auto with = settings("b");
            with.blocks = 4;
            Host b{etcd, "b", with};
            pass(60 * second, host, b);
            BOOST_TEST(b.blocks() == 4U);
            b.pool->leave();
            pass(5 * second, host, b);
        }
        BOOST_TEST(etcd.store.records().empty());
        etcd.cut.clear();
        pass(15 * second, host);
    }
};

BOOST_FIXTURE_TEST_SUITE(hosts_of_a_pool, Hosts)

BOOST_AUTO_TEST_CASE(lease_no_address_twice_and_all_there_are) {
    Host a{etcd, "a"}, b{etcd, "b"};
    std::vector<Lease<V4>> all;
    for (int round = 0; round < 8; ++round) {
        for (auto* const host : {&a, &b}) {
            for (auto& lease : host->take_all()) all.push_back(std::move(lease));
        }
        pass(second, a, b);
    }
    std::set<IpAddress<V4>> different;
    for (const auto& lease : all) different.insert(lease.address());
    BOOST_TEST(all.size() == 14U);  // network and broadcast address of the whole range are not leased
    BOOST_TEST(different.size() == 14U);
    BOOST_TEST(!different.contains("10.0.0.0"_ip4));
    BOOST_TEST(!different.contains("10.0.0.15"_ip4));
    BOOST_TEST(fails_with(a.take(), errc::pool_exhausted));
}
BOOST_AUTO_TEST_CASE(are_told_that_the_first_block_is_not_there_yet) {
    Host a{etcd, "a"};
    BOOST_TEST(fails_with(a.take(), store_errc::fenced));
    pass(second, a);
    BOOST_TEST(succeeds(a.take()));
    BOOST_TEST(a.told->count(EventKind::gained) == 1U);
    BOOST_TEST(a.told->count(EventKind::fenced) == 0U);
}
BOOST_AUTO_TEST_CASE(out_of_touch_lease_until_their_fence_and_then_say_why) {
    Host a{etcd, "a"};
    pass(second, a);
    const auto lease = a.take().value();
    const std::uint64_t token = a.pool->token(lease);
    BOOST_TEST(token != 0U);
    etcd.cut.insert("a");
    const auto left = a.pool->time_left().count();
    BOOST_TEST(left > 5 * second);
    BOOST_TEST(left < 10 * second);
    pass(left - second / 10, a);
    BOOST_TEST(succeeds(a.take()));
    BOOST_TEST(a.pool->is_valid(lease));
    pass(second / 5, a);
    BOOST_TEST(fails_with(a.take(), store_errc::fenced));
    BOOST_TEST(fails_with(a.pool->allocate_sticky("red", "r", {}), store_errc::fenced));
    BOOST_TEST(fails_with(a.pool->allocate_specific(lease.address(), "red", "r", {}), store_errc::fenced));
    BOOST_TEST(fails_with(a.pool->claim(lease.address(), lease.generation()), store_errc::fenced));
    BOOST_TEST(!a.pool->is_valid(lease));
    BOOST_TEST(a.pool->token(lease) == 0U);
    BOOST_TEST(a.pool->time_left().count() == 0);
    BOOST_TEST(a.told->count(EventKind::fenced) == 1U);
}
BOOST_AUTO_TEST_CASE(back_in_touch_before_the_session_ended_go_on) {
    Host a{etcd, "a"};
    pass(second, a);
    const auto lease = a.take().value();
    const std::uint64_t token = a.pool->token(lease);
    etcd.cut.insert("a");
    while (a.pool->time_left().count() != 0) pass(second / 20, a);
    etcd.cut.clear();
    pass(3 * second, a);
    BOOST_TEST(a.pool->is_valid(lease));
    BOOST_TEST(a.pool->token(lease) >= token);
    BOOST_TEST(a.told->count(EventKind::resumed) == 1U);
    BOOST_TEST(a.told->count(EventKind::lost) == 0U);
    BOOST_TEST(succeeds(a.take()));
}
BOOST_AUTO_TEST_CASE(back_after_the_session_ended_have_their_leases_where_nobody_took_the_block) {
    Host a{etcd, "a"};
    pass(second, a);
    const auto lease = a.take().value();
    const std::uint64_t token = a.pool->token(lease);
    etcd.cut.insert("a");
    pass(60 * second, a);
    etcd.cut.clear();
    pass(15 * second, a);
    BOOST_TEST(a.pool->is_valid(lease));
    BOOST_TEST(a.pool->token(lease) > token);  // a claim of its own
    BOOST_TEST(a.told->count(EventKind::lost) == 0U);
    BOOST_TEST(a.take().value().address() != lease.address());
}
BOOST_AUTO_TEST_CASE(have_a_dead_hosts_block_after_its_quarantine_and_its_leases_are_void) {
    Host a{etcd, "a"};
    pass(second, a);
    auto lease = a.take().value();
    BOOST_TEST(succeeds(a.pool->keep(a.take("kept").value())));
    etcd.cut.insert("a");
    const std::int64_t cut = Clock::time;
    auto with = settings("b");
    with.blocks = 4;  // all of them
    Host b{etcd, "b", with};
    pass(second, a, b);
    std::int64_t last_use = 0;
    while (b.blocks() < 4 && Clock::time < cut + 100 * second) {
        if (a.pool->is_valid(lease)) last_use = Clock::time;
        pass(second / 20, a, b);
    }
    BOOST_TEST(b.blocks() == 4U);
    BOOST_TEST(Clock::time - last_use >= host_terms().flush + host_terms().time_to_live);
    const auto again = b.pool->allocate_specific(lease.address(), "blue", "r", {});
    BOOST_TEST(succeeds(again));
    etcd.cut.clear();
    pass(30 * second, a, b);
    BOOST_TEST(!a.pool->is_valid(lease));
    BOOST_TEST(a.told->count(EventKind::lost) == 1U);
    BOOST_TEST(a.pool->pool().stats().in_use.low() == 1U);  // what somebody holds; what was kept has ended
    BOOST_TEST(b.pool->token(again.value()) > 0U);
    std::move(lease).release();
    pass(second, a, b);
    BOOST_TEST(a.pool->pool().stats().capacity.low() == 0U);  // and the range with it
}
BOOST_AUTO_TEST_CASE(lease_an_address_of_a_block_that_nobody_has) {
    Host a{etcd, "a"};
    pass(second, a);
    for (const auto ip : {"10.0.0.1"_ip4, "10.0.0.5"_ip4, "10.0.0.9"_ip4, "10.0.0.14"_ip4}) {
        const auto lease = leased(a, ip);
        BOOST_TEST(succeeds(lease));
        BOOST_TEST(lease.value().address() == ip);
    }
    BOOST_TEST(a.blocks() == 4U);
    BOOST_TEST(fails_with(a.pool->allocate_specific("10.0.0.0"_ip4, "red", "r", {}), errc::address_held));
    BOOST_TEST(fails_with(a.pool->allocate_specific("10.0.1.0"_ip4, "red", "r", {}), errc::address_not_in_pool));
}
BOOST_AUTO_TEST_CASE(give_up_blocks_in_which_nobody_has_an_address) {
    Host a{etcd, "a"};
    std::vector<Lease<V4>> all;
    for (int round = 0; round < 8; ++round) {
        for (auto& lease : a.take_all()) all.push_back(std::move(lease));
        pass(second, a);
    }
    BOOST_TEST(a.blocks() == 4U);
    BOOST_TEST(all.size() == 14U);
    all.erase(all.begin() + 1, all.end());
    pass(60 * second, a);
    BOOST_TEST(a.blocks() <= 2U);  // that of the lease, and one that waits for the next
    BOOST_TEST(a.pool->is_valid(all[0]));
    Host b{etcd, "b"};
    pass(second, a, b);
    BOOST_TEST(succeeds(b.take()));  // nobody had to wait
}
BOOST_AUTO_TEST_CASE(lease_an_address_whose_block_they_are_about_to_give_up) {
    Host a{etcd, "a"};
    for (const auto ip : of_each_block) BOOST_TEST(succeeds(leased(a, ip)));
    for (int i = 0; i < 600 && a.blocks() == 4U; ++i) pass(second / 20, a);
    BOOST_TEST(a.blocks() == 1U);
    for (const auto ip : of_each_block) static_cast<void>(a.pool->allocate_specific(ip, "red", "r", {}));
    for (const auto ip : of_each_block) BOOST_TEST(succeeds(leased(a, ip)));
}
BOOST_AUTO_TEST_CASE(lease_an_address_again_and_again_that_is_wished_for) {
    auto with = settings("a");
    with.patience = 30 * second;
    Host a{etcd, "a", with};
    for (int round = 0; round < 65; ++round) {
        for (const auto ip : of_each_block) BOOST_TEST(succeeds(leased(a, ip)));
    }
    BOOST_TEST(a.told->count(EventKind::gained) == 4U);  // what is wished for is not given up meanwhile
    pass(60 * second, a);
    BOOST_TEST(a.blocks() == 1U);
}
BOOST_AUTO_TEST_CASE(that_give_up_a_block_refuse_no_address_of_it) {
    Host<HookedStore> a{etcd, "a"};
    for (const auto ip : of_each_block) BOOST_TEST(succeeds(leased(a, ip)));
    std::optional<result<Lease<V4>>> meanwhile;
    IpAddress<V4> ip;
    HookedStore::before_erase = [&](const CidrRange<V4>& range) {
        if (meanwhile) return;
        ip = IpAddress<V4>{range.first().to_uint() + 1};
        std::thread{[&] { meanwhile = a.pool->allocate_specific(ip, "red", "r", {}); }}.join();
    };
    for (int i = 0; i < 600 && !meanwhile; ++i) pass(second / 20, a);
    HookedStore::before_erase = nullptr;
    BOOST_REQUIRE(meanwhile.has_value());
    BOOST_TEST(fails_with(*meanwhile, store_errc::busy));  // no call waits here
    pass(second, a);
    BOOST_TEST(succeeds(a.pool->allocate_specific(ip, "red", "r", {})));  // the wish was heard
}
BOOST_AUTO_TEST_CASE(that_cannot_give_a_block_up_go_on_with_it) {
    Host<HookedStore> a{etcd, "a"};
    for (const auto ip : of_each_block) BOOST_TEST(succeeds(leased(a, ip)));
    bool is_full = false;
    HookedStore::before_put = [&](const StoredRange<V4>& range) -> result<void> {
        if (!range.draining) return success();
        is_full = true;
        return store_errc::full;
    };
    for (int i = 0; i < 600 && !is_full; ++i) pass(second / 20, a);
    HookedStore::before_put = nullptr;
    BOOST_TEST(is_full);
    BOOST_TEST(a.told->count(EventKind::failed) == 1U);
    BOOST_TEST(a.told->count(EventKind::gained) == 4U);
    for (const auto ip : of_each_block) BOOST_TEST(succeeds(a.pool->allocate_specific(ip, "red", "r", {})));
}
BOOST_AUTO_TEST_CASE(that_leave_leave_nothing_to_wait_for) {
    auto with = settings("a");
    with.blocks = 4;
    Host a{etcd, "a", with};
    pass(5 * second, a);
    BOOST_TEST(a.blocks() == 4U);
    const auto lease = a.take().value();
    a.pool->leave();
    pass(second, a);
    BOOST_TEST(a.blocks() == 1U);
    BOOST_TEST(a.pool->is_valid(lease));
    BOOST_TEST(etcd.store.records().size() == 1U);
}
BOOST_AUTO_TEST_CASE(that_leave_take_nothing_back_when_they_are_asked_for_an_address) {
    auto with = settings("a");
    with.blocks = 4;
    Host a{etcd, "a", with};
    pass(5 * second, a);
    a.pool->leave();
    for (int i = 0; i < 20; ++i) {
        static_cast<void>(a.take());
        for (const auto ip : of_each_block) static_cast<void>(a.pool->allocate_specific(ip, "red", "r", {}));
        pass(second / 20, a);
    }
    BOOST_TEST(a.told->count(EventKind::gained) == 4U);
    BOOST_TEST(etcd.store.records().empty());
}
BOOST_AUTO_TEST_CASE(that_leave_give_up_a_block_whose_range_could_not_be_written) {
    Host<HookedStore> a{etcd, "a"};
    HookedStore::before_put = [](const StoredRange<V4>&) -> result<void> { return store_errc::full; };
    pass(second, a);
    BOOST_TEST(etcd.store.records().size() == 1U);
    BOOST_TEST(a.blocks() == 0U);
    a.pool->leave();
    pass(second, a);
    HookedStore::before_put = nullptr;
    BOOST_TEST(etcd.store.records().empty());
    pass(second, a);
    BOOST_TEST(a.told->count(EventKind::gained) == 0U);
}
BOOST_AUTO_TEST_CASE(that_leave_give_up_a_block_whose_edge_could_not_be_excluded_once_that_can_be_written) {
    auto with = settings("a");
    with.blocks = 4;
    Host<HookedStore> a{etcd, "a", with};
    HookedStore::before_put = [](const StoredRange<V4>& range) -> result<void> {
        return range.held.empty() ? result<void>{success()} : store_errc::full;
    };
    pass(5 * second, a);
    BOOST_TEST(etcd.store.records().size() == 4U);
    BOOST_TEST(a.blocks() == 2U);
    a.pool->leave();
    pass(2 * second, a);
    BOOST_TEST(etcd.store.records().size() == 2U);
    HookedStore::before_put = nullptr;
    pass(2 * second, a);
    BOOST_TEST(etcd.store.records().empty());
}
BOOST_AUTO_TEST_CASE(that_lose_a_block_whose_range_could_not_be_written_go_on) {
    Host<HookedStore> a{etcd, "a"};
    HookedStore::before_put = [](const StoredRange<V4>&) -> result<void> { return store_errc::full; };
    pass(second, a);
    BOOST_TEST(etcd.store.records().size() == 1U);
    etcd.cut.insert("a");
    pass(60 * second, a);
    etcd.cut.clear();
    pass(15 * second, a);
    HookedStore::before_put = nullptr;
    pass(second, a);
    BOOST_TEST(succeeds(a.take()));
}
BOOST_AUTO_TEST_CASE(that_lose_a_block_and_cannot_write_so_lease_nothing_of_it) {
    Host<HookedStore> a{etcd, "a"};
    pass(second, a);
    const auto lease = a.take().value();
    HookedStore::before_put = [](const StoredRange<V4>& range) -> result<void> {
        return range.draining ? store_errc::full : result<void>{success()};
    };
    another_host_has_all(a);
    BOOST_TEST(fails_with(a.take(), store_errc::fenced));
    HookedStore::before_put = nullptr;
    pass(second, a);
    BOOST_TEST(succeeds(a.take()));
}
BOOST_AUTO_TEST_CASE(may_be_asked_by_those_whom_the_pool_tells_something) {
    Host a{etcd, "a"};
    pass(second, a);
    const auto lease = a.take().value();
    struct Asks {
        PoolOf<VolatileStore<V4>>* pool;
        const Lease<V4>* lease;
        int told;
        static void hear(void* self, const PoolEvent<V4>& event) noexcept {
            auto& asks = *static_cast<Asks*>(self);
            if (event.kind == PoolEvent<V4>::Kind::expired && asks.pool->is_valid(*asks.lease)) ++asks.told;
        }
    } asks{&*a.pool, &lease, 0};
    a.pool->observe({&Asks::hear, &asks});
    BOOST_TEST(succeeds(a.pool->keep(a.take("short").value(), std::chrono::milliseconds{1})));
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    a.pool->step();
    BOOST_TEST(asks.told == 1);
    a.pool->observe({});
}
BOOST_AUTO_TEST_CASE(whose_block_cannot_be_taken_back_at_once_take_it_back_later) {
    Host<HookedStore> a{etcd, "a"};
    std::vector<Lease<V4>> all;
    for (int round = 0; round < 8; ++round) {
        for (auto& lease : a.take_all()) all.push_back(std::move(lease));
        pass(second, a);
    }
    BOOST_TEST(a.blocks() == 4U);
    all.erase(all.begin() + 3, all.end());  // those of one block are left
    // somebody is faster than what gives a block up, which then cannot be written
    std::array<std::optional<Lease<V4>>, 14> taken;  // until one is of that block
    std::vector<std::thread> takes;
    std::optional<CidrRange<V4>> stays;
    HookedStore::before_put = [&](const StoredRange<V4>& range) -> result<void> {
        if (range.draining && !stays) {
            stays = range.cidr;
            while (a.pool->pool().stats_of(range.cidr).value().in_use == Uint128{}) {
                const Uint128 before = a.pool->pool().stats().in_use;
                takes.emplace_back([&a, &made = taken.at(takes.size())] { made = a.take("late").value(); });
                while (a.pool->pool().stats().in_use == before) std::this_thread::yield();
            }
            return success();
        }
        if (!range.draining && range.cidr == *stays) {
            HookedStore::before_put = nullptr;
            return store_errc::full;
        }
        return success();
    };
    for (int i = 0; i < 600 && !stays; ++i) pass(second / 20, a);
    for (std::thread& take : takes) take.join();
    HookedStore::before_put = nullptr;
    BOOST_REQUIRE(!takes.empty());
    auto late = std::move(*taken.at(takes.size() - 1));
    for (auto& lease : taken) lease.reset();
    BOOST_TEST(stays->contains(late.address()));
    BOOST_TEST(a.told->count(EventKind::failed) == 1U);
    BOOST_TEST(a.pool->is_valid(late));
    pass(second, a);
    BOOST_TEST(succeeds(a.pool->allocate_specific(beside(late.address()), "red", "r", {})));
    std::move(late).release();
    pass(second, a);
    BOOST_TEST(succeeds(a.pool->pool().stats_of(*stays)));
}
BOOST_AUTO_TEST_CASE(hold_no_free_address_back_whose_block_closes_and_opens_while_it_is_asked_for) {
    Host a{etcd, "a"};
    const IpAddress<V4> ip = of_each_block[0];
    const auto lease = leased(a, beside(ip)).value();  // the block is wanted again
    BOOST_TEST(succeeds(a.pool->keep(leased(a, ip).value(), std::chrono::milliseconds{1})));
    std::this_thread::sleep_for(std::chrono::milliseconds{20});

    // The call finds the block open and the lease of the address over, and is told so; there the block closes. It is
    // refused, and is told so; there the block opens.
    struct Order {
        Hosts* hosts;
        Host<>* host;
        bool has_closed = false;
        bool has_opened = false;
        static void hear(void* self, const PoolEvent<V4>& event) noexcept {
            auto& order = *static_cast<Order*>(self);
            if (event.kind == PoolEvent<V4>::Kind::expired && !order.has_closed) {
                order.hosts->etcd.cut.insert("a");
                order.hosts->pass(60 * second, *order.host);
                order.hosts->etcd.cut.clear();
                while (order.host->blocks() != 0) order.hosts->pass(second / 20, *order.host);
                order.has_closed = true;
            } else if (event.kind == PoolEvent<V4>::Kind::refused && !order.has_opened) {
                order.hosts->pass(60 * second, *order.host);
                order.has_opened = order.host->blocks() == 1;
            }
        }
    } order{this, &a};
    a.pool->observe({&Order::hear, &order});
    const auto again = a.pool->allocate_specific(ip, "red", "r", {});
    a.pool->observe({});
    BOOST_TEST(order.has_closed);
    BOOST_TEST(order.has_opened);
    BOOST_TEST(succeeds(again));
}
BOOST_AUTO_TEST_CASE(give_up_a_block_whose_range_could_not_be_written_before_one_that_leases) {
    Host<HookedStore> a{etcd, "a"};
    auto lease = leased(a, of_each_block[0]).value();
    pass(60 * second, a);
    BOOST_TEST(etcd.store.records().size() == 1U);
    HookedStore::before_put = [](const StoredRange<V4>& range) -> result<void> {
        return range.draining ? result<void>{success()} : store_errc::full;
    };
    for (int i = 0; i < 10; ++i) {
        BOOST_TEST(fails_with(a.pool->allocate_specific(of_each_block[1], "red", "r", {}), store_errc::busy));
        pass(second / 10, a);
    }
    BOOST_TEST(etcd.store.records().size() == 2U);
    std::move(lease).release();
    pass(60 * second, a);
    HookedStore::before_put = nullptr;
    BOOST_TEST(etcd.store.records().size() == 1U);
    BOOST_TEST(a.blocks() == 1U);
    BOOST_TEST(succeeds(a.pool->allocate_specific(of_each_block[0], "red", "r", {})));
}
BOOST_AUTO_TEST_CASE(claim_no_more_than_they_need_where_a_block_was_had_by_others) {
    const auto many = [](const char* name) {
        auto with = settings(name);
        with.range = "10.0.0.0/24"_cidr4;
        return with;
    };
    Host a{etcd, "a", many("a")};
    pass(second, a);
    const auto lease = a.take().value();
    etcd.cut.insert("a");
    auto all = many("b");
    all.blocks = 64;
    Host b{etcd, "b", all};
    pass(60 * second, a, b);
    BOOST_TEST(b.blocks() == 64U);
    etcd.cut.insert("b");
    auto none = many("c");
    none.blocks = 64;
    {
        Host c{etcd, "c", none};  // b's blocks wait, and nobody claims them yet
        pass(15 * second, b, c);
    }
    etcd.cut.clear();
    etcd.cut.insert("b");
    pass(60 * second, a);
    BOOST_TEST(a.blocks() == 1U);
    BOOST_TEST(!a.pool->is_valid(lease));
    BOOST_TEST(a.told->count(EventKind::lost) == 1U);
}
BOOST_AUTO_TEST_CASE(whose_block_another_host_had_and_erased_have_no_lease_of_it) {
    Host a{etcd, "a"};
    pass(second, a);
    const auto lease = a.take().value();
    another_host_has_all(a);
    BOOST_TEST(succeeds(a.take()));
    BOOST_TEST(!a.pool->is_valid(lease));
    BOOST_TEST(a.told->count(EventKind::lost) == 1U);
}
BOOST_AUTO_TEST_CASE(whose_lease_of_a_name_is_void_make_another_one) {
    Host a{etcd, "a"};
    pass(second, a);
    const auto lease = a.pool->allocate_sticky("red", "r", {}).value();
    another_host_has_all(a);
    const auto another = leased(a, beside(lease.address()));
    BOOST_TEST(succeeds(another));  // the block is had again
    BOOST_TEST(!a.pool->is_valid(lease));
    BOOST_TEST(fails_with(a.pool->claim(lease.address(), lease.generation()), errc::stale_binding));
    const auto again = a.pool->allocate_sticky("red", "r", {});
    BOOST_TEST(succeeds(again));
    BOOST_TEST(again.value().address() != lease.address());
    BOOST_TEST(a.pool->allocate_sticky("red", "r", {}).value().address() == again.value().address());
}
BOOST_AUTO_TEST_CASE(that_get_no_answer_ask_again_before_their_fence) {
    auto with = settings("a");
    with.terms.time_to_live = 3 * second;
    with.terms.flush = second;
    BlockTerms agreed = with.terms;
    Etcd quick{agreed};
    Host a{quick, "a", with};
    pass(second, a);
    for (int i = 0; i < 10; ++i) {
        quick.errors = 3;  // at once, as of a member that is not there
        pass(5 * second, a);
    }
    BOOST_TEST(a.told->count(EventKind::fenced) == 0U);
    BOOST_TEST(a.told->count(EventKind::failed) == 30U);
}
BOOST_AUTO_TEST_CASE(that_have_no_memory_for_a_step_have_stopped) {
    Host a{etcd, "a"};
    pass(second, a);
    const auto lease = a.take().value();
    etcd.is_memory_short = true;
    pass(5 * second, a);
    etcd.is_memory_short = false;
    pass(15 * second, a);
    BOOST_TEST(!a.pool->is_valid(lease));
    BOOST_TEST(fails_with(a.take(), store_errc::fenced));
    BOOST_TEST(a.told->count(EventKind::fenced) == 1U);
    BOOST_REQUIRE(a.told->count(EventKind::failed) == 1U);
    BOOST_TEST((a.told->events.back().reason == Error::system(ENOMEM)));
}
BOOST_AUTO_TEST_CASE(that_have_no_memory_before_they_lease_say_only_so) {
    etcd.is_memory_short = true;
    Host a{etcd, "a"};
    pass(second, a);
    BOOST_TEST(a.told->count(EventKind::fenced) == 0U);
    BOOST_TEST(a.told->count(EventKind::failed) == 1U);
}
BOOST_AUTO_TEST_CASE(that_cannot_agree_ask_again_a_while_later) {
    etcd.cut.insert("a");
    Host a{etcd, "a"};
    for (int i = 0; i < 3; ++i) a.pool->step();
    BOOST_TEST(a.told->count(EventKind::failed) == 1U);
    etcd.cut.clear();
    pass(second, a);
    BOOST_TEST(succeeds(a.take()));
}
BOOST_AUTO_TEST_CASE(know_nothing_of_addresses_and_leases_of_others) {
    Host a{etcd, "a"};
    pass(second, a);
    IpPool<V4> another;
    BOOST_TEST(succeeds(another.add_cidr_range("192.0.2.0/24"_cidr4)));
    auto lease = another.allocate("red", "r", {}).value();
    BOOST_TEST(a.pool->token(lease) == 0U);
    std::move(lease).release();
    BOOST_TEST(a.pool->token(lease) == 0U);
    BOOST_TEST(a.pool->owner_of("192.0.2.1"_ip4) == "");
    BOOST_TEST(fails_with(a.pool->claim("192.0.2.1"_ip4, 1), errc::address_not_in_pool));
}
BOOST_AUTO_TEST_CASE(of_which_each_address_can_be_used_lease_the_first_and_the_last_but_never_that_of_zeros) {
    auto with = settings("a");
    with.usable = Usable::all;
    with.blocks = 4;
    {
        Host a{etcd, "a", with};
        BOOST_TEST(text_of_terms(settings_with_terms<V4>(text_of_terms(with)).value()) == text_of_terms(with));
        pass(5 * second, a);
        BOOST_TEST(a.take_all().size() == 16U);
    }
    Etcd other{host_terms()};
    with.range = "0.0.0.0/28"_cidr4;
    with.usable = Usable::hosts;
    Host zeros{other, "a", with};
    pass(5 * second, zeros);
    BOOST_TEST(zeros.take_all().size() == 14U);
}
BOOST_AUTO_TEST_CASE(whose_store_fails_say_why) {
    bool fails = false;
    FailingStore store;
    store.fails_to_write = &fails;
    Host<FailingStore> a{etcd, "a", std::move(store)};
    pass(second, a);
    fails = true;
    BOOST_TEST(fails_with(a.take(), store_errc::full));
    fails = false;
    BOOST_TEST(succeeds(a.take()));
    const auto opens = [&](FailingStore&& with) {
        return PoolOf<FailingStore>::open(std::move(with), Client{etcd, "b"}, settings("b"));
    };
    FailingStore unread;
    unread.scans = false;
    BOOST_TEST(fails_with(opens(std::move(unread)), store_errc::failed));
    FailingStore without_ranges;
    without_ranges.scans_ranges = false;
    BOOST_TEST(fails_with(opens(std::move(without_ranges)), store_errc::failed));
    FailingStore of_another;
    of_another.ranges = {"192.0.2.0/30"_cidr4, "10.0.0.0/30"_cidr4, "192.0.2.4/30"_cidr4};
    BOOST_TEST(fails_with(opens(std::move(of_another)), store_errc::other_terms));
}
BOOST_AUTO_TEST_CASE(whose_addresses_all_rest_want_a_further_block) {
    Host a{etcd, "a"};
    BOOST_TEST(succeeds(a.pool->set_quarantine(std::chrono::hours{1})));
    pass(second, a);
    BOOST_TEST(a.blocks() == 1U);
    { const auto leases = a.take_all(); }
    BOOST_TEST(fails_with(a.take(), errc::pool_cooling));
    pass(second, a);
    BOOST_TEST(succeeds(a.take()));
    BOOST_TEST(a.blocks() == 2U);
}
BOOST_AUTO_TEST_CASE(that_lose_the_fence_with_each_lease_that_they_make_give_up) {
    struct Jumps {
        static void hear(void*, const PoolEvent<V4>& event) noexcept {
            if (event.kind == PoolEvent<V4>::Kind::allocated) Clock::time += 100 * second;
            if (event.kind == PoolEvent<V4>::Kind::released) Clock::time -= 100 * second;
        }
    };
    Host a{etcd, "a"};
    pass(second, a);
    auto known = leased(a, of_each_block[0]).value();
    std::move(known).release();
    a.pool->observe({&Jumps::hear, nullptr});
    BOOST_TEST(fails_with(a.take(), store_errc::busy));
    BOOST_TEST(fails_with(a.pool->allocate_specific(of_each_block[0], "red", "r", {}), store_errc::busy));
    a.pool->observe({});
    BOOST_TEST(succeeds(a.take()));
}
BOOST_AUTO_TEST_CASE(of_which_another_has_a_block_without_leases_lose_it_all_the_same) {
    Host a{etcd, "a"};
    BOOST_TEST(succeeds(a.pool->set_quarantine(std::chrono::hours{1})));
    pass(second, a);
    { const auto rests = a.take().value(); }  // for which the block is needed
    another_host_has_all(a);
    BOOST_TEST(a.told->count(EventKind::lost) >= 1U);
    BOOST_TEST(succeeds(a.take()));
}
BOOST_AUTO_TEST_CASE(that_lose_a_block_and_cannot_end_its_leases_lease_nothing_until_they_can) {
    bool fails = false;
    FailingStore store;
    store.fails_to_write = &fails;
    Host<FailingStore> a{etcd, "a", std::move(store)};
    pass(second, a);
    const auto lease = a.take().value();
    fails = true;
    another_host_has_all(a);
    BOOST_TEST(fails_with(a.take(), store_errc::fenced));
    BOOST_TEST(a.told->count(EventKind::lost) == 0U);
    fails = false;
    pass(2 * second, a);
    BOOST_TEST(a.told->count(EventKind::lost) == 1U);
    BOOST_TEST(!a.pool->is_valid(lease));
    BOOST_TEST(succeeds(a.take()));
}
BOOST_AUTO_TEST_CASE(with_a_thread_wait_no_longer_than_their_patience_and_not_for_other_terms) {
    auto with = settings("a");
    with.has_thread = true;
    with.patience = second / 10;
    with.range = "10.0.0.0/28"_cidr4;
    etcd.written = text_of_terms(with);
    {
        etcd.cut.insert("a");
        Host a{etcd, "a", with};
        const auto began = std::chrono::steady_clock::now();
        BOOST_TEST(fails_with(a.take(), store_errc::fenced));
        BOOST_TEST((std::chrono::steady_clock::now() - began >= std::chrono::milliseconds{100}));
    }
    etcd.cut.clear();
    etcd.written = "other";
    with.patience = 60 * second;
    Host a{etcd, "a", with};
    BOOST_TEST(fails_with(a.take(), store_errc::other_terms));
}
#if defined(__GLIBC__) && !ESTATE_TEST_TSAN
/// While one lives, no thread can be made: its stack would be larger than all memory.
struct NoThreads {
    NoThreads() {
        pthread_getattr_default_np(&before);
        pthread_attr_t huge;
        pthread_attr_init(&huge);
        pthread_attr_setstacksize(&huge, std::size_t{1} << 62);
        pthread_setattr_default_np(&huge);
        pthread_attr_destroy(&huge);
    }
    NoThreads(const NoThreads&) = delete;
    NoThreads& operator=(const NoThreads&) = delete;
    ~NoThreads() {
        pthread_setattr_default_np(&before);
        pthread_attr_destroy(&before);
    }
    pthread_attr_t before{};
};
BOOST_AUTO_TEST_CASE(that_can_have_no_thread_are_not_opened) {
    auto with = settings("a");
    with.has_thread = true;
    const auto opens = [&] { return PoolOf<VolatileStore<V4>>::open({}, Client{etcd, "a"}, with); };
    {
        const NoThreads none;
        BOOST_TEST(fails_with(opens(), std::errc::resource_unavailable_try_again));
    }
    BOOST_TEST(succeeds(opens()));
}
#endif
BOOST_AUTO_TEST_CASE(with_other_terms_lease_nothing) {
    Host a{etcd, "a"};
    pass(second, a);
    auto other = settings("b");
    other.block_length = 29;
    Host b{etcd, "b", other};
    const std::uint64_t asked = etcd.asked;
    pass(second, b);
    BOOST_TEST(fails_with(b.take(), store_errc::other_terms));
    BOOST_TEST(fails_with(b.pool->allocate_specific("10.0.0.9"_ip4, "red", "r", {}), store_errc::other_terms));
    BOOST_TEST(b.told->count(EventKind::failed) == 1U);
    BOOST_TEST(etcd.asked == asked);
}
BOOST_AUTO_TEST_CASE(take_part_in_a_pool_by_what_is_written_down) {
    const auto read = settings_with_terms<V4>(text_of_terms(settings("a"))).value();
    BOOST_TEST(text_of_terms(read) == text_of_terms(settings("a")));
    BOOST_TEST((settings_with_terms<V6>("2001:db8::/104 blocks /122 all live 3 flush 4").value().usable == Usable::all));
    for (const char* const text : {"", "10.0.0.0/28", "10.0.0.0/28 blocks 30", "10.0.0.0/28 blocks /30 hosts live 7",
                                   "x blocks /30 hosts live 7 flush 8", "10.0.0.0/28 blocks /27 hosts live 7 flush 8",
                                   "10.0.0.0/28 blocks /30 hosts live 0 flush 8",
                                   "10.0.0.0/28 blocks /30 hosts live 7 flush 0",
                                   "10.0.0.0/28 blocks /30 hosts live 8640000001 flush 8",
                                   "10.0.0.0/28 blocks /4294967326 hosts live 7 flush 8"})
        BOOST_TEST(settings_with_terms<V4>(text).has_error(), text);
}
BOOST_AUTO_TEST_CASE(are_opened_with_settings_that_mean_something) {
    const auto opens = [&](auto change) {
        auto with = settings("a");
        change(with);
        return PoolOf<VolatileStore<V4>>::open({}, Client{etcd, "a"}, with);
    };
    BOOST_TEST(succeeds(opens([](auto&) {})));
    BOOST_TEST(fails_with(opens([](auto& with) { with.host = ""; }), errc::invalid_argument));
    BOOST_TEST(fails_with(opens([](auto& with) { with.host = "a b"; }), errc::invalid_argument));
    BOOST_TEST(fails_with(opens([](auto& with) { with.host = "a/b"; }), errc::invalid_argument));
    BOOST_TEST(fails_with(opens([](auto& with) { with.range = {}; }), errc::invalid_argument));
    BOOST_TEST(fails_with(opens([](auto& with) { with.block_length = 27; }), errc::invalid_argument));
    BOOST_TEST(fails_with(opens([](auto& with) { with.block_length = 31; }), errc::invalid_argument));
    BOOST_TEST(fails_with(opens([](auto& with) { with.range = "0.0.0.0/0"_cidr4; }), errc::invalid_argument));
    for (const std::int64_t skew : {-1 * second, 10 * second}) {
        BOOST_TEST(fails_with(opens([&](auto& with) { with.terms.skew = skew; }), errc::invalid_argument));
    }
    BOOST_TEST(fails_with(opens([](auto& with) { with.terms.flush = 0; }), errc::invalid_argument));
    constexpr std::int64_t longest = 100 * 24 * 3600 * second;
    BOOST_TEST(succeeds(opens([](auto& with) {
        with.terms.flush = with.terms.time_to_live = with.terms.patience = with.patience = longest;
    })));
    for (const std::int64_t time : {std::int64_t{-1}, longest + 1, (std::numeric_limits<std::int64_t>::max)()}) {
        BOOST_TEST(fails_with(opens([&](auto& with) { with.terms.flush = time; }), errc::invalid_argument));
        BOOST_TEST(fails_with(opens([&](auto& with) { with.terms.time_to_live = time; }), errc::invalid_argument));
        BOOST_TEST(fails_with(opens([&](auto& with) { with.terms.patience = time; }), errc::invalid_argument));
        BOOST_TEST(fails_with(opens([&](auto& with) { with.patience = time; }), errc::invalid_argument));
    }
    BOOST_TEST(fails_with(opens([](auto& with) { with.terms.patience = 0; }), errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()

// --- a wish for a certain block ---

BOOST_FIXTURE_TEST_SUITE(an_address_of_another_host, Hosts)

BOOST_AUTO_TEST_CASE(that_runs_is_refused_by_name) {
    Host a{etcd, "a"};
    pass(second, a);
    const auto lease = a.take().value();
    BlockClaims claims{"b", [&] {
                           auto made = host_terms();
                           made.blocks = 4;
                           return made;
                       }()};
    const std::uint32_t block = (lease.address().to_uint() & 15U) / 4;
    claims.want(0);
    claims.wish(block);
    const auto run = [&](std::int64_t time) {
        for (const std::int64_t end = Clock::time + time; Clock::time < end;) {
            pass(second / 20, a);
            if (const auto request = claims.next(Clock::time))
                claims.hear(etcd.store.apply("b", *request, Clock::time).value(), Clock::time);
        }
    };
    run(second);
    BOOST_TEST(claims.owner_of(block) == "a");
    BOOST_TEST(!claims.may_lease(block, Clock::time));
    // the owner dies: its block is had, and not before it has waited
    etcd.cut.insert("a");
    const std::int64_t died = Clock::time;
    while (!claims.may_lease(block, Clock::time) && Clock::time < died + 100 * second) run(second / 20);
    BOOST_TEST(claims.may_lease(block, Clock::time));
    BOOST_TEST(!a.pool->is_valid(lease));
    BOOST_TEST(Clock::time - died >= host_terms().quarantine());
    BOOST_TEST(claims.owner_of(block).empty());
}

BOOST_AUTO_TEST_SUITE_END()

// --- with a file ---

struct HostsWithFiles : Hosts {
    test::Folder folder;
    SqliteStore<V4> file(const char* name, const char* host) {
        return SqliteStore<V4>::open(folder.file(name), test::named(host)).value();
    }
    SqliteStore<V4> file(const char* host) { return file(host, host); }
    Host<SqliteStore<V4>> started(const char* name) { return {etcd, name, file(name)}; }
    static std::vector<std::pair<CidrRange<V4>, bool>> ranges(SqliteStore<V4>& store) {
        std::vector<std::pair<CidrRange<V4>, bool>> made;
        static_cast<void>(store.scan_ranges([&](const StoredRange<V4>& range) {
            made.emplace_back(range.cidr, range.draining);
        }));
        return made;
    }
    /// What host a keeps, which then ends: the address and the generation.
    std::pair<IpAddress<V4>, std::uint64_t> kept_before_the_end() {
        auto a = started("a");
        pass(second, a);
        const auto kept = a.pool->keep(a.take("kept").value()).value();
        return {kept.address(), kept.generation()};
    }
};
BOOST_FIXTURE_TEST_SUITE(hosts_with_files, HostsWithFiles)

BOOST_AUTO_TEST_CASE(have_their_leases_after_a_restart_once_the_block_is_theirs_again) {
    const auto [ip, generation] = kept_before_the_end();
    Clock::time += 5 * second;  // its earlier session still lives
    auto a = started("a");
    BOOST_TEST(fails_with(a.pool->claim(ip, generation), store_errc::fenced));
    pass(20 * second, a);
    const auto claimed = a.pool->claim(ip, generation);
    BOOST_TEST(succeeds(claimed));
    BOOST_TEST(a.pool->is_valid(claimed.value()));
    BOOST_TEST(a.take().value().address() != ip);
    BOOST_TEST(fails_with(a.pool->claim(ip, generation + 100), errc::stale_binding));
}
BOOST_AUTO_TEST_CASE(whose_block_another_host_took_meanwhile_have_no_lease_of_it) {
    const auto [ip, generation] = kept_before_the_end();
    auto with = settings("b");
    with.blocks = 4;
    Host b{etcd, "b", with};
    pass(60 * second, b);
    BOOST_TEST(b.blocks() == 4U);
    auto a = started("a");
    pass(20 * second, a, b);
    BOOST_TEST(fails_with(a.pool->claim(ip, generation), store_errc::busy));  // no call waits here
    pass(second, a, b);
    BOOST_TEST(fails_with(a.pool->claim(ip, generation), errc::stale_binding));
    BOOST_TEST(a.pool->owner_of(ip) == "b");
    BOOST_TEST(fails_with(a.pool->allocate_specific(ip, "red", "r", {}), store_errc::leased_elsewhere));
    BOOST_TEST(a.pool->pool().stats().in_use.low() == 0U);
    BOOST_TEST(a.told->count(EventKind::lost) == 1U);
}
BOOST_AUTO_TEST_CASE(have_the_address_of_a_name_again_after_a_restart_with_several_blocks) {
    auto with = settings("a");
    with.blocks = 3;
    std::vector<IpAddress<V4>> before;
    const std::vector<std::string> names{"one", "two", "three", "four", "five", "six", "seven", "eight"};
    {
        Host<SqliteStore<V4>> a{etcd, "a", with, file("a")};
        pass(5 * second, a);
        for (const std::string& name : names) {
            const auto lease = a.pool->allocate_sticky("red", name, {}).value();
            before.push_back(lease.address());
            static_cast<void>(a.pool->keep(a.pool->allocate_sticky("red", name, {}).value()).value());
        }
    }
    Host<SqliteStore<V4>> a{etcd, "a", with, file("a")};
    std::vector<std::optional<Lease<V4>>> after(names.size());
    for (int i = 0; i < 600; ++i) {
        pass(second / 20, a);
        for (std::size_t at = 0; at < names.size(); ++at) {
            if (after[at]) continue;
            auto lease = a.pool->allocate_sticky("red", names[at], {});
            if (lease) after[at] = std::move(lease.value());
            if (!lease) BOOST_TEST((lease.error() == store_errc::fenced || lease.error() == store_errc::busy));
        }
    }
    for (std::size_t at = 0; at < names.size(); ++at) {
        BOOST_REQUIRE(after[at].has_value());
        BOOST_TEST(after[at]->address() == before[at], names[at]);
    }
}
BOOST_AUTO_TEST_CASE(have_another_address_for_a_name_whose_block_another_host_has) {
    auto a = std::make_unique<Host<SqliteStore<V4>>>(started("a"));
    pass(second, *a);
    const auto kept = a->pool->keep(a->pool->allocate_sticky("red", "r", {}).value()).value().address();
    a.reset();
    auto with = settings("b");
    with.blocks = 3;
    Host b{etcd, "b", with};
    pass(60 * second, b);
    while (b.pool->allocate_specific(kept, "blue", "r", {}).has_error()) pass(second, b);
    a = std::make_unique<Host<SqliteStore<V4>>>(started("a"));
    result<Lease<V4>> again = store_errc::busy;
    for (int i = 0; i < 1200 && !again; ++i) {
        pass(second / 20, *a, b);
        again = a->pool->allocate_sticky("red", "r", {});
    }
    BOOST_TEST(succeeds(again));
    BOOST_TEST(again.value().address() != kept);
}
BOOST_AUTO_TEST_CASE(open_no_file_of_another_pool_and_leave_it_as_it_is) {
    {
        auto pool = test::Pool::open(file("a")).value();
        BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
        BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.4/30")));  // which is a block
        BOOST_TEST(succeeds(pool.keep(pool.allocate("red", "r", {}).value())));
    }
    std::optional store{file("a")};
    const auto had = ranges(*store);
    BOOST_TEST(had.size() == 2U);
    const auto refused = PoolOf<SqliteStore<V4>>::open(std::move(*store), Client{etcd, "a"}, settings("a"));
    BOOST_TEST(fails_with(refused, store_errc::other_terms));
    store.reset();
    auto after = file("a");
    BOOST_TEST((ranges(after) == had));
}
BOOST_AUTO_TEST_CASE(open_no_file_of_another_pool_whose_ranges_drain) {
    const auto [ip, generation] = kept_before_the_end();
    etcd.cut.insert("a");
    { const auto a = started("a"); }  // has claimed nothing yet
    auto store = file("a");
    const auto had = ranges(store);
    BOOST_TEST(had.size() == 1U);
    BOOST_TEST(had.at(0).second);
    const auto opens = [&](auto change) {
        auto with = settings("a");
        change(with);
        return PoolOf<SqliteStore<V4>>::open(std::move(store), Client{etcd, "a"}, with);
    };
    BOOST_TEST(fails_with(opens([](auto& with) { with.range = "10.0.1.0/28"_cidr4; }), store_errc::other_terms));
    BOOST_TEST((ranges(store) == had));
    BOOST_TEST(fails_with(opens([](auto& with) { with.block_length = 29; }), store_errc::other_terms));
    BOOST_TEST((ranges(store) == had));
    etcd.cut.clear();
    Host a{etcd, "a", std::move(store)};
    pass(20 * second, a);
    BOOST_TEST(succeeds(a.pool->claim(ip, generation)));
}
BOOST_AUTO_TEST_CASE(whose_lease_of_a_name_cannot_be_given_back_want_a_further_block_for_it) {
    auto& disk = test::FaultyDisk::instance();
    auto a = started("a");
    pass(second, a);
    auto lease = a.pool->allocate_sticky("red", "sticky", {}).value();
    std::vector<Lease<V4>> others;
    const auto stats = [&] { return a.pool->pool().stats(); };
    while (stats().free != Uint128{}) others.push_back(a.take().value());
    disk.set(test::FaultyDisk::Fault::full, 1);
    std::move(lease).release();
    BOOST_TEST(fails_with(a.pool->allocate_sticky("red", "sticky", {}), errc::pool_exhausted));
    disk.repair();
    BOOST_TEST(a.blocks() == 1U);
    pass(second, a);
    BOOST_TEST(a.blocks() == 2U);
}
BOOST_AUTO_TEST_CASE(whose_lease_of_a_name_cannot_be_given_back_while_all_else_rests_want_a_further_block_for_it) {
    auto& disk = test::FaultyDisk::instance();
    auto a = started("a");
    BOOST_TEST(succeeds(a.pool->set_quarantine(std::chrono::hours{1})));
    pass(second, a);
    auto lease = a.pool->allocate_sticky("red", "sticky", {}).value();
    {
        std::vector<Lease<V4>> others;
        while (a.pool->pool().stats().free != Uint128{}) others.push_back(a.take().value());
    }
    disk.set(test::FaultyDisk::Fault::full, 1);
    std::move(lease).release();
    BOOST_TEST(fails_with(a.pool->allocate_sticky("red", "sticky", {}), errc::pool_cooling));
    disk.repair();
    BOOST_TEST(a.blocks() == 1U);
    pass(second, a);
    BOOST_TEST(a.blocks() == 2U);
}
BOOST_AUTO_TEST_CASE(have_no_lease_again_by_a_restart_that_was_void) {
    const auto [kept, its_generation] = kept_before_the_end();
    auto a = started("a");
    pass(20 * second, a);
    const auto lease = a.take().value();
    const IpAddress<V4> ip = lease.address();
    another_host_has_all(a);
    const auto another = leased(a, beside(ip));
    BOOST_TEST(succeeds(another));  // the block is had again
    BOOST_TEST(!a.pool->is_valid(lease));
    std::filesystem::copy_file(folder.file("a"), folder.file("copied"));  // as the end of the process leaves it
    std::filesystem::copy_file(folder.file("a-wal"), folder.file("copied-wal"));
    Host<SqliteStore<V4>> after{etcd, "a", file("copied", "a")};
    pass(30 * second, after);
    BOOST_TEST(succeeds(after.pool->claim(another.value().address(), another.value().generation())));
    BOOST_TEST(fails_with(after.pool->claim(ip, lease.generation()), errc::stale_binding));
    BOOST_TEST(fails_with(after.pool->claim(kept, its_generation), errc::stale_binding));
}
BOOST_AUTO_TEST_CASE(have_their_leases_of_the_blocks_that_no_other_host_took) {
    auto a = started("a");
    pass(second, a);
    const auto named = a.pool->allocate_sticky("red", "sticky", {}).value();
    std::vector<Lease<V4>> leases;
    for (const auto ip : of_each_block) {
        auto lease = leased(a, ip != named.address() ? ip : beside(ip));
        if (lease) leases.push_back(std::move(lease.value()));
    }
    BOOST_REQUIRE(leases.size() == 4U);
    const auto next = leases.begin() + (named.address().to_uint() % 16 / 4 + 1) % 4;  // a block without the name
    auto goes = std::move(*next);
    leases.erase(next);
    const auto kept = a.pool->keep(std::move(leases[0])).value();
    etcd.cut.insert("a");
    Host b{etcd, "b"};
    result<Lease<V4>> taken = store_errc::busy;
    for (int i = 0; i < 1200 && !taken; ++i) {
        pass(second / 20, a, b);
        taken = b.pool->allocate_specific(goes.address(), "blue", "r", {});
    }
    BOOST_TEST(succeeds(taken));
    etcd.cut.clear();
    pass(30 * second, a, b);
    BOOST_TEST(a.told->count(EventKind::lost) == 1U);
    BOOST_TEST(!a.pool->is_valid(goes));
    BOOST_TEST(fails_with(a.pool->keep(std::move(goes)), errc::stale_binding));  // the file has it no more
    BOOST_TEST(a.pool->allocate_sticky("red", "sticky", {}).value().address() == named.address());
    BOOST_TEST(succeeds(a.pool->release(kept)));
    for (std::size_t at = 1; at < leases.size(); ++at) {
        BOOST_TEST(a.pool->is_valid(leases[at]));
        BOOST_TEST(succeeds(a.pool->keep(std::move(leases[at]))));
    }
}
BOOST_AUTO_TEST_CASE(claim_nothing_before_the_file_says_which_leases_are_void) {
    auto& disk = test::FaultyDisk::instance();
    auto with = settings("a");
    with.blocks = 4;
    Host<SqliteStore<V4>> a{etcd, "a", with, file("a")};
    while (a.blocks() == 0U) pass(second / 20, a);
    const auto lease = a.take().value();
    disk.set(test::FaultyDisk::Fault::full, 1);
    another_host_has_all(a);
    BOOST_TEST(etcd.store.records().empty());
    BOOST_TEST(fails_with(a.take(), store_errc::fenced));
    disk.repair();
    pass(5 * second, a);
    BOOST_TEST(etcd.store.records().size() == 4U);
    BOOST_TEST(!a.pool->is_valid(lease));
    BOOST_TEST(succeeds(a.take()));
}
BOOST_AUTO_TEST_CASE(whose_file_cannot_be_written_say_so_and_try_again) {
    auto& disk = test::FaultyDisk::instance();
    auto a = started("a");
    disk.set(test::FaultyDisk::Fault::full, 1);
    pass(2 * second, a);
    BOOST_TEST(a.told->count(EventKind::failed) > 0U);
    BOOST_TEST(a.blocks() == 0U);
    BOOST_TEST(a.take().has_error());
    disk.repair();
    pass(second, a);
    BOOST_TEST(a.blocks() == 1U);
    BOOST_TEST(succeeds(a.take()));
    // out of touch, and what is lost cannot be written: nothing is leased until it can be
    const auto lease = a.take().value();
    etcd.cut.insert("a");
    pass(30 * second, a);
    disk.set(test::FaultyDisk::Fault::full, 1);
    etcd.cut.clear();
    pass(30 * second, a);
    BOOST_TEST(fails_with(a.take(), store_errc::fenced));
    disk.repair();
    pass(30 * second, a);
    BOOST_TEST(succeeds(a.take()));
    BOOST_TEST(a.pool->is_valid(lease));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
