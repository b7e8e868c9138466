// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace estate {

/// How many connections may wait to be accepted. The system may use less (Linux: net.core.somaxconn).
class Backlog {
public:
    constexpr Backlog() noexcept = default;
    /// Below 1 is taken as 1: WASI refuses 0, and Linux queues one all the same.
    constexpr explicit Backlog(int length) noexcept : length_{length < 1 ? 1 : length} {}
    [[nodiscard]] constexpr int length() const noexcept { return length_; }

private:
    int length_ = 4096;
};

}  // namespace estate
