// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>
#include <estate/net/ip_address.hpp>
#include <estate/pool/resource.hpp>

namespace estate::detail {

/// The record of one leased address, kept by the pool's Core. Leases point at it, so it never moves.
///
/// Address and owner are written before the first lease exists and stay while one does: whoever holds a
/// lease reads them without a lock. The generation grows when the last lease goes; everything that names an
/// older one is stale.
template <class Core>
struct Slot {
    using family = typename Core::family;

    Core* core = nullptr;
    IpAddress<family> address{};
    Owner owner{};
    std::uint32_t generation = 0;
    std::atomic<std::uint32_t> shares{0};
    Slot* next_idle = nullptr;
};

}  // namespace estate::detail
