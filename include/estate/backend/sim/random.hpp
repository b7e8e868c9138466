// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string_view>

namespace estate::sim {

/// FNV-1a, 64 bits: names of random streams and traces are hashed with it, alike on every compiler.
class Hash {
public:
    constexpr void byte(std::uint8_t value) noexcept { state_ = (state_ ^ value) * 0x100000001b3ULL; }
    constexpr void number(std::uint64_t value) noexcept {
        for (int i = 0; i < 8; ++i) byte(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    constexpr void text(std::string_view value) noexcept {
        for (const char c : value) byte(static_cast<std::uint8_t>(c));
        byte(0);
    }
    [[nodiscard]] constexpr std::uint64_t value() const noexcept { return state_; }

private:
    std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

/// A stream of random numbers that belongs to one purpose: a draw from "loss" does not move "latency".
///
/// Integers only, since the distributions of <random> differ between standard libraries.
/// Source  SplitMix64 (Steele, Lea, Flood 2014).
class Random {
public:
    constexpr Random(std::uint64_t seed, std::string_view purpose) noexcept {
        Hash hash;
        hash.number(seed);
        hash.text(purpose);
        state_ = hash.value();
    }

    constexpr std::uint64_t next() noexcept {
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    /// 0 to end - 1; 0 where end is 0. The bias is below end / 2^64.
    constexpr std::uint64_t below(std::uint64_t end) noexcept { return end == 0 ? 0 : next() % end; }
    /// True that many times in a million. A chance of 0 draws nothing.
    constexpr bool chance(std::uint32_t per_million) noexcept {
        return per_million != 0 && below(1'000'000) < per_million;
    }

private:
    std::uint64_t state_ = 0;
};

/// The streams of one world.
struct Streams {
    explicit constexpr Streams(std::uint64_t seed) noexcept
        : loss(seed, "loss"), latency(seed, "latency"), duplicate(seed, "duplicate"), reorder(seed, "reorder"),
          fault(seed, "fault"), sequence(seed, "sequence"), schedule(seed, "schedule") {}

    Random loss;
    Random latency;
    Random duplicate;
    Random reorder;
    Random fault;
    Random sequence;  // initial sequence numbers
    Random schedule;
};

}  // namespace estate::sim
