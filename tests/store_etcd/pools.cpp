// SPDX-License-Identifier: BSL-1.0
// The pools that <estate/store_etcd.hpp> opens, of both families, without a member that answers: what is refused at
// once, and what is said of a member that is not there.
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/store_etcd.hpp>

#include "support/check.hpp"

namespace {
using namespace estate;
using namespace estate::literals;
using test::fails_with;
using test::succeeds;

EtcdSettings nobody() {
    EtcdSettings settings;
    settings.endpoints = {"http://127.0.0.1:1"};
    settings.configure = [](CURL* curl) { curl_easy_setopt(curl, CURLOPT_NOPROXY, "*"); };
    return settings;
}
template <Family F>
HostSettings<F> settings_of(CidrRange<F> range, const HostObserver<F>& observer = {}) {
    HostSettings<F> settings;
    settings.range = range;
    settings.host = "here";
    settings.has_thread = false;
    settings.observer = observer;
    return settings;
}
struct Failures {
    int count = 0;
    Error last = errc::invalid_argument;
    template <Family F>
    static void hear(void* self, const HostEvent<F>& event) noexcept {
        if (event.kind != HostEvent<F>::Kind::failed) return;
        ++static_cast<Failures*>(self)->count;
        static_cast<Failures*>(self)->last = event.reason;
    }
};
template <Family F>
void says_that_nobody_answers(CidrRange<F> range) {
    Failures failures;
    auto pool = open_etcd_pool<F>(nobody(), settings_of<F>(range, {&Failures::hear<F>, &failures}));
    BOOST_REQUIRE(succeeds(pool));
    static_assert(std::is_same_v<std::remove_reference_t<decltype(pool.value())>, VolatileEtcdPool<F>>);
    pool.value().step();
    BOOST_TEST(failures.count == 1);
    BOOST_TEST((failures.last == store_errc::failed));
    BOOST_TEST(fails_with(pool.value().allocate("red", "r", {}), store_errc::fenced));
    BOOST_TEST(fails_with(pool.value().allocate_sticky("red", "r", {}), store_errc::fenced));
    BOOST_TEST(fails_with(pool.value().allocate_specific(range.first(), "red", "r", {}), errc::address_held));
    BOOST_TEST(pool.value().time_left().count() == 0);
}

BOOST_AUTO_TEST_SUITE(etcd_pools)

BOOST_AUTO_TEST_CASE(of_ipv4_say_that_nobody_answers) { says_that_nobody_answers("10.0.0.0/20"_cidr4); }
BOOST_AUTO_TEST_CASE(of_ipv6_say_that_nobody_answers) { says_that_nobody_answers("2001:db8::/112"_cidr6); }
BOOST_AUTO_TEST_CASE(that_cannot_ask_are_not_opened) {
    auto etcd = nobody();
    etcd.pool = "a/b";
    BOOST_TEST(fails_with(open_etcd_pool<V4>(etcd, settings_of("10.0.0.0/20"_cidr4)), errc::invalid_argument));
    BOOST_TEST(fails_with(open_etcd_pool<V4>("/nowhere/x", etcd, settings_of("10.0.0.0/20"_cidr4)),
                          errc::invalid_argument));
    BOOST_TEST(fails_with(open_etcd_pool<V4>("/nowhere/x", nobody(), settings_of("10.0.0.0/20"_cidr4)),
                          store_errc::cannot_open));
    auto hasty = nobody();
    hasty.patience_ms = 0;
    BOOST_TEST(fails_with(open_etcd_pool<V4>(hasty, settings_of("10.0.0.0/20"_cidr4)), errc::invalid_argument));
    auto halves = settings_of("10.0.0.0/20"_cidr4);
    halves.terms.time_to_live = 1'500'000'000;
    BOOST_TEST(fails_with(open_etcd_pool<V4>(nobody(), halves), errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
