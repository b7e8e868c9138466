// SPDX-License-Identifier: BSL-1.0
// Every request for memory of an import fails once: it answers ENOMEM, and the pool is as empty as before.
#include <boost/test/unit_test.hpp>
#include <estate/pool_json.hpp>

#include "support/check.hpp"
#include "support/failing_memory.hpp"

#if !ESTATE_TEST_FAILS_MEMORY

BOOST_AUTO_TEST_CASE(short_memory) { estate::test::print_skipped(estate::test::why_memory_never_fails); }

#else

namespace {
using namespace estate;
using test::requests_until_failure;

/// How many requests the import makes until it ends as it does with memory enough.
int every_request_fails_once(const nlohmann::json& document, const result<void>& end) {
    std::string where;
    for (int n = 0;; ++n) {
        IpPool<V4> pool;
        requests_until_failure = n;
        const auto made = import_json(pool, document, &where);
        const bool happened = requests_until_failure < 0;
        requests_until_failure = -1;
        if (!happened) {
            BOOST_TEST((made.has_value() == end.has_value() && (made || made.error() == end.error())));
            return n;
        }
        BOOST_TEST(test::fails_with(made, std::errc::not_enough_memory));
        BOOST_TEST((pool.stats() == PoolStats{}));
        pool.for_each_tenant([](auto, const auto&) { BOOST_ERROR("a tenant is left"); });
    }
}

BOOST_AUTO_TEST_CASE(an_import_that_runs_out_of_memory_leaves_the_pool_empty) {
    IpPool<V4> pool{"short"};
    BOOST_TEST(test::succeeds(pool.add_cidr_range("192.0.2.0/24")));
    BOOST_TEST(test::succeeds(pool.add_cidr_range("198.51.100.0/24")));
    BOOST_TEST(test::succeeds(pool.exclude(CidrRange<V4>::parse("192.0.2.128/25").value())));
    BOOST_TEST(test::succeeds(pool.set_quota("a tenant that has a name too long to be stored inside a string", 3)));
    BOOST_TEST(test::succeeds(pool.set_quarantine(std::chrono::seconds{1})));
    const auto lease = pool.allocate("red", "web", ResourceType::vm()).value();
    nlohmann::json document = export_json(pool).value();
    BOOST_TEST(every_request_fails_once(document, success()) > 10);
    document["leases"].push_back(document["leases"][0]);
    BOOST_TEST(every_request_fails_once(document, errc::address_leased) > 10);
}

BOOST_AUTO_TEST_CASE(an_import_of_a_range_that_grew_leaves_the_pool_empty_where_memory_is_short) {
    IpPool<V4> pool{"short"};
    BOOST_TEST(test::succeeds(pool.add_cidr_range("192.0.2.0/31")));
    const auto lease = pool.allocate_specific(Ipv4Address{0xC0000200}, "red", "web", {}).value();
    BOOST_TEST(test::succeeds(pool.grow("192.0.2.0/31", "192.0.2.0/29")));
    const nlohmann::json document = export_json(pool).value();
    BOOST_TEST(document["ranges"][0]["edges"].size() == 1U);
    BOOST_TEST(every_request_fails_once(document, success()) > 10);
}

BOOST_AUTO_TEST_CASE(text_that_memory_is_too_short_to_read_is_no_pool) {
    IpPool<V4> pool;
    requests_until_failure = 0;
    const auto made = import_json(pool, std::string_view("{}"));
    requests_until_failure = -1;
    BOOST_TEST(test::fails_with(made, std::errc::not_enough_memory));
    BOOST_TEST((pool.stats() == PoolStats{}));
}

BOOST_AUTO_TEST_CASE(an_export_that_runs_out_of_memory_throws_and_ends_nothing) {
    IpPool<V4> pool{"short"};
    BOOST_TEST(test::succeeds(pool.add_cidr_range("192.0.2.0/24")));
    BOOST_TEST(test::succeeds(pool.exclude(CidrRange<V4>::parse("192.0.2.128/25").value())));
    BOOST_TEST(test::succeeds(pool.set_quota("a tenant that has a name too long to be stored inside a string", 3)));
    BOOST_TEST(test::succeeds(pool.set_quota("\xFF", 3)));
    const auto one = pool.allocate("a tenant with a name that is long", "web", ResourceType::vm()).value();
    const auto other = pool.allocate("red", "a resource with a name that is long", ResourceType::vm()).value();
    const nlohmann::json whole = export_json(pool).value();
    for (int n = 0;; ++n) {
        bool is_whole = false;
        requests_until_failure = n;
        try {
            const auto made = export_json(pool);
            requests_until_failure = -1;
            is_whole = made.value() == whole;
        } catch (const std::bad_alloc&) {
            requests_until_failure = -1;
            continue;
        }
        BOOST_TEST(is_whole);
        BOOST_TEST(n > 10);
        return;
    }
}
}  // namespace

#endif
