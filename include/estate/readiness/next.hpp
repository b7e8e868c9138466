// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/backend/poll_mechanism.hpp>

namespace estate {

template <class Kind>
class Ready;
template <class Mechanism, class... Kinds>
class BasicPoller;

/// What a handler answers: that the socket may sleep, wants to be asked again, or is gone. Only the Ready that it was
/// given makes one, so it is true: the socket sleeps only if a call on it in this turn would have blocked.
template <class Kind>
class [[nodiscard]] Next {
public:
    Next() = delete;  // std::move(ready).next()
    Next(Next&&) noexcept = default;
    Next& operator=(Next&&) = delete;
    ~Next() = default;

private:
    friend Ready<Kind>;
    template <class Mechanism, class... Kinds>
    friend class BasicPoller;

    // The first are Directions: what would have blocked, which is none where it is to be asked again.
    enum class Step : std::uint8_t { again = 0, in = 1, out = 2, both = 3, rests, gone };

    constexpr explicit Next(Step step) noexcept : step_{step} {}

    Step step_;
};

}  // namespace estate
