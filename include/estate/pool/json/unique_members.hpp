// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace estate::detail {

/// What the text says; discarded where it is no JSON, or where an object has two members of one name: JSON leaves open
/// which of them counts (RFC 8259 section 4).
[[nodiscard]] inline nlohmann::json parse_unique(std::string_view text) {
    using Event = nlohmann::json::parse_event_t;
    std::vector<std::set<std::string>> open;  // names in the objects around
    bool is_unique = true;
    const auto look = [&](int, Event event, const nlohmann::json& part) {
        if (event == Event::object_start) open.emplace_back();
        if (event == Event::key) is_unique = open.back().insert(part.get<std::string>()).second && is_unique;
        if (event == Event::object_end) open.pop_back();
        return true;
    };
    auto document = nlohmann::json::parse(text, look, false);
    if (!is_unique) document = nlohmann::json(nlohmann::json::value_t::discarded);
    return document;
}

}  // namespace estate::detail
