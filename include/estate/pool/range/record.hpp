// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>
#include <estate/net/ip_address.hpp>
#include <estate/pool/owner.hpp>

namespace estate::detail {

/// What a pool writes down about a leased address.
///
/// Written under the pool's lock, before the first share is handed out; nothing but `shares` changes until
/// the last one is gone, so the holder of a share reads without the lock.
template <Family F>
struct Record {
    std::atomic<std::uint64_t> generation{0};  // of the lease; 0 while there is none
    IpAddress<F> address{};
    std::atomic<std::uint32_t> shares{0};
    ResourceType type;

    /// Pre  the owner of the lease has been written
    void begin(std::uint64_t number) noexcept {
        generation.store(number, std::memory_order_relaxed);
        shares.store(1, std::memory_order_release);
    }
    [[nodiscard]] std::uint64_t number() const noexcept { return generation.load(std::memory_order_relaxed); }

    [[nodiscard]] bool leased() const noexcept { return number() != 0; }

    [[nodiscard]] bool has_shares() const noexcept { return shares.load(std::memory_order_relaxed) != 0; }

    /// Pre  the caller has a share
    void share() noexcept { shares.fetch_add(1, std::memory_order_relaxed); }
    /// True for the last one, which must end the lease.
    [[nodiscard]] bool drop() noexcept { return shares.fetch_sub(1, std::memory_order_acq_rel) == 1; }
    /// Becomes a further user, unless the last one is just leaving. Needs the pool's lock, or a share.
    [[nodiscard]] bool try_share() noexcept {
        std::uint32_t count = shares.load(std::memory_order_relaxed);
        while (count != 0) {
            if (shares.compare_exchange_weak(count, count + 1, std::memory_order_acquire, std::memory_order_relaxed))
                return true;
        }
        return false;
    }
};

}  // namespace estate::detail
