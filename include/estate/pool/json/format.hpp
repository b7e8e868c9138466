// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/quarantine.hpp>
#include <estate/pool/resource.hpp>
#include <estate/pool/usable.hpp>
#include <string_view>

/// The JSON form of a pool, which export_json() writes and import_json() reads. Every member is there but those listed
/// below, and no other:
///
///     {"format": "estate pool", "version": 1, "family": "IPv4",
///      "quarantine": {"least_ns": 30000000000, "when_cooling": "refuse"},
///      "ranges": [{"cidr": "192.0.2.0/24", "usable": "hosts", "gateway": "192.0.2.1", "draining": false,
///                  "held": ["192.0.2.1/32", "192.0.2.64/26"]}],
///      "quotas": {"red": 10},
///      "leases": [{"address": "192.0.2.2", "tenant": "red", "resource": "web-1", "kind": "vm", "label": "vm1",
///                  "generation": 7}]}
///
/// `usable` is hosts or all, `when_cooling` refuse or take_oldest, `kind` custom, vm, container or pod. Leases are in
/// the order of `generation`, in which they were made where no magazine made them; a lease that is imported keeps its
/// own, and so do the bindings that name it. Only where there is something to say:
///
///     "gateway"          of a range
///     "gateway_held"     true: the gateway of the range is reserved or excluded too
///     "edges"            addresses: the network or broadcast address of a range that grew, in use from before
///     "generation"       of the whole: of the lease made last, where that one has ended
///     "quotas_of_bytes"  [{"tenant": {"bytes": "ff00"}, "most": 10}]: quotas of tenants whose name is not UTF-8
///
/// A tenant, resource or label that is not UTF-8 is written as {"bytes": "ff00"}, in hexadecimal.
///
/// Not in it: for how long a lease is kept, that it came from allocate_sticky(), which addresses are in quarantine,
/// and the name, key, selection, clock and observer of the pool.
namespace estate::detail {

inline constexpr const char* pool_format = "estate pool";
inline constexpr std::uint64_t pool_format_version = 1;

inline constexpr std::string_view hex_digits = "0123456789abcdef";

// In the order of their enumerators.
inline constexpr const char* usable_names[] = {"hosts", "all"};
inline constexpr const char* when_cooling_names[] = {"refuse", "take_oldest"};
inline constexpr const char* kind_names[] = {name_of(ResourceKind::custom), name_of(ResourceKind::vm),
                                             name_of(ResourceKind::container), name_of(ResourceKind::pod)};

}  // namespace estate::detail
