// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/quarantine.hpp>
#include <estate/pool/secret_key.hpp>

namespace estate::detail {

/// What a pool was made with, and its rule of quarantine; its ranges look here.
struct Rules {
    SecretKey secret{};
    bool by_release = false;                     // lease first what was given back longest ago
    std::int64_t (*clock)() noexcept = nullptr;  // nanoseconds
    Quarantine quarantine{};
    unsigned preparing = 0;  // so many calls are making ranges ready for a quarantine

    /// There is one, or will be.
    [[nodiscard]] bool has_quarantine() const noexcept { return quarantine.least != 0 || preparing != 0; }

    /// The number of a secret order: none comes twice in a pool.
    [[nodiscard]] std::uint64_t next_order() const noexcept { return ++orders; }
    mutable std::uint64_t orders = 0;

    /// The time, where it matters: where there is a quarantine.
    [[nodiscard]] std::int64_t now() const noexcept { return quarantine.least != 0 ? clock() : 0; }
};

}  // namespace estate::detail
