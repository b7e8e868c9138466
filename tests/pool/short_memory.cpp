// SPDX-License-Identifier: BSL-1.0
// Every request for memory of a pool fails once: it answers ENOMEM, stays as it was, and works again afterwards.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <estate/net/literals.hpp>
#include <estate/pool/ip_pool.hpp>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "support/check.hpp"
#include "support/sanitizers.hpp"

#if ESTATE_TEST_ASAN || ESTATE_TEST_TSAN || !defined(__GLIBC__)

BOOST_AUTO_TEST_CASE(short_memory) {
    estate::test::print_skipped("a sanitizer, or a C library that is not glibc, has the allocator for itself");
}

#else

namespace {
thread_local int requests_until_failure = -1;  // counts down; negative for never

bool fails_now() { return requests_until_failure >= 0 && requests_until_failure-- == 0; }

/// While one lives, the n-th request for memory of this thread fails.
struct ShortMemory {
    explicit ShortMemory(int n) { requests_until_failure = n; }
    ~ShortMemory() { requests_until_failure = -1; }
    bool happened() const { return requests_until_failure < 0; }
};
}  // namespace

// The nothrow forms call this one.
[[gnu::noinline]] void* operator new(std::size_t size) {
    if (!fails_now()) {
        if (void* const got = std::malloc(size)) return got;
    }
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

extern "C" void* __libc_calloc(std::size_t count, std::size_t size);
extern "C" void* calloc(std::size_t count, std::size_t size) {
    return fails_now() ? nullptr : __libc_calloc(count, size);
}

namespace {
using namespace estate;
using test::fails_with;
using test::succeeds;

/// How many requests `act` makes; each is refused once, on a pool made and prepared anew.
template <class F>
int every_request_fails_once(auto&& prepare, auto&& act) {
    for (int n = 0;; ++n) {
        IpPool<F> pool{"short"};
        std::vector<Lease<F>> leases;
        prepare(pool, leases);
        const auto before = pool.stats();
        {
            const ShortMemory memory{n};
            const auto answer = act(pool, leases);
            const bool happened = memory.happened();
            requests_until_failure = -1;
            if (!happened) {
                BOOST_TEST(succeeds(answer));
                return n;
            }
            BOOST_TEST(fails_with(answer, std::errc::not_enough_memory));
        }
        BOOST_TEST((pool.stats() == before));
        BOOST_TEST(succeeds(act(pool, leases)));
    }
}

BOOST_AUTO_TEST_SUITE(short_memory)

BOOST_AUTO_TEST_CASE(a_range_is_added_whole_or_not_at_all) {
    const auto nothing = [](auto&, auto&) {};
    const auto add = [](const char* text) { return [text](auto& pool, auto&) { return pool.add_cidr_range(text); }; };
    BOOST_TEST(every_request_fails_once<V4>(nothing, add("192.0.2.0/24")) >= 4);
    BOOST_TEST(every_request_fails_once<V4>(nothing, add("10.0.0.0/8")) >= 3);
    BOOST_TEST(every_request_fails_once<V6>(nothing, add("2001:db8::/64")) >= 2);
}

BOOST_AUTO_TEST_CASE(a_refused_lease_takes_no_address_and_leaves_no_tenant) {
    const auto take = [](auto& pool, auto&) { return pool.allocate("tenant", "resource", {}); };
    const auto add = [](const char* text) {
        return [text](auto& pool, auto&) { BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range(text))); };
    };
    BOOST_TEST(every_request_fails_once<V4>(add("192.0.2.0/24"), take) == 2);  // buckets and the tenant
    BOOST_TEST(every_request_fails_once<V4>(add("10.0.0.0/8"), take) == 3);    // and a page
    BOOST_TEST(every_request_fails_once<V6>(add("2001:db8::/64"), take) == 5); // and the tables of a sparse range
    const auto wanted = [](auto& pool, auto&) { return pool.allocate_specific("2001:db8::7"_ip6, "tenant", "r", {}); };
    BOOST_TEST(every_request_fails_once<V6>(add("2001:db8::/64"), wanted) == 5);
}

BOOST_AUTO_TEST_CASE(a_refused_sticky_lease_or_quota_leaves_nothing_behind) {
    const auto add = [](auto& pool, auto&) { BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/24"))); };
    const auto sticky = [](auto& pool, auto&) { return pool.allocate_sticky("tenant", "resource", {}); };
    BOOST_TEST(every_request_fails_once<V4>(add, sticky) == 3);  // its table, then as any lease
    const auto quota = [](auto& pool, auto&) { return pool.set_quota("tenant", 3); };
    BOOST_TEST(every_request_fails_once<V4>(add, quota) == 2);
}

BOOST_AUTO_TEST_CASE(sticky_leases_go_on_without_a_larger_table) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 64; ++i) leases.push_back(pool.allocate_sticky("red", std::to_string(i), {}).value());
    const ShortMemory memory{0};
    const auto one = pool.allocate_sticky("red", "one more", {});
    const auto again = pool.allocate_sticky("red", "one more", {});
    requests_until_failure = -1;
    BOOST_TEST_REQUIRE(succeeds(one));
    BOOST_TEST((one.assume_value().address() == again.assume_value().address()));
}

BOOST_AUTO_TEST_CASE(a_tenant_that_was_known_needs_no_memory) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    BOOST_TEST(succeeds(pool.allocate("red", "resource", {})));
    {
        const ShortMemory memory{0};
        const auto lease = pool.allocate("blue", "resource", {});  // the record of a tenant that left
        requests_until_failure = -1;
        BOOST_TEST(succeeds(lease));
    }
}

BOOST_AUTO_TEST_CASE(tenants_go_on_without_a_larger_table) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 16; ++i) leases.push_back(pool.allocate("tenant-" + std::to_string(i), "r", {}).value());
    const std::string name = "one more";
    const ShortMemory memory{0};
    const auto lease = pool.allocate(name, "r", {});
    requests_until_failure = -1;
    BOOST_TEST(succeeds(lease));
    BOOST_TEST(pool.leases_of(name) == 1U);
    for (int i = 0; i < 16; ++i) BOOST_TEST(pool.leases_of("tenant-" + std::to_string(i)) == 1U);
}

BOOST_AUTO_TEST_CASE(a_growing_sparse_range_uses_what_rests_when_memory_is_short) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    std::vector<Lease<V6>> leases;
    for (int i = 0; i < 256; ++i) leases.push_back(pool.allocate("tenant", "r", {}).value());
    {
        const ShortMemory memory{0};
        const auto refused = pool.allocate("tenant", "r", {});
        requests_until_failure = -1;
        BOOST_TEST(fails_with(refused, std::errc::not_enough_memory));
    }
    const auto given_back = leases[100].address();
    std::move(leases[100]).release();
    const ShortMemory memory{0};
    const auto other = pool.allocate("tenant", "r", {});  // in the memory of the one that was given back
    requests_until_failure = -1;
    BOOST_TEST_REQUIRE(succeeds(other));
    BOOST_TEST((other.assume_value().address() != given_back));
}

BOOST_AUTO_TEST_CASE(a_crowded_sparse_range_uses_what_rests_when_memory_is_short) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    BOOST_TEST(succeeds(pool.exclude("2001:db8::/64"_cidr6)));
    BOOST_TEST(succeeds(pool.unreserve("2001:db8::1:0/119"_cidr6)));  // 512 are open
    std::vector<Lease<V6>> leases;
    for (int i = 0; i < 256; ++i) leases.push_back(pool.allocate("tenant", "r", {}).value());
    leases.push_back(pool.allocate("tenant", "r", {}).value());
    for (int i = 257; i < 512; ++i) leases.push_back(pool.allocate("tenant", "r", {}).value());
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
    const auto resting = leases[100].address();
    std::move(leases[100]).release();
    const ShortMemory memory{0};
    const auto reused = pool.allocate("tenant", "r", {});
    requests_until_failure = -1;
    BOOST_TEST_REQUIRE(succeeds(reused));
    BOOST_TEST((reused.assume_value().address() == resting));
}

BOOST_AUTO_TEST_CASE(a_sparse_range_survives_every_refusal_while_it_grows) {
    for (int n = 0; n < 12; ++n) {
        IpPool<V6> pool;
        BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
        std::vector<Lease<V6>> leases;
        leases.reserve(700);
        int refused = 0;
        const ShortMemory memory{n};
        for (int i = 0; i < 600; ++i) {
            auto lease = pool.allocate("tenant", "r", {});
            lease ? leases.push_back(std::move(lease).assume_value()) : void(++refused);
        }
        requests_until_failure = -1;
        BOOST_TEST(refused <= 1);
        BOOST_TEST((pool.stats().in_use == Uint128{leases.size()}));
    }
}

BOOST_AUTO_TEST_CASE(holding_an_address_back_needs_memory_or_changes_nothing) {
    const auto prepare = [](auto& pool, auto&) {
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/24")));
        for (const std::uint32_t i : {2U, 4U, 6U, 8U}) BOOST_TEST_REQUIRE(succeeds(pool.reserve(Ipv4Address{0xC0000200 + i})));
    };
    BOOST_TEST(every_request_fails_once<V4>(prepare, [](auto& pool, auto&) { return pool.reserve("192.0.2.10"_ip4); }) == 1);
    BOOST_TEST(every_request_fails_once<V4>(prepare, [](auto& pool, auto&) { return pool.exclude("192.0.2.10"_ip4); }) == 1);
    BOOST_TEST(every_request_fails_once<V4>(prepare, [](auto& pool, auto&) { return pool.unreserve("192.0.2.4"_ip4); }) == 1);
}

BOOST_AUTO_TEST_CASE(a_pool_that_was_made_without_memory_refuses_everything) {
    requests_until_failure = 0;
    IpPool<V4> pool{"none"};
    BOOST_TEST(requests_until_failure < 0);
    const auto short_of = std::errc::not_enough_memory;
    BOOST_TEST(fails_with(pool.add_cidr_range("192.0.2.0/24"), short_of));
    BOOST_TEST(fails_with(pool.remove_cidr_range("192.0.2.0/24"), short_of));
    BOOST_TEST(fails_with(pool.reserve("192.0.2.1"_ip4), short_of));
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), short_of));
    BOOST_TEST(fails_with(pool.get_binding("192.0.2.1"_ip4), short_of));
    BOOST_TEST(pool.list_by_subinstance("tenant").empty());
    BOOST_TEST(pool.leases_of("tenant") == 0U);
    BOOST_TEST(!pool.contains("192.0.2.1"_ip4));
    BOOST_TEST((pool.stats() == PoolStats{}));
    pool.for_each_binding([](const auto&) { BOOST_ERROR("there is none"); });
    pool.for_each_binding("tenant", [](const auto&) { BOOST_ERROR("there is none"); });
    BOOST_TEST(pool.name() == "none");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace

#endif
