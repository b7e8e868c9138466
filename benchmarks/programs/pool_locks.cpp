// SPDX-License-Identifier: BSL-1.0
// `LEASES RANGES TENANTS`: fills a pool and prints for each call its name, how often it took the lock, and its longest
// section under the lock: in nanoseconds of its thread; in steps, if it was compiled with -DESTATE_STEPS and
// -finstrument-functions. A step is a function that is called under the lock; without optimisation every turn of a loop
// there calls one.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

/// Of one thread: measures each section. One that others are inside of, as that of allocate_many(), is left out.
class MeasuredLock {
public:
    [[gnu::no_instrument_function]] void lock() noexcept {
        if (inner_ != nullptr) inner_->is_outer_ = true;
        outer_ = inner_;
        inner_ = this;
        is_outer_ = false;
        begin_ = now();
    }
    [[gnu::no_instrument_function]] void unlock() noexcept {
        const long long took = now() - begin_;
        inner_ = outer_;
        if (is_outer_) return;
        ++sections;
        if (took > longest) longest = took;
    }
    static inline long long steps = 0;
    static inline long long longest = 0;
    static inline long sections = 0;

private:
    [[gnu::no_instrument_function]] static long long now() noexcept {
#if defined(ESTATE_STEPS)
        return steps;
#else
        ::timespec time{};  // of this thread: what others run meanwhile is none of the section
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
#endif
    }
    long long begin_ = 0;
    bool is_outer_ = false;
    MeasuredLock* outer_ = nullptr;
    static inline MeasuredLock* inner_ = nullptr;
};

}  // namespace

extern "C" [[gnu::no_instrument_function]] void __cyg_profile_func_enter(void*, void*) { ++MeasuredLock::steps; }
extern "C" [[gnu::no_instrument_function]] void __cyg_profile_func_exit(void*, void*) {}

#define ESTATE_POOL_LOCK ::MeasuredLock
#include <estate/net/literals.hpp>
#include <estate/pool/ip_pool.hpp>
#include <string>

namespace {

using namespace estate;
using namespace estate::literals;

struct Time {
    using time_point = std::chrono::steady_clock::time_point;
    static time_point now() noexcept { return time; }
    static inline time_point time{std::chrono::hours{1}};
};
using Pool = IpPool<V4, NextFit, Time>;

template <class Call>
void measure(const char* name, Call call) {
    MeasuredLock::longest = 0;
    MeasuredLock::sections = 0;
    call();
    std::printf("%s\t%ld\t%lld\n", name, MeasuredLock::sections, MeasuredLock::longest);
}
template <class Result>
auto must(Result&& outcome) {
    if (!outcome) {
        std::fprintf(stderr, "%s\n", Error(outcome.assume_error()).message());
        std::abort();
    }
    if constexpr (!std::is_void_v<typename std::decay_t<Result>::value_type>) return std::move(outcome).assume_value();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const auto leases = static_cast<std::size_t>(std::atol(argv[1]));
    const auto ranges = static_cast<std::uint32_t>(std::atol(argv[2]));
    const auto tenants = static_cast<std::size_t>(std::atol(argv[3]));
    const auto name = [](std::size_t i) { return "tenant-" + std::to_string(i); };
    constexpr auto large = "128.0.0.0/4"_cidr4;  // 2^28 addresses
    constexpr auto wide = "128.0.0.0/3"_cidr4;
    using std::chrono::seconds;

    Pool pool;
    std::vector<Lease<V4>> held;
    held.reserve(leases);
    measure("add_cidr_range", [&] {
        for (std::uint32_t i = 0; i < ranges; ++i)
            must(pool.add_cidr_range(CidrRange<V4>::masked(Ipv4Address{0x0A000000U + (i << 7)}, 25).value()));
    });
    measure("allocate", [&] {
        while (held.size() < leases) held.push_back(must(pool.allocate(name(held.size() % tenants), "web", {})));
    });
    std::vector<Lease<V4>> many;
    measure("allocate_many", [&] { many = must(pool.allocate_many(leases / 10, "many", "web", {})); });
    measure("release_many", [&] { pool.release_many(std::move(many)); });
    measure("allocate_sticky", [&] {
        for (std::size_t i = 0; i < tenants / 10; ++i) many.push_back(must(pool.allocate_sticky(name(i), "db", {})));
    });
    measure("release", [&] { many.clear(); });
    const Ipv4Address last = held.back().address();
    held.pop_back();
    measure("allocate_specific", [&] { held.push_back(must(pool.allocate_specific(last, "one", "web", {}))); });
    const auto cidr = CidrRange<V4>::masked(last, 25).value();
    held.pop_back();
    measure("allocate_from", [&] { held.push_back(must(pool.allocate_from(cidr, "one", "web", {}))); });
    measure("get_binding", [&] { (void)must(pool.get_binding(held[0].address())); });
    measure("list_by_tenant", [&] { (void)pool.list_by_tenant("tenant-0"); });
    measure("for_each_binding", [&] { pool.for_each_binding([](const auto&) {}); });
    measure("for_each_tenant", [&] { pool.for_each_tenant([](std::string_view, const TenantStats&) {}); });
    measure("for_each_range", [&] { pool.for_each_range([](const auto&) {}); });
    measure("stats", [&] { (void)pool.stats(); });
    measure("stats_of", [&] { (void)must(pool.stats_of("10.0.0.0/25"_cidr4)); });
    measure("set_quota", [&] { must(pool.set_quota("tenant-0", 1000)); });
    measure("keep, expire", [&] {
        for (std::size_t i = 0; i < leases / 10; ++i) {
            (void)must(pool.keep(std::move(held.back()), seconds{1}));
            held.pop_back();
        }
        Time::time += seconds{2};
        if (pool.expire() != leases / 10) std::abort();
    });
    must(pool.add_cidr_range(large));
    measure("exclude, a /4", [&] { must(pool.exclude(large)); });
    measure("unreserve, a /4", [&] { must(pool.unreserve(large)); });
    measure("reserve, a /4", [&] { must(pool.reserve(large)); });
    measure("for_each_held", [&] { pool.for_each_held(large, [](const auto&, const auto&) {}); });
    must(pool.unreserve(large));
    measure("set_gateway", [&] { must(pool.set_gateway("128.0.0.1"_ip4)); });
    measure("grow", [&] { must(pool.grow(large, wide)); });
    measure("set_quarantine, on", [&] { must(pool.set_quarantine(seconds{10})); });
    measure("release, with a quarantine", [&] {
        for (std::size_t i = 0; i < leases / 2; ++i) held.pop_back();
    });
    Time::time += seconds{11};
    measure("allocate, when it is over", [&] {
        for (int i = 0; i < 100; ++i) held.push_back(must(pool.allocate("one", "web", {})));
    });
    for (std::size_t i = 0; i < leases / 10; ++i) held.pop_back();
    measure("set_quarantine, off", [&] { must(pool.set_quarantine(seconds{0})); });
    measure("drain", [&] { must(pool.drain(wide)); });
    held.clear();
    many.clear();
    measure("remove_cidr_range", [&] {
        for (std::uint32_t i = 0; i < ranges; ++i)
            must(pool.remove_cidr_range(CidrRange<V4>::masked(Ipv4Address{0x0A000000U + (i << 7)}, 25).value()));
    });
    return 0;
}
