// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <estate/net/detail/utf8.hpp>
#include <estate/net/text.hpp>
#include <estate/pool/json/format.hpp>
#include <estate/pool/ip_pool.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace estate {
namespace detail {

/// Appends the ranges that make up first to last, as few as can be.
template <Family F>
void put_ranges(nlohmann::json& list, IpAddress<F> first, const IpAddress<F>& last) {
    for (;;) {
        // as wide as the place of `first` allows and the end permits
        int length = F::bits - (std::min)(countr_zero(first.bits()), F::bits);
        while (CidrRange<F>::masked(first, length).assume_value().last() > last) ++length;
        const CidrRange<F> widest = CidrRange<F>::masked(first, length).assume_value();
        list.push_back(to_text(widest).view());
        if (widest.last() == last) return;
        first = IpAddress<F>::from_bits(widest.last().bits() + Uint128{1});
    }
}

/// The network or broadcast address has a lease, or is the gateway: it was an ordinary one before grow().
template <Family F, class Select, class Clock>
[[nodiscard]] bool uses_its_ends(const IpPool<F, Select, Clock>& pool, const PoolRange<F>& range) {
    const auto is_used = [&](const IpAddress<F>& end) {
        return !range.usable.contains(end) && (range.gateway == end || pool.get_binding(end));
    };
    return is_used(range.cidr.first()) || is_used(range.cidr.last());
}

template <Family F, class Select, class Clock>
[[nodiscard]] nlohmann::json to_json(const IpPool<F, Select, Clock>& pool, const PoolRange<F>& range) {
    const UsableAddresses<F> all = usable_addresses(range.cidr, Usable::all);
    const UsableAddresses<F>& usable = range.usable;
    const bool opens = uses_its_ends(pool, range);  // such an end is written as usable and held
    nlohmann::json held = nlohmann::json::array();
    if (opens && all.first < usable.first) put_ranges(held, all.first, all.first);
    pool.for_each_held(range.cidr, [&](const IpAddress<F>& first, const IpAddress<F>& last) {
        if (last < usable.first || usable.last < first) return;
        put_ranges(held, (std::max)(first, usable.first), (std::min)(last, usable.last));
    });
    if (opens && usable.last < all.last) put_ranges(held, all.last, all.last);

    nlohmann::json made;
    made["cidr"] = to_text(range.cidr).view();
    made["usable"] = usable_names[opens || usable.count() == all.count() ? 1 : 0];
    if (range.gateway) made["gateway"] = to_text(*range.gateway).view();
    made["draining"] = range.draining;
    made["held"] = std::move(held);
    return made;
}

template <Family F>
[[nodiscard]] nlohmann::json to_json(const IpBinding<F>& lease) {
    nlohmann::json made;
    made["address"] = to_text(lease.address()).view();
    made["tenant"] = lease.tenant();
    made["resource"] = lease.resource();
    made["kind"] = name_of(lease.resource_type().kind());
    made["label"] = lease.resource_type().label();
    made["generation"] = lease.generation();
    return made;
}

}  // namespace detail

/// What import_json() makes the pool from again: ranges, quotas, quarantine and leases, as format.hpp describes it.
///
/// The pool goes on; what changes meanwhile is there or is not. Where another thread adds or drains ranges, a lease
/// can be without its range.
/// Errors  errc::malformed_name (a tenant, resource or label that is not UTF-8, which JSON cannot hold). Throws
///         std::bad_alloc where memory is short and exceptions are on.
template <Family F, class Select, class Clock>
[[nodiscard]] result<nlohmann::json> export_json(const IpPool<F, Select, Clock>& pool) {
    bool is_text = true;
    nlohmann::json quotas = nlohmann::json::object();
    pool.for_each_tenant([&](std::string_view tenant, const TenantStats& has) {
        if (has.quota == pool.no_quota) return;
        is_text = is_text && detail::is_utf8(tenant);
        quotas[std::string(tenant)] = has.quota;
    });
    std::vector<IpBinding<F>> leases;
    pool.for_each_binding([&](const IpBinding<F>& lease) {
        for (const auto text : {lease.tenant(), lease.resource(), lease.resource_type().label()}) {
            is_text = is_text && detail::is_utf8(text);
        }
        leases.push_back(lease);
    });
    using Made = result<nlohmann::json>;  // in place: almost everything converts to json, an errc too
    if (!is_text) return Made{boost::outcome_v2::in_place_type<Error>, errc::malformed_name};
    std::sort(leases.begin(), leases.end(),
              [](const auto& one, const auto& other) { return one.generation() < other.generation(); });

    nlohmann::json state;
    state["format"] = detail::pool_format;
    state["version"] = detail::pool_format_version;
    state["family"] = F::name;
    state["quarantine"]["least_ns"] = pool.quarantine().count();
    state["quarantine"]["when_cooling"] = detail::when_cooling_names[static_cast<int>(pool.when_cooling())];
    state["quotas"] = std::move(quotas);
    auto& ranges = state["ranges"] = nlohmann::json::array();
    pool.for_each_range([&](const PoolRange<F>& range) { ranges.push_back(detail::to_json(pool, range)); });
    auto& list = state["leases"] = nlohmann::json::array();
    for (const IpBinding<F>& lease : leases) list.push_back(detail::to_json(lease));
    return Made{boost::outcome_v2::in_place_type<nlohmann::json>, std::move(state)};
}

}  // namespace estate
