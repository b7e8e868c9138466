// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/index/keyed_hash.hpp>

namespace estate::detail {

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
