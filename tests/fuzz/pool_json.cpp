// SPDX-License-Identifier: BSL-1.0
// libFuzzer target: no document makes import_json() misbehave; what it refuses leaves the pool empty, and what it
// takes is exported so that it makes the same pool again. The input is read as a whole document, and as lines that
// stand for the values of one that is whole.
//
// clang++-19 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude tests/fuzz/pool_json.cpp -o pool_json
// ./pool_json -max_len=400 -dict=tests/fuzz/pool_json.dict -max_total_time=60
#include <cstdlib>
#include <estate/pool_json.hpp>

#include "lines.hpp"
#include "require.hpp"

namespace {
using namespace estate;
using test::Lines;
using test::require;
using nlohmann::json;

/// Holding a part of a range back costs memory in proportion to it: not what is tested here.
bool is_small(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '/') continue;
        const int length = std::atoi(std::string(text.substr(at + 1, 4)).c_str());
        if (length < 16 || (length > 32 && length < 112)) return false;
    }
    return text.find("\\u002") == text.npos && text.find("\\/") == text.npos;  // another way to write it
}

template <Family F>
void probe(const json& document) {
    IpPool<F> pool;
    std::string where;
    const auto made = import_json(pool, document, &where);
    if (!made) {
        require(pool.stats() == PoolStats{}, "a document that is refused leaves no address");
        pool.for_each_tenant([](auto, const auto&) { require(false, "and no tenant"); });
        const json::json_pointer place(where);
        require(document.contains(place.parent_pointer()), "the place is in the document, or is what it lacks");
        return;
    }
    const auto state = export_json(pool);
    require(state.has_value(), "what was imported is exported");
    IpPool<F> same;
    require(import_json(same, state.assume_value().dump()).has_value(), "what is exported is imported");
    require(same.stats() == pool.stats(), "the counts are the same");
    require(export_json(same).assume_value() == state.assume_value(), "the states are the same");
}

json document_of(std::string_view text) {
    Lines lines{text};
    json document{{"format", "estate pool"}, {"version", 1}, {"family", "IPv4"}, {"quotas", json::object()}};
    document["quarantine"] = {{"least_ns", 5}, {"when_cooling", lines.next("refuse")}};
    document["ranges"] = json::array();
    document["leases"] = json::array();
    for (const char* const cidr : {"192.0.2.0/24", "198.51.100.0/30"}) {
        json range{{"cidr", lines.next(cidr)}, {"usable", lines.next("hosts")}, {"draining", false}};
        range["held"] = json::array({lines.next(cidr)});
        if (json gateway = lines.next(""); gateway != "") range["gateway"] = std::move(gateway);
        document["ranges"].push_back(std::move(range));
    }
    for (const char* const address : {"192.0.2.7", "198.51.100.1"}) {
        document["leases"].push_back({{"address", lines.next(address)}, {"tenant", lines.next("red")},
                                      {"resource", lines.next("web")}, {"kind", lines.next("vm")},
                                      {"label", lines.next("x")}, {"generation", 1}});
    }
    if (const json quota = lines.next("1"); quota.is_number()) document["quotas"]["red"] = quota;
    return document;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (!is_small(text)) return 0;
    const json whole = json::parse(text, nullptr, false);
    probe<V4>(whole);
    probe<V6>(whole);
    probe<V4>(document_of(text));
    return 0;
}
