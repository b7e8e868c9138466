// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool_json.hpp>

#include "support/check.hpp"

namespace {
using namespace estate;
using nlohmann::json;
using test::fails_with;
using test::succeeds;
using namespace std::chrono_literals;

/// A document of a pool that has something of everything.
json full() {
    return json::parse(R"({
        "format": "estate pool", "version": 1, "family": "IPv4",
        "quarantine": {"least_ns": 30000000000, "when_cooling": "take_oldest"},
        "ranges": [
            {"cidr": "192.0.2.0/24", "usable": "hosts", "gateway": "192.0.2.1", "draining": false,
             "held": ["192.0.2.1/32", "192.0.2.64/26"]},
            {"cidr": "198.51.100.0/30", "usable": "all", "draining": true, "held": []}],
        "quotas": {"green": 0, "red": 1},
        "leases": [
            {"address": "192.0.2.70", "tenant": "red", "resource": "web-1", "kind": "vm", "label": "vm1",
             "generation": 1},
            {"address": "198.51.100.0", "tenant": "red", "resource": "web-2", "kind": "pod", "label": "",
             "generation": 2},
            {"address": "192.0.2.2", "tenant": "blau-grün", "resource": "a/b~c", "kind": "custom",
             "label": "x", "generation": 3}]
    })");
}
template <Family F>
bool is_empty(const IpPool<F>& pool) {
    bool empty = pool.stats() == PoolStats{};
    pool.for_each_range([&](const auto&) { empty = false; });
    pool.for_each_tenant([&](auto, const auto&) { empty = false; });
    return empty;
}
struct ManualClock {
    using time_point = std::chrono::steady_clock::time_point;
    static time_point now() noexcept { return at; }
    static inline time_point at{1h};
};
/// The error, with the place.
struct Refusal {
    Error error;
    std::string where;
};
template <Family F = V4, class Document>
Refusal refused(const Document& document) {
    IpPool<F> pool;
    std::string where;
    const auto done = import_json(pool, document, &where);
    BOOST_TEST_REQUIRE(!done);
    BOOST_TEST(is_empty(pool));
    return {done.error(), where};
}
void is_refused(const json& document, Error error, std::string_view where) {
    const auto refusal = refused(document);
    BOOST_TEST((refusal.error == error), "it was refused at " << where << " with: " << refusal.error.message());
    BOOST_TEST(refusal.where == where);
}
/// The full document with another value at this place.
void is_refused(const char* place, json value, Error error) {
    json document = full();
    document[json::json_pointer(place)] = std::move(value);
    is_refused(document, error, place);
}
template <Family F>
void returns(const IpPool<F>& pool) {
    const json state = export_json(pool).value();
    IpPool<F> same;
    std::string where;
    BOOST_TEST(succeeds(import_json(same, state, &where)), "at " << where << " of " << state);
    BOOST_TEST((same.stats() == pool.stats()));
    BOOST_TEST(export_json(same).value() == state);
}

BOOST_AUTO_TEST_SUITE(pool_json)

BOOST_AUTO_TEST_CASE(a_pool_is_made_of_its_document_again) {
    for (const bool as_text : {false, true}) {
        IpPool<V4> pool;
        BOOST_TEST(succeeds(as_text ? import_json(pool, full().dump()) : import_json(pool, full())));
        BOOST_TEST(export_json(pool).value() == full());
    }
}

BOOST_AUTO_TEST_CASE(what_a_document_says_is_so) {
    IpPool<V4> pool;
    BOOST_TEST_REQUIRE(succeeds(import_json(pool, full())));
    const auto counts = pool.stats();
    BOOST_TEST(counts.in_use.low() == 3);
    BOOST_TEST(counts.capacity.low() == 254 + 4);
    BOOST_TEST(counts.free.low() == 254 - 1 - 64 - 1);
    BOOST_TEST((pool.gateway_of("192.0.2.9"_ip4) == "192.0.2.1"_ip4));
    BOOST_TEST((pool.quarantine() == 30s));
    BOOST_TEST((pool.when_cooling() == WhenCooling::take_oldest));
    BOOST_TEST((pool.stats("red") == TenantStats{2, 1}));
    BOOST_TEST(fails_with(pool.allocate("red", "web", {}), errc::quota_exceeded));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.64"_ip4, "blue", "web", {}), errc::address_held));
    BOOST_TEST(fails_with(pool.allocate_specific("198.51.100.1"_ip4, "blue", "web", {}), errc::address_held));
    const auto binding = pool.get_binding("192.0.2.70"_ip4).value();
    BOOST_TEST((binding.resource_type() == ResourceType::vm("vm1")));
}

BOOST_AUTO_TEST_CASE(the_pool_keeps_a_lease_until_it_is_released_or_has_a_time) {
    IpPool<V4, LowestFirst, ManualClock> pool;
    BOOST_TEST_REQUIRE(succeeds(import_json(pool, full())));
    const auto binding = pool.get_binding("192.0.2.2"_ip4).value();
    {
        const auto owner = binding.share().value();
        BOOST_TEST(owner.resource() == "a/b~c");
        BOOST_TEST(succeeds(pool.release(binding)));
        BOOST_TEST(succeeds(pool.get_binding("192.0.2.2"_ip4)));
    }
    BOOST_TEST(fails_with(pool.get_binding("192.0.2.2"_ip4), errc::not_leased));
    BOOST_TEST(succeeds(pool.renew(pool.get_binding("192.0.2.70"_ip4).value(), 1h)));
    BOOST_TEST(pool.expire() == 0U);
    ManualClock::at += 2h;
    BOOST_TEST(pool.expire() == 1U);
    BOOST_TEST(pool.release_all("red") == 1U);
    BOOST_TEST(pool.contains("198.51.100.0"_ip4));  // it was draining, and waits for the end of the quarantine
    ManualClock::at += 30s;
    BOOST_TEST(!pool.contains("198.51.100.0"_ip4));
}

BOOST_AUTO_TEST_CASE(an_empty_pool_returns) {
    returns(IpPool<V4>{});
    returns(IpPool<V6>{});
}

BOOST_AUTO_TEST_CASE(large_ranges_return_without_being_walked_over) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("::/1")));
    BOOST_TEST(succeeds(pool.add_cidr_range("fd00::/64")));
    BOOST_TEST(succeeds(pool.add_cidr_range("fe00::7/128")));
    BOOST_TEST(succeeds(pool.exclude("::/2"_cidr6)));
    BOOST_TEST(succeeds(pool.exclude("fd00::8:0/110"_cidr6)));
    BOOST_TEST(succeeds(pool.set_gateway("fd00::1"_ip6)));
    std::vector<Lease<V6>> leases;
    for (int i = 0; i < 100; ++i) leases.push_back(pool.allocate("red", "web-" + std::to_string(i), {}).value());
    returns(pool);
}

BOOST_AUTO_TEST_CASE(a_range_that_grew_returns_with_a_lease_on_what_became_its_network_address) {
    for (const auto& [small, wide] : {std::pair{"192.0.2.0/31", "192.0.2.0/30"}, {"192.0.2.2/31", "192.0.2.0/30"}}) {
        IpPool<V4> pool;
        BOOST_TEST(succeeds(pool.add_cidr_range(small)));
        const auto low = pool.allocate("red", "low", {}).value();
        const auto high = pool.allocate("red", "high", {}).value();
        BOOST_TEST(succeeds(pool.grow(small, wide)));
        const json state = export_json(pool).value();
        BOOST_TEST(state["ranges"][0]["usable"] == "hosts");
        BOOST_TEST(state["ranges"][0]["edges"].size() == 1U);
        IpPool<V4> same;
        BOOST_TEST(succeeds(import_json(same, state)));
        BOOST_TEST(export_json(same).value() == state);
        BOOST_TEST((same.stats().in_use == pool.stats().in_use && same.stats().free == pool.stats().free));
    }
}

BOOST_AUTO_TEST_CASE(a_range_that_grew_returns_with_its_gateway) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/31")));
    BOOST_TEST(succeeds(pool.set_gateway("192.0.2.0"_ip4)));
    BOOST_TEST(succeeds(pool.grow("192.0.2.0/31", "192.0.2.0/29")));
    const json state = export_json(pool).value();
    IpPool<V4> same;
    BOOST_TEST(succeeds(import_json(same, state)));
    BOOST_TEST(export_json(same).value() == state);
    BOOST_TEST((same.stats().free == pool.stats().free));
    BOOST_TEST((same.gateway_of("192.0.2.3"_ip4) == "192.0.2.0"_ip4));
}

BOOST_AUTO_TEST_CASE(an_end_that_nobody_has_is_not_written_as_held) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/31")));
    BOOST_TEST(succeeds(pool.grow("192.0.2.0/31", "192.0.2.0/29")));
    const json state = export_json(pool).value();
    BOOST_TEST(state["ranges"][0]["usable"] == "hosts");
    BOOST_TEST(state["ranges"][0]["held"] == json::array());
}

BOOST_AUTO_TEST_CASE(a_held_run_is_written_as_the_fewest_ranges) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("0.0.0.0/1", Usable::all)));
    BOOST_TEST(succeeds(pool.exclude("0.0.0.0/29"_cidr4)));
    BOOST_TEST(succeeds(pool.unreserve("0.0.0.0"_ip4)));
    BOOST_TEST(export_json(pool).value()["ranges"][0]["held"] == (json{"0.0.0.1/32", "0.0.0.2/31", "0.0.0.4/30"}));
    returns(pool);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_no_text_is_exported_as_bytes_and_returns) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    const auto lease = pool.allocate("\xFF\x01", "\xC3", ResourceType::vm("\x80")).value();
    BOOST_TEST(succeeds(pool.set_quota("\xC3", 7)));
    BOOST_TEST(succeeds(pool.set_quota("red", 8)));
    const json state = export_json(pool).value();
    BOOST_TEST(state["leases"][0]["tenant"] == (json{{"bytes", "ff01"}}));
    returns(pool);
    IpPool<V4> same;
    BOOST_TEST(succeeds(import_json(same, state.dump())));
    const auto binding = same.get_binding(lease.address()).value();
    BOOST_TEST(binding.tenant() == "\xFF\x01");
    BOOST_TEST(binding.resource() == "\xC3");
    BOOST_TEST(binding.resource_type().label() == "\x80");
    BOOST_TEST(same.stats("\xC3").quota == 7U);
    for (const char* const bytes : {"f", "fg", "FF", ""}) {
        json document = full();
        document["leases"][0]["tenant"] = {{"bytes", bytes}};
        BOOST_TEST((refused(document).error == errc::malformed_name));
    }
}

BOOST_AUTO_TEST_CASE(generations_survive_so_that_an_old_binding_never_names_a_new_lease) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/30")));
    const auto ended = pool.allocate_specific("192.0.2.1"_ip4, "red", "web", {}).value().binding();
    const auto lasting = pool.allocate_specific("192.0.2.2"_ip4, "red", "web", {}).value();
    (void)pool.allocate_specific("192.0.2.1"_ip4, "red", "web", {}).value();  // the last one has ended too
    const json state = export_json(pool).value();
    BOOST_TEST(state["generation"] == 3U);
    IpPool<V4> same;
    BOOST_TEST(succeeds(import_json(same, state)));
    BOOST_TEST(same.get_binding("192.0.2.2"_ip4).value().generation() == lasting.generation());
    const auto next = same.allocate_specific("192.0.2.1"_ip4, "blue", "web", {}).value();
    BOOST_TEST(next.generation() == 4U);
    BOOST_TEST(next.generation() != ended.generation());
    BOOST_TEST(succeeds(same.release(same.get_binding("192.0.2.2"_ip4).value())));
}

BOOST_AUTO_TEST_CASE(generations_are_checked) {
    is_refused("/leases/0/generation", 0, errc::invalid_argument);
    json document = full();
    document["leases"][2]["generation"] = 1;  // that of the first
    is_refused(document, errc::invalid_argument, "/leases/2");
    document = full();
    document["generation"] = 2;  // the third has 3
    is_refused(document, errc::invalid_argument, "/generation");
    document["generation"] = 77;
    IpPool<V4> pool;
    BOOST_TEST(succeeds(import_json(pool, document)));
    BOOST_TEST(pool.allocate("green2", "web", {}).value().generation() == 78U);
}

BOOST_AUTO_TEST_CASE(a_pool_of_the_export_of_one_that_had_grown_answers_as_that_one_does) {
    // each line is a history of one range; the pools are asked about every address around it
    const std::vector<std::vector<std::string>> histories{
        {"+192.0.2.0/31", "l192.0.2.0", ">192.0.2.0/31 192.0.2.0/29"},
        {"+192.0.2.0/31", "g192.0.2.0", ">192.0.2.0/31 192.0.2.0/30"},
        {"+192.0.2.2/31", "l192.0.2.3", ">192.0.2.2/31 192.0.2.0/30", "x192.0.2.1"},
        {"+192.0.2.3/32", "l192.0.2.3", ">192.0.2.3/32 192.0.2.0/30", ">192.0.2.0/30 192.0.2.0/29"},
        {"a192.0.2.0/30", "l192.0.2.0", "l192.0.2.3", ">192.0.2.0/30 192.0.2.0/29"},
        {"+192.0.2.0/29", "g192.0.2.1", "r192.0.2.1", "r192.0.2.2"},
        {"+192.0.2.0/29", "r192.0.2.1", "g192.0.2.1", "g192.0.2.2", "l192.0.2.5", "x192.0.2.5"},
        {"+192.0.2.0/29", "l192.0.2.5", "d192.0.2.0/29"},
    };
    for (const auto& history : histories) {
        IpPool<V4> pool;
        std::vector<Lease<V4>> leases;
        for (const std::string& step : history) {
            const std::string_view what = std::string_view(step).substr(1);
            const auto ip = [&] { return Ipv4Address::parse(what).value(); };
            switch (step[0]) {
                case '+': BOOST_TEST(succeeds(pool.add_cidr_range(what))); break;
                case 'a': BOOST_TEST(succeeds(pool.add_cidr_range(what, Usable::all))); break;
                case 'l': leases.push_back(pool.allocate_specific(ip(), "red", "web", {}).value()); break;
                case 'g': BOOST_TEST(succeeds(pool.set_gateway(ip()))); break;
                case 'r': BOOST_TEST(succeeds(pool.reserve(ip()))); break;
                case 'x': BOOST_TEST(succeeds(pool.exclude(ip()))); break;
                case 'd': BOOST_TEST(succeeds(pool.drain(what))); break;
                default:
                    BOOST_TEST(succeeds(pool.grow(what.substr(0, what.find(' ')), what.substr(what.find(' ') + 1))));
            }
        }
        IpPool<V4> same;
        BOOST_TEST_REQUIRE(succeeds(import_json(same, export_json(pool).value())));
        BOOST_TEST(export_json(same).value() == export_json(pool).value());
        const auto code = [](const auto& answer) {
            return answer ? 0 : static_cast<int>(answer.assume_error().domain() << 16) + answer.assume_error().code();
        };
        const auto agree = [&](const char* when) {
            for (std::uint32_t i = 0; i < 9; ++i) {
                const Ipv4Address ip{0xC0000200 + i};
                BOOST_TEST(code(pool.get_binding(ip)) == code(same.get_binding(ip)), when << ": who has " << ip);
                BOOST_TEST(code(pool.allocate_specific(ip, "blue", "r", {})) ==
                               code(same.allocate_specific(ip, "blue", "r", {})),
                           when << ": leasing " << ip << " after " << history[0]);
                BOOST_TEST((pool.gateway_of(ip) == same.gateway_of(ip)));
            }
            BOOST_TEST((pool.stats().free == same.stats().free && pool.stats().in_use == same.stats().in_use), when);
        };
        agree("at once");
        for (auto* const each : {&pool, &same}) {
            for (std::uint32_t i = 0; i < 8; ++i) (void)each->unreserve(Ipv4Address{0xC0000200 + i});
        }
        agree("with nothing held");
        leases.clear();
        same.release_all("red");
        agree("with nothing leased");
        for (auto* const each : {&pool, &same}) (void)each->set_gateway("192.0.2.3"_ip4);
        agree("with another gateway");
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_json_is_refused) {
    for (const char* text : {"", "{", "nul", "{\"a\": 1e999}", "\xFF", "[1, 2", "{} {}"}) {
        const auto refusal = refused(std::string_view(text));
        BOOST_TEST((refusal.error == errc::invalid_argument));
        BOOST_TEST(refusal.where.empty());
    }
    for (const char* text : {"null", "[]", "1", "\"text\""}) is_refused(json::parse(text), errc::invalid_argument, "");
}

BOOST_AUTO_TEST_CASE(a_member_that_is_there_twice_is_refused) {
    const std::string text = full().dump();
    for (const std::string_view member : {"\"version\":", "\"tenant\":"}) {  // of the whole, of a part
        std::string twice = text;
        const auto at = twice.find(member);
        BOOST_REQUIRE(at != std::string::npos);
        twice.insert(at, std::string(member) + "1,");
        const auto refusal = refused(std::string_view(twice));
        BOOST_TEST((refusal.error == errc::invalid_argument));
        BOOST_TEST(refusal.where.empty());
    }
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_named) {
    for (const auto* const place :
         {"/format", "/version", "/family", "/quarantine", "/ranges", "/quotas", "/leases", "/quarantine/least_ns",
          "/quarantine/when_cooling", "/ranges/1/cidr", "/ranges/0/usable", "/ranges/0/draining", "/ranges/0/held",
          "/leases/2/address", "/leases/0/tenant", "/leases/0/resource", "/leases/0/kind", "/leases/0/label",
          "/leases/1/generation"}) {
        json document = full();
        const json::json_pointer at(place);
        document[at.parent_pointer()].erase(at.back());
        is_refused(document, errc::invalid_argument, place);
    }
}

BOOST_AUTO_TEST_CASE(what_is_of_another_type_is_named) {
    const json flat = full().flatten();
    for (const auto& [place, value] : flat.items()) {
        if (place.find("held") == place.npos) is_refused(place.c_str(), json::array({1}), errc::invalid_argument);
        is_refused(place.c_str(), nullptr, errc::invalid_argument);
    }
    for (const char* place :
         {"/quarantine", "/ranges", "/quotas", "/leases", "/ranges/0", "/ranges/0/held", "/leases/1"}) {
        is_refused(place, 7, errc::invalid_argument);
    }
}

BOOST_AUTO_TEST_CASE(what_is_unknown_is_named) {
    for (const char* place : {"/extra", "/quarantine/extra", "/ranges/1/extra", "/leases/0/ex~1tra"}) {
        is_refused(place, 1, errc::invalid_argument);
    }
}

BOOST_AUTO_TEST_CASE(values_that_nothing_has_are_refused) {
    is_refused("/format", "another pool", errc::invalid_argument);
    is_refused("/version", 2, errc::invalid_argument);
    is_refused("/version", -1, errc::invalid_argument);
    is_refused("/version", 1.0, errc::invalid_argument);
    is_refused("/quarantine/least_ns", -1, errc::invalid_argument);
    is_refused("/quarantine/least_ns", 0x8000000000000000U, errc::invalid_argument);
    is_refused("/quarantine/when_cooling", "wait", errc::invalid_argument);
    is_refused("/ranges/0/usable", "some", errc::invalid_argument);
    is_refused("/leases/0/kind", "robot", errc::invalid_argument);
    is_refused("/leases/0/generation", -7, errc::invalid_argument);
    is_refused("/quotas/red", -7, errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(another_family_is_refused) {
    is_refused("/family", "IPv6", errc::wrong_family);
    const auto refusal = refused<V6>(full());
    BOOST_TEST((refusal.error == errc::wrong_family));
    BOOST_TEST(refusal.where == "/family");
    is_refused("/ranges/0/cidr", "2001:db8::/64", errc::malformed_address);
    is_refused("/leases/0/address", "2001:db8::1", errc::malformed_address);
}

BOOST_AUTO_TEST_CASE(ranges_are_checked) {
    is_refused("/ranges/0/cidr", "192.0.2.7/24", errc::host_bits_set);
    is_refused("/ranges/0/cidr", "192.0.2.0/33", errc::prefix_too_long);
    is_refused("/ranges/0/cidr", "192.0.2.0", errc::malformed_prefix);
    is_refused("/ranges/0/held/1", "192.0.2.65/26", errc::host_bits_set);
    is_refused("/ranges/0/held/0", "192.0.3.1/32", errc::address_not_in_pool);
    is_refused("/ranges/0/held/0", "192.0.0.0/16", errc::address_not_in_pool);
    is_refused("/ranges/0/gateway", "198.51.100.1", errc::address_not_in_pool);
    is_refused("/ranges/0/held/1", "192.0.2.0/30", errc::range_overlaps);
    json document = full();
    document["ranges"][0]["held"].push_back("192.0.2.64/26");
    is_refused(document, errc::range_overlaps, "/ranges/0/held/2");
    document = full();
    document["ranges"][1]["cidr"] = "192.0.2.128/25";
    is_refused(document, errc::range_overlaps, "/ranges/1");
    document = full();
    document["ranges"][0]["gateway"] = "192.0.2.255";
    is_refused(document, errc::address_held, "/ranges/0");
    for (const char* const edge : {"192.0.2.1", "192.0.2.254", "198.51.100.0"}) {
        document = full();
        document["ranges"][0]["edges"] = {"192.0.2.0", "192.0.2.255", edge};
        is_refused(document, errc::address_not_in_pool, "/ranges/0/edges/2");
    }
}

BOOST_AUTO_TEST_CASE(of_an_address_that_changed_hands_meanwhile_the_last_lease_is_exported) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/29")));
    const auto bound = [&](const Ipv4Address& ip, const char* who) {
        return pool.allocate_specific(ip, who, "web", {}).value().binding();
    };
    std::vector<IpBinding<V4>> leases{bound("192.0.2.2"_ip4, "red"), bound("192.0.2.1"_ip4, "red"),
                                      bound("192.0.2.2"_ip4, "blue"), bound("192.0.2.1"_ip4, "green")};
    detail::leave_out_earlier(leases);
    BOOST_TEST_REQUIRE(leases.size() == 2U);
    BOOST_TEST(leases[0].tenant() == "green");
    BOOST_TEST(leases[1].tenant() == "blue");
}

BOOST_AUTO_TEST_CASE(leases_are_checked) {
    const auto with = [](int lease, const char* address) {
        json document = full();
        document["leases"][static_cast<std::size_t>(lease)]["address"] = address;
        return document;
    };
    is_refused(with(1, "203.0.113.1"), errc::address_not_in_pool, "/leases/1");
    is_refused(with(2, "192.0.2.70"), errc::address_leased, "/leases/2");
    is_refused(with(2, "192.0.2.1"), errc::address_held, "/leases/2");
    is_refused(with(0, "192.0.2.255"), errc::address_held, "/leases/0");
}

BOOST_AUTO_TEST_CASE(names_are_checked) {
    is_refused("/leases/0/tenant", "", errc::malformed_name);
    is_refused("/leases/0/tenant", std::string(64, 'x'), errc::malformed_name);
    is_refused("/leases/0/resource", std::string(64, 'x'), errc::malformed_name);
    is_refused("/leases/0/label", std::string(32, 'x'), errc::malformed_name);
    for (const char* const place : {"/leases/0/tenant", "/leases/0/resource", "/leases/0/label"}) {
        is_refused(place, "\xFF", errc::malformed_name);  // what is read from text never has that
    }
    is_refused("/leases/0/tenant", {{"bytes", std::string(2 * 64, '0')}}, errc::malformed_name);
    json document = full();
    document["quotas"]["\xFF"] = 1;
    is_refused(document, errc::malformed_name, "/quotas/\xFF");
    document = full();
    document["quotas"]["a/~" + std::string(64, 'x')] = 1;
    is_refused(document, errc::malformed_name, "/quotas/a~1~0" + std::string(64, 'x'));
}

BOOST_AUTO_TEST_CASE(a_pool_that_has_something_is_left_as_it_is) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    const auto lease = pool.allocate("red", "web", {}).value();
    const json before = export_json(pool).value();
    std::string where = "elsewhere";
    BOOST_TEST(fails_with(import_json(pool, full(), &where), errc::invalid_argument));
    BOOST_TEST(where.empty());
    BOOST_TEST(export_json(pool).value() == before);
    IpPool<V4> with_quota;
    BOOST_TEST(succeeds(with_quota.set_quota("red", 1)));
    BOOST_TEST(fails_with(import_json(with_quota, full()), errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(a_pool_that_refused_a_document_takes_another) {
    IpPool<V4> pool;
    json document = full();
    document["leases"].push_back(document["leases"][0]);
    BOOST_TEST(fails_with(import_json(pool, document), errc::address_leased));
    BOOST_TEST(succeeds(import_json(pool, full())));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
