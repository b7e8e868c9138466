// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/outcome/try.hpp>
#include <estate/pool/ip_pool.hpp>
#include <estate/pool/json/state.hpp>
#include <estate/pool/json/unique_members.hpp>
#include <new>

namespace estate {
namespace detail {

/// What can run out of memory, where that throws.
template <bool Throws, class Work>
[[nodiscard]] result<void> with_memory(Work work) noexcept {
#if defined(__cpp_exceptions)
    if constexpr (Throws) {
        try {
            return work();
        } catch (const std::bad_alloc&) {
            return out_of_memory();
        }
    }
#endif
    return work();
}

template <Family F, class Select, class Clock>
[[nodiscard]] bool is_empty(const IpPool<F, Select, Clock>& pool) noexcept {
    bool empty = true;
    pool.for_each_range([&](const PoolRange<F>&) { empty = false; });
    pool.for_each_tenant([&](std::string_view, const TenantStats&) { empty = false; });
    return empty;
}

/// Where apply() failed, unless memory ran out.
struct StateFault {
    const char* list = nullptr;
    std::size_t index = 0;
};

template <Family F, class Select, class Clock>
[[nodiscard]] result<void> apply(IpPool<F, Select, Clock>& pool, const PoolState<F>& state, StateFault& at) noexcept {
    for (std::size_t i = 0; i < state.ranges.size(); ++i) {
        at = {"ranges", i};
        const auto& range = state.ranges[i];
        BOOST_OUTCOME_TRY(pool.add_cidr_range(range.cidr, range.has_edges ? Usable::all : range.usable));
        if (range.gateway) {
            BOOST_OUTCOME_TRY(pool.set_gateway(*range.gateway));
        }
    }
    for (std::size_t i = 0; i < state.leases.size(); ++i) {
        at = {"leases", i};
        const auto& lease = state.leases[i];
        const Owner owner{lease.tenant, lease.resource, lease.type};
        BOOST_OUTCOME_TRY(state_access::restore(pool, owner, lease.address, lease.generation));
    }
    if (state.repeated < state.leases.size()) {
        at = {"leases", state.repeated};
        return errc::invalid_argument;
    }
    at = {};
    state_access::set_generation(pool, state.generation);
    // only now: leases on addresses that are held go on, and so do those above a quota
    for (const auto& range : state.ranges) {
        for (const CidrRange<F>& part : range.held) {
            const bool is_gateway = range.gateway && part == CidrRange<F>::of(*range.gateway);
            if (is_gateway && !range.gateway_held) continue;
            BOOST_OUTCOME_TRY(pool.exclude(part));
        }
        if (range.has_edges) {
            BOOST_OUTCOME_TRY(pool.grow(range.cidr, range.cidr, range.usable));
        }
    }
    for (const auto& quota : state.quotas) {
        BOOST_OUTCOME_TRY(pool.set_quota(quota.tenant.view(), quota.most));
    }
    BOOST_OUTCOME_TRY(pool.set_quarantine(state.quarantine, state.when_cooling));
    for (const auto& range : state.ranges) {
        if (range.draining) static_cast<void>(pool.drain(range.cidr));  // it was added above
    }
    return success();
}

/// Makes the pool empty again.
template <Family F, class Select, class Clock>
void take_back(IpPool<F, Select, Clock>& pool, const PoolState<F>& state) noexcept {
    pool.for_each_binding([&](const IpBinding<F>& lease) { static_cast<void>(pool.release(lease)); });
    pool.for_each_range([&](const PoolRange<F>& range) { static_cast<void>(pool.drain(range.cidr)); });
    for (const auto& quota : state.quotas) static_cast<void>(pool.set_quota(quota.tenant.view(), pool.no_quota));
}

}  // namespace detail

/// Makes an empty pool what another was when export_json() wrote it down; the form is described in format.hpp.
///
/// The pool keeps each lease, without end, as keep() does: its owner finds it with get_binding(), uses it by share()
/// and ends it by release(), or gives it a time by renew(). No range is scanned, but memory is asked for as for any
/// range: read only states that you trust not to be too large. Nobody else should use the pool meanwhile. An
/// observer hears of each lease.
///
/// where   set to the JSON pointer (RFC 6901) of the fault: `/leases/3/address`. Empty for a fault of
///         the whole: text that is no JSON or names a member twice, a pool that is not empty.
/// Leaves  on failure the pool as it was: empty. What is wrong with the document alone is found before the pool is
///         touched; then all that was made is undone, and an observer hears of the leases that end.
/// Errors  errc::invalid_argument (no JSON; a member that is missing, unknown, of another type or out of range;
///         another format or version; two leases of one generation; the pool has a range, a lease or a quota),
///         wrong_family, those of CidrRange::parse(), address_not_in_pool (a lease, gateway or held range outside),
///         range_overlaps (ranges, or held parts of one),
///         address_leased (two leases of one address), address_held (a lease on a network, broadcast or gateway
///         address), malformed_name (too long, empty or not UTF-8); ENOMEM.
template <Family F, class Select, class Clock, std::same_as<nlohmann::json> Json>
[[nodiscard]] result<void> import_json(IpPool<F, Select, Clock>& pool, const Json& document,
                                       std::string* where = nullptr) noexcept {
    if (where != nullptr) where->clear();
    if (!detail::is_empty(pool)) return errc::invalid_argument;
    detail::JsonFault fault;
    detail::PoolState<F> state;
    const auto read = detail::with_memory<has_exceptions>([&]() -> result<void> {
        state = detail::read_state<F>({document, fault});
        if (fault.error) return *fault.error;
        return success();
    });
    detail::StateFault at;
    const auto made = read ? detail::apply(pool, state, at) : read;
    if (made) return success();
    if (read) detail::take_back(pool, state);
    return detail::with_memory<has_exceptions>([&]() -> result<void> {
        if (at.list != nullptr) fault.where = std::string("/") + at.list + '/' + std::to_string(at.index);
        if (where != nullptr) *where = std::move(fault.where);
        return made;
    });
}
/// The same of text, in which no object may name a member twice. Where memory is so short that nlohmann-json cannot
/// take its own document apart, it ends the program; the form above makes no document.
template <Family F, class Select, class Clock>
[[nodiscard]] result<void> import_json(IpPool<F, Select, Clock>& pool, std::string_view text,
                                       std::string* where = nullptr) noexcept {
    nlohmann::json document;
    const auto read = detail::with_memory<has_exceptions>([&]() -> result<void> {
        document = detail::parse_unique(text);  // discarded is what no reader takes
        return success();
    });
    if (!read) return read;
    return import_json(pool, document, where);
}

}  // namespace estate
