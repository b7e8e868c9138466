// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <limits>

namespace estate::detail {

/// Later than any time.
inline constexpr std::int64_t never = (std::numeric_limits<std::int64_t>::max)();

/// Nanoseconds from `since` to `now`, at least 0 and at most what fits: any two times have a difference.
[[nodiscard]] constexpr std::int64_t elapsed(std::int64_t since, std::int64_t now) noexcept {
    if (now <= since) return 0;
    constexpr auto most = static_cast<std::uint64_t>((std::numeric_limits<std::int64_t>::max)());
    const std::uint64_t gone = static_cast<std::uint64_t>(now) - static_cast<std::uint64_t>(since);
    return static_cast<std::int64_t>(gone < most ? gone : most);
}

}  // namespace estate::detail
