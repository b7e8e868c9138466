// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <estate/pool/index/permutation.hpp>
#include <estate/pool/secret_key.hpp>

namespace estate {

/// Where a pool begins to look for a free address: at a fraction of its ranges and of the positions in each, or
/// where it stopped. It takes the first free one from there on, around the end if need be.
struct SearchStart {
    bool where_it_stopped = true;
    std::uint64_t fraction = 0;  ///< of 2^64; without a meaning where it stopped
    bool of_names = false;       ///< the fraction is that of the names: what sparse ranges heed too

    /// The position of so many at which the search begins.
    [[nodiscard]] constexpr std::uint32_t of(std::uint32_t positions) const noexcept {
        return static_cast<std::uint32_t>((fraction >> 32) * positions >> 32);
    }
    /// The range of so many: independent of the position.
    [[nodiscard]] constexpr std::uint32_t range_of(std::uint32_t ranges) const noexcept {
        return static_cast<std::uint32_t>((fraction & ~std::uint32_t{0}) * ranges >> 32);
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
