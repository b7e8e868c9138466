// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/result.hpp>
#include <estate/pool/index/permutation.hpp>
#include <random>

namespace estate::detail {

/// A key that nobody can know, from the system; where that fails, one that differs from run to run.
template <bool Throws>
[[nodiscard]] SecretKey fresh_key() noexcept {
    SecretKey key{reinterpret_cast<std::uintptr_t>(&key), 0x9E3779B97F4A7C15};
    const auto ask = [&key] {
        std::random_device device;
        for (std::uint64_t* const part : {&key.low, &key.high}) *part = std::uint64_t{device()} << 32 | device();
    };
#if defined(__cpp_exceptions)
    if constexpr (Throws) {
        try {
            ask();
        } catch (...) {  // NOLINT(bugprone-empty-catch): without a source of entropy the weaker key stays
        }
        return key;
    }
#endif
    ask();
    return key;
}

}  // namespace estate::detail
