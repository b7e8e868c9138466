// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <cstddef>
#include <estate/base/uint128.hpp>
#include <estate/pool/secret_key.hpp>
#include <string_view>

namespace estate::detail {

/// SipHash with so many rounds for each 8 bytes and at the end: without the key nobody finds inputs that collide.
/// Source  Aumasson and Bernstein, SipHash: a fast short-input PRF, 2012.
template <int Each, int Last>
class Sip {
public:
    constexpr explicit Sip(SecretKey key) noexcept
        : v0_{key.low ^ 0x736F6D6570736575}, v1_{key.high ^ 0x646F72616E646F6D}, v2_{key.low ^ 0x6C7967656E657261},
          v3_{key.high ^ 0x7465646279746573} {}

    constexpr void add(std::uint64_t block) noexcept {
        v3_ ^= block;
        for (int i = 0; i < Each; ++i) round();
        v0_ ^= block;
    }
    [[nodiscard]] constexpr std::uint64_t end() noexcept {
        v2_ ^= 0xFF;
        for (int i = 0; i < Last; ++i) round();
        return v0_ ^ v1_ ^ v2_ ^ v3_;
    }

private:
    constexpr void round() noexcept {
        v0_ += v1_, v1_ = std::rotl(v1_, 13) ^ v0_, v0_ = std::rotl(v0_, 32);
        v2_ += v3_, v3_ = std::rotl(v3_, 16) ^ v2_;
        v0_ += v3_, v3_ = std::rotl(v3_, 21) ^ v0_;
        v2_ += v1_, v1_ = std::rotl(v1_, 17) ^ v2_, v2_ = std::rotl(v2_, 32);
    }

    std::uint64_t v0_, v1_, v2_, v3_;
};

/// SipHash-2-4 of nine bytes, 8 of them in block.
constexpr std::uint64_t siphash(SecretKey key, std::uint64_t block, std::uint8_t last) noexcept {
    Sip<2, 4> hash{key};
    hash.add(block);
    hash.add(std::uint64_t{9} << 56 | last);
    return hash.end();
}
static_assert(siphash({0x0706050403020100, 0x0F0E0D0C0B0A0908}, 0x0706050403020100, 8) == 0x9E0082DF0BA9E4B0,
              "estate: not the SipHash of its authors' test vectors");

/// SipHash-1-3, for tables whose keys strangers choose.
constexpr std::uint64_t keyed_hash(SecretKey key, std::string_view text) noexcept {
    Sip<1, 3> hash{key};
    std::uint64_t block = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        block |= std::uint64_t{static_cast<unsigned char>(text[i])} << 8 * (i % 8);
        if (i % 8 != 7) continue;
        hash.add(block);
        block = 0;
    }
    hash.add(block | std::uint64_t{text.size()} << 56);
    return hash.end();
}
constexpr std::uint64_t keyed_hash(SecretKey key, Uint128 number) noexcept {
    Sip<1, 3> hash{key};
    hash.add(number.low());
    hash.add(number.high());
    return hash.end();
}

}  // namespace estate::detail
