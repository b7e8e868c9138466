// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/error.hpp>
#include <estate/net/ip_address.hpp>
#include <estate/pool/owner.hpp>

namespace estate {

/// What happened to an address of a pool. A malformed name is refused without an event.
template <Family F>
struct PoolEvent {
    enum class Kind : std::uint8_t { allocated, released, expired, refused };

    Kind kind = Kind::refused;
    IpAddress<F> address{};      ///< unspecified for a refusal that was not about one address
    Owner owner{};
    std::uint64_t generation = 0;  ///< of the lease; 0 for a refusal
    Error reason = errc::pool_exhausted;  ///< of a refusal; without a meaning otherwise
};

/// What hears of events. Called without the pool's lock, by the thread that caused one, so events of several threads
/// may arrive in another order than they happened. Generations give the order, except for those of a magazine, which
/// takes them in blocks. May use the pool.
template <Family F>
struct PoolObserver {
    void (*notify)(void* context, const PoolEvent<F>& event) noexcept = nullptr;
    void* context = nullptr;
};

}  // namespace estate
