// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <estate/base/uint128.hpp>
#include <estate/pool/index/keyed_hash.hpp>
#include <estate/pool/secret_key.hpp>

namespace estate {

/// Where a pool begins to look for a free address: at a fraction of all its addresses, or where it stopped. It takes
/// the first free one from there on, around the end if need be.
struct SearchStart {
    bool where_it_stopped = true;
    std::uint64_t fraction = 0;  ///< of 2^64; without a meaning where it stopped
    bool of_names = false;       ///< the fraction is that of the names: what sparse ranges heed too

    /// Before which of so many addresses, counted from 0, the search begins.
    [[nodiscard]] constexpr Uint128 of(Uint128 addresses) const noexcept {
        const std::uint64_t half = std::uint64_t{1} << 32;
        const auto times = [this](std::uint64_t part) { return Uint128{fraction % half * part}; };
        const auto times_high = [this](std::uint64_t part) { return Uint128{fraction / half * part}; };
        const std::uint64_t low = addresses.low();
        const std::uint64_t high = addresses.high();
        // the sum of the products of 32 bits each, without its last 64 bits
        Uint128 sum = times(low % half) >> 32;
        sum += times_high(low % half);
        sum += times(low / half);
        sum = sum >> 32;
        sum += times_high(low / half);
        sum += times(high % half);
        sum += times_high(high % half) << 32;
        sum += times(high / half) << 32;
        return sum + (times_high(high / half) << 64);
    }
};

/// A selection says where the search for an address begins; it is asked under the pool's lock, with a hash of
/// tenant and resource, and may be made with the pool's key. Ranges of more than 2^32 addresses keep their secret
/// order, whatever the selection is, but for StickyHash.
template <class S>
concept Selection = requires(S& selection, std::uint64_t names) {
    { selection(names) } noexcept -> std::same_as<SearchStart>;
};

/// After the address that was leased last, to the end of its range and on to the next one: reuse comes as late as a
/// cursor can make it. The default.
struct NextFit {
    constexpr SearchStart operator()(std::uint64_t) const noexcept { return {}; }
};

/// The lowest free address of the pool: dense use, and early reuse.
struct LowestFirst {
    constexpr SearchStart operator()(std::uint64_t) const noexcept { return {false, 0}; }
};

/// From a secret random place on: addresses cannot be guessed from those before.
class RandomStart {
public:
    constexpr explicit RandomStart(SecretKey key) noexcept : key_{key} {}
    constexpr SearchStart operator()(std::uint64_t) noexcept { return {false, detail::siphash(key_, ++count_, 2)}; }

private:
    SecretKey key_;
    std::uint64_t count_ = 0;
};

/// From a place that tenant and resource determine: they get the same address again where it is free, in
/// another run and in another pool of the same ranges too.
struct StickyHash {
    constexpr SearchStart operator()(std::uint64_t names) const noexcept {
        return {false, detail::siphash(SecretKey{}, names, 0), true};
    }
};

/// The address whose last lease ended longest ago; first of all one that was never leased. Exact within what was added
/// or grown at once; such ranges are used one after the other.
struct LeastRecent {
    static constexpr bool by_release = true;
    constexpr SearchStart operator()(std::uint64_t) const noexcept { return {}; }
};

}  // namespace estate
