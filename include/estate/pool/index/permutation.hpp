// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <estate/base/uint128.hpp>
#include <estate/pool/secret_key.hpp>

namespace estate::detail {

/// SipHash-2-4 of nine bytes, 8 of them in block.
/// Source  Aumasson and Bernstein, SipHash: a fast short-input PRF, 2012.
constexpr std::uint64_t siphash(SecretKey key, std::uint64_t block, std::uint8_t last) noexcept {
    std::uint64_t v0 = key.low ^ 0x736F6D6570736575;
    std::uint64_t v1 = key.high ^ 0x646F72616E646F6D;
    std::uint64_t v2 = key.low ^ 0x6C7967656E657261;
    std::uint64_t v3 = key.high ^ 0x7465646279746573;
    const auto rounds = [&](int count) {
        for (; count > 0; --count) {
            v0 += v1, v1 = std::rotl(v1, 13) ^ v0, v0 = std::rotl(v0, 32);
            v2 += v3, v3 = std::rotl(v3, 16) ^ v2;
            v0 += v3, v3 = std::rotl(v3, 21) ^ v0;
            v2 += v1, v1 = std::rotl(v1, 17) ^ v2, v2 = std::rotl(v2, 32);
        }
    };
    const std::uint64_t parts[] = {block, std::uint64_t{9} << 56 | last};
    for (const std::uint64_t part : parts) {
        v3 ^= part;
        rounds(2);
        v0 ^= part;
    }
    v2 ^= 0xFF;
    rounds(4);
    return v0 ^ v1 ^ v2 ^ v3;
}
static_assert(siphash({0x0706050403020100, 0x0F0E0D0C0B0A0908}, 0x0706050403020100, 8) == 0x9E0082DF0BA9E4B0,
              "estate: not the SipHash of its authors' test vectors");

/// A secret order of the numbers 0 to size - 1: each once, and none to be guessed from those before.
///
/// A Feistel network of four rounds over the bits that size needs; what falls outside is shuffled again until it
/// falls inside, at most twice on average.
/// Source  Luby and Rackoff, SIAM J. Comput. 17:2, 1988; cycle walking: Black and Rogaway, CT-RSA 2002.
class Permutation {
public:
    /// Pre  size > 0
    constexpr Permutation(Uint128 size, SecretKey key) noexcept
        : size_{size}, key_{key}, bits_{size <= Uint128{4} ? 2 : 128 - countl_zero(size - Uint128{1})} {}

    [[nodiscard]] constexpr Uint128 size() const noexcept { return size_; }

    /// Pre  number < size(). Returns  a number < size().
    [[nodiscard]] constexpr Uint128 operator()(Uint128 number) const noexcept {
        do {
            number = shuffled(number);
        } while (number >= size_);
        return number;
    }

private:
    static constexpr std::uint64_t cut(std::uint64_t x, int bits) noexcept {
        return bits == 64 ? x : x & ((std::uint64_t{1} << bits) - 1);
    }
    [[nodiscard]] constexpr Uint128 shuffled(Uint128 number) const noexcept {
        int right_bits = bits_ / 2;
        int left_bits = bits_ - right_bits;
        std::uint64_t left = (number >> static_cast<unsigned>(right_bits)).low();
        std::uint64_t right = cut(number.low(), right_bits);
        for (std::uint8_t round = 0; round < 4; ++round) {
            const std::uint64_t mixed = left ^ cut(siphash(key_, right, round), left_bits);
            left = right;
            right = mixed;
            const int bits = left_bits;
            left_bits = right_bits;
            right_bits = bits;
        }
        return (Uint128{left} << static_cast<unsigned>(right_bits)) | Uint128{right};
    }

    Uint128 size_;
    SecretKey key_;
    int bits_;
};

}  // namespace estate::detail
