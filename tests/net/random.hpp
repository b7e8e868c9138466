// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <estate/net/ip_address.hpp>
#include <random>

/// Numbers for property tests. The seed is printed; ESTATE_TEST_SEED repeats a run.
class Random {
public:
    Random() : engine_{seed()} {}

    std::uint64_t number() { return engine_(); }
    std::uint64_t below(std::uint64_t end) { return engine_() % end; }
    estate::Uint128 wide() { return {edge(), edge()}; }

    template <estate::Family F>
    estate::IpAddress<F> address() {
        return estate::IpAddress<F>::from_bits(wide() >> static_cast<unsigned>(128 - F::bits));
    }

private:
    static std::uint64_t seed() {
        static const std::uint64_t chosen = [] {
            const char* const given = std::getenv("ESTATE_TEST_SEED");
            const std::uint64_t value = given != nullptr ? std::strtoull(given, nullptr, 0) : std::random_device{}();
            std::printf("ESTATE_TEST_SEED=%llu\n", static_cast<unsigned long long>(value));
            return value;
        }();
        return chosen;
    }
    /// Zeros, ones and single set groups are as frequent as plain random words.
    std::uint64_t edge() {
        switch (below(6)) {
            case 0: return 0;
            case 1: return ~std::uint64_t{0};
            case 2: return std::uint64_t{1} << below(64);
            case 3: return (engine_() & 0xFFFF) << (16 * below(4));
            case 4: return engine_() & engine_() & engine_() & 0x0FFF00000FFF0FFF;
            default: return engine_();
        }
    }

    std::mt19937_64 engine_;
};
