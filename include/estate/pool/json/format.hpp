// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/quarantine.hpp>
#include <estate/pool/resource.hpp>
#include <estate/pool/usable.hpp>

/// The JSON form of a pool, which export_json() writes and import_json() reads. Every member is there but
/// `gateway`, and no other:
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
/// the order of `generation`, in which they were made where no magazine made them; a lease that is imported gets a new
/// one.
///
/// Not in it: for how long a lease is kept, that it came from allocate_sticky(), which addresses are in quarantine,
/// and the name, key, selection, clock and observer of the pool.
namespace estate::detail {

inline constexpr const char* pool_format = "estate pool";
inline constexpr std::uint64_t pool_format_version = 1;

// In the order of their enumerators.
inline constexpr const char* usable_names[] = {"hosts", "all"};
inline constexpr const char* when_cooling_names[] = {"refuse", "take_oldest"};
inline constexpr const char* kind_names[] = {name_of(ResourceKind::custom), name_of(ResourceKind::vm),
                                             name_of(ResourceKind::container), name_of(ResourceKind::pod)};

}  // namespace estate::detail
