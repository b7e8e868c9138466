// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace estate {

/// 128 bits that nobody else knows: what strangers must not guess or choose is made with it.
struct SecretKey {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
};

}  // namespace estate
