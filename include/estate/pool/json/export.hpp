// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <estate/net/cidr_cover.hpp>
#include <estate/net/detail/utf8.hpp>
#include <estate/net/text.hpp>
#include <estate/pool/json/format.hpp>
#include <estate/pool/ip_pool.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace estate {
namespace detail {

/// Appends the ranges that make up first to last.
template <Family F>
void put_ranges(nlohmann::json& list, const IpAddress<F>& first, const IpAddress<F>& last) {
    for_each_cidr_range(first, last, [&](const CidrRange<F>& range) {
        list.push_back(to_text(range).view());
        return true;
    });
}

/// Text where JSON can hold it, else the bytes.
/// Here and below every object and array is made as one: nlohmann-json cannot take apart a null that was to become one
/// when memory ran out.
[[nodiscard]] inline nlohmann::json to_json(std::string_view name) {
    if (is_utf8(name)) return name;
    std::string digits;
    for (const char c : name) {
        digits += hex_digits[static_cast<unsigned char>(c) / 16];
        digits += hex_digits[static_cast<unsigned char>(c) % 16];
    }
    nlohmann::json made = nlohmann::json::object();
    made["bytes"] = std::move(digits);
    return made;
}

template <Family F, class Select, class Clock>
[[nodiscard]] nlohmann::json to_json(const IpPool<F, Select, Clock>& pool, const PoolRange<F>& range) {
    nlohmann::json made = nlohmann::json::object();
    made["cidr"] = to_text(range.cidr).view();
    made["usable"] = usable_names[range.usable == usable_addresses(range.cidr, Usable::all) ? 1 : 0];
    if (range.gateway) {
        made["gateway"] = to_text(*range.gateway).view();
        if (state_access::holds(pool, *range.gateway)) made["gateway_held"] = true;
    }
    made["draining"] = range.draining;
    auto& held = made["held"] = nlohmann::json::array();
    pool.for_each_held(range.cidr, [&](const IpAddress<F>& first, const IpAddress<F>& last) {
        put_ranges(held, first, last);
    });
    nlohmann::json edges = nlohmann::json::array();
    for (const IpAddress<F>& end : {range.cidr.first(), range.cidr.last()}) {
        if (range.usable.contains(end) || !(range.gateway == end || pool.get_binding(end))) continue;
        edges.push_back(to_text(end).view());
    }
    if (!edges.empty()) made["edges"] = std::move(edges);
    return made;
}

template <Family F>
[[nodiscard]] nlohmann::json to_json(const IpBinding<F>& lease) {
    nlohmann::json made = nlohmann::json::object();
    made["address"] = to_text(lease.address()).view();
    made["tenant"] = to_json(lease.tenant());
    made["resource"] = to_json(lease.resource());
    made["kind"] = name_of(lease.resource_type().kind());
    made["label"] = to_json(lease.resource_type().label());
    made["generation"] = lease.generation();
    return made;
}

/// An address that changed hands while the list was made is in it twice; its last lease stays.
template <Family F>
void leave_out_earlier(std::vector<IpBinding<F>>& leases) {
    std::sort(leases.begin(), leases.end(), [](const auto& one, const auto& other) {
        return one.address() != other.address() ? one.address() < other.address()
                                                : one.generation() > other.generation();
    });
    leases.erase(std::unique(leases.begin(), leases.end(),
                             [](const auto& one, const auto& other) { return one.address() == other.address(); }),
                 leases.end());
}

}  // namespace detail

/// The document that import_json() reads: ranges, quotas, quarantine and leases, as format.hpp describes it.
///
/// The pool can be used meanwhile; a concurrent change may or may not be included, and no address is in it twice. If
/// another thread adds or drains ranges, a lease can be without its range.
/// Errors  none. Throws std::bad_alloc where memory is short and exceptions are on.
template <Family F, class Select, class Clock>
[[nodiscard]] result<nlohmann::json> export_json(const IpPool<F, Select, Clock>& pool) {
    nlohmann::json quotas = nlohmann::json::object();
    nlohmann::json quotas_of_bytes = nlohmann::json::array();
    pool.for_each_tenant([&](std::string_view tenant, const TenantStats& has) {
        if (has.quota == pool.no_quota) return;
        if (detail::is_utf8(tenant)) {
            quotas[std::string(tenant)] = has.quota;
            return;
        }
        nlohmann::json quota = nlohmann::json::object();
        quota["tenant"] = detail::to_json(tenant);
        quota["most"] = has.quota;
        quotas_of_bytes.push_back(std::move(quota));
    });
    std::vector<IpBinding<F>> leases;
    pool.for_each_binding([&](const IpBinding<F>& lease) { leases.push_back(lease); });
    detail::leave_out_earlier(leases);
    std::sort(leases.begin(), leases.end(),
              [](const auto& one, const auto& other) { return one.generation() < other.generation(); });

    nlohmann::json quarantine = nlohmann::json::object();
    quarantine["least_ns"] = pool.quarantine().count();
    quarantine["when_cooling"] = detail::when_cooling_names[static_cast<int>(pool.when_cooling())];
    nlohmann::json state = nlohmann::json::object();
    state["format"] = detail::pool_format;
    state["version"] = detail::pool_format_version;
    state["family"] = F::name;
    state["quarantine"] = std::move(quarantine);
    state["quotas"] = std::move(quotas);
    if (!quotas_of_bytes.empty()) state["quotas_of_bytes"] = std::move(quotas_of_bytes);
    auto& ranges = state["ranges"] = nlohmann::json::array();
    pool.for_each_range([&](const PoolRange<F>& range) { ranges.push_back(detail::to_json(pool, range)); });
    auto& list = state["leases"] = nlohmann::json::array();
    for (const IpBinding<F>& lease : leases) list.push_back(detail::to_json(lease));
    const std::uint64_t last = detail::state_access::generation(pool);
    if (last != (leases.empty() ? 0 : leases.back().generation())) state["generation"] = last;
    using Made = result<nlohmann::json>;  // in place: almost everything converts to json, an errc too
    return Made{boost::outcome_v2::in_place_type<nlohmann::json>, std::move(state)};
}

}  // namespace estate
