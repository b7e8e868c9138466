// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/error/result.hpp>

namespace estate {

/// Why a transfer of many bytes ended early, and after how many. Converts to its Error.
struct Incomplete {
    Error code;
    std::size_t transferred;

    /// As Error::message().
    [[nodiscard]] const char* message() const noexcept { return code.message(); }

    operator Error() const noexcept { return code; }
    friend bool operator==(const Incomplete& left, errc right) noexcept { return left.code == right; }
    template <ComparesWithError E>
    friend bool operator==(const Incomplete& left, E right) noexcept {
        return left.code == right;
    }
};

/// All of it, or Incomplete.
using transfer_result = transition_result<void, Incomplete>;

}  // namespace estate
