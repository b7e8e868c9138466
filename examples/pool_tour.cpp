// SPDX-License-Identifier: BSL-1.0
//
// What a pool does besides leasing: selections, quarantine, leases that it keeps for a time, ranges that grow and
// have a gateway, quotas, events. Time is a clock that the program sets.
//
//     pool_tour          prints what happened; exits 1 as soon as something is not as it should be

#include <chrono>
#include <cstdlib>
#include <estate/estate.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool.hpp>
#include <iostream>

namespace {

using namespace estate;
using namespace std::chrono_literals;

template <class... Parts>
void say(const Parts&... parts) {
    std::cout << "   ";
    (std::cout << ... << parts) << std::endl;
}

/// Says so and stops when what was promised did not come true.
void require(bool kept, const char* promise) {
    if (kept) return;
    std::cerr << "pool_tour: not so: " << promise << std::endl;
    std::exit(1);
}

//! [clock]
/// Any clock of <chrono> will do that does not go back; this one goes when it is told to.
struct ManualClock {
    using time_point = std::chrono::steady_clock::time_point;
    static time_point now() noexcept { return time; }
    static inline time_point time{};
};
//! [clock]

//! [leases]
result<void> leases_shares_and_bindings() {
    IpPool<V4> pool{"front"};
    BOOST_OUTCOME_TRY(pool.add_cidr_range("192.0.2.0/30"));
    BOOST_OUTCOME_TRY(auto lease, pool.allocate("red", "web-1", ResourceType::vm("vm1")));
    const auto ip = lease.address();
    const auto binding = lease.binding();  // a value: names the lease, keeps nothing
    {
        BOOST_OUTCOME_TRY(auto share, binding.share());  // a further user of the address
        std::move(lease).release();
        require(pool.get_binding(ip).has_value(), "one share is enough to keep the address");
    }
    require(pool.get_binding(ip).error() == errc::not_leased, "the last share gives it back");
    BOOST_OUTCOME_TRY(const auto next, pool.allocate_specific(ip, "blue", "web-2", ResourceType::pod()));
    require(binding.share().error() == errc::stale_binding, "an old binding never reaches the next owner");
    say(ip, ": red had generation ", binding.generation(), ", blue has ", next.generation());
    return success();
}
//! [leases]

//! [selections]
template <class Select>
result<void> lease_return_and_lease(const char* name) {
    IpPool<V4, Select> pool;
    BOOST_OUTCOME_TRY(pool.add_cidr_range("192.0.2.0/29"));  // .1 to .6
    BOOST_OUTCOME_TRY(auto first, pool.allocate("red", "web-1", ResourceType::vm()));
    const auto before = first.address();
    std::move(first).release();
    BOOST_OUTCOME_TRY(const auto again, pool.allocate("red", "web-1", ResourceType::vm()));
    say(name, ": ", before == again.address() ? "the same address" : "another one");
    return success();
}

result<void> selections() {
    BOOST_OUTCOME_TRY(lease_return_and_lease<NextFit>("NextFit"));
    BOOST_OUTCOME_TRY(lease_return_and_lease<LowestFirst>("LowestFirst"));
    BOOST_OUTCOME_TRY(lease_return_and_lease<StickyHash>("StickyHash"));
    BOOST_OUTCOME_TRY(lease_return_and_lease<LeastRecent>("LeastRecent"));
    return success();
}
//! [selections]

//! [quarantine]
result<void> quarantine() {
    IpPool<V4, LowestFirst, ManualClock> pool;
    BOOST_OUTCOME_TRY(pool.add_cidr_range("192.0.2.4/31"));  // .4 and .5
    BOOST_OUTCOME_TRY(pool.set_quarantine(30s));
    const auto lease_and_return = [&]() -> result<void> {
        BOOST_OUTCOME_TRY(auto lease, pool.allocate("red", "web", ResourceType::vm()));
        say("at ", (ManualClock::now().time_since_epoch() / 1s), " s: ", lease.address());
        return success();
    };
    BOOST_OUTCOME_TRY(lease_and_return());  // .4, free for anybody at 30 s
    ManualClock::time += 20s;
    BOOST_OUTCOME_TRY(lease_and_return());  // .5, at 50 s
    require(pool.allocate("red", "web", ResourceType::vm()).error() == errc::pool_cooling, "both are in quarantine");
    ManualClock::time += 30s;
    BOOST_OUTCOME_TRY(lease_and_return());  // .4 again
    return success();
}
//! [quarantine]

//! [keeping]
result<void> leases_that_the_pool_keeps() {
    IpPool<V4, NextFit, ManualClock> pool;
    BOOST_OUTCOME_TRY(pool.add_cidr_range("192.0.2.0/30"));
    BOOST_OUTCOME_TRY(auto lease, pool.allocate("red", "client-7", ResourceType::custom()));
    BOOST_OUTCOME_TRY(const auto binding, pool.keep(std::move(lease), 60s));  // the client holds the binding

    ManualClock::time += 50s;
    BOOST_OUTCOME_TRY(pool.renew(binding, 60s));  // it said that it is still there
    ManualClock::time += 50s;
    require(pool.expire() == 0, "a lease that was renewed goes on");
    ManualClock::time += 11s;
    require(pool.expire() == 1, "one that was not ends");
    require(pool.renew(binding, 60s).error() == errc::stale_binding, "and cannot be renewed");
    say("kept for 60 s, renewed once, gone after 111 s");
    return success();
}
//! [keeping]

//! [ranges]
result<void> ranges_that_change() {
    IpPool<V4> pool;
    BOOST_OUTCOME_TRY(pool.add_cidr_range("192.0.2.0/26"));
    BOOST_OUTCOME_TRY(pool.set_gateway("192.0.2.1"_ip4));
    BOOST_OUTCOME_TRY(pool.exclude("192.0.2.32/28"_cidr4));
    BOOST_OUTCOME_TRY(const auto lease, pool.allocate("red", "web", ResourceType::vm()));
    require(lease.address() == "192.0.2.2"_ip4, "the gateway is not leased");
    say("/26: ", pool.stats().capacity.low(), " usable, ", pool.stats().free.low(), " free");

    BOOST_OUTCOME_TRY(pool.grow("192.0.2.0/26", "192.0.2.0/25"));  // leases, gateway and what is held stay
    say("/25: ", pool.stats().capacity.low(), " usable, ", pool.stats().free.low(), " free");

    BOOST_OUTCOME_TRY(pool.add_cidr_range("198.51.100.0/25"));
    BOOST_OUTCOME_TRY(pool.drain("192.0.2.0/25"));  // leases nothing more, and goes with its last lease
    BOOST_OUTCOME_TRY(const auto next, pool.allocate("red", "web", ResourceType::vm()));
    require(pool.gateway_of(lease.address()) == "192.0.2.1"_ip4, "a range that drains still has its gateway");
    say("while the first range drains: ", next.address());
    return success();
}
//! [ranges]

//! [tenants]
result<void> tenants_with_quotas() {
    IpPool<V6> pool;
    BOOST_OUTCOME_TRY(pool.add_cidr_range("2001:db8::/64"));  // 2^64 - 1 addresses; memory for those that are leased
    BOOST_OUTCOME_TRY(pool.set_quota("red", 2));
    BOOST_OUTCOME_TRY(const auto two, pool.allocate_many(2, "red", "web", ResourceType::container()));
    require(pool.allocate("red", "web", ResourceType::container()).error() == errc::quota_exceeded, "two is all");
    BOOST_OUTCOME_TRY(const auto one, pool.allocate_sticky("blue", "db", ResourceType::vm()));
    BOOST_OUTCOME_TRY(const auto same, pool.allocate_sticky("blue", "db", ResourceType::vm()));
    require(one.address() == same.address(), "a resource that asks twice has one address");
    pool.for_each_tenant([](std::string_view name, const TenantStats& has) { say(name, " has ", has.in_use); });
    return success();
}
//! [tenants]

}  // namespace

int main() {
    struct Stop {
        const char* title;
        result<void> (*run)();
    };
    constexpr Stop stops[] = {
        {"1  Leases, shares, bindings", leases_shares_and_bindings},
        {"2  Selections", selections},
        {"3  Quarantine of 30 s", quarantine},
        {"4  Leases that the pool keeps", leases_that_the_pool_keeps},
        {"5  Ranges that change", ranges_that_change},
        {"6  Tenants and quotas", tenants_with_quotas},
    };
    for (const auto& [title, run] : stops) {
        std::cout << title << std::endl;
        if (const auto done = run(); !done) {
            std::cerr << "pool_tour: " << title << ": " << done.error().message() << std::endl;
            return 1;
        }
    }
}
