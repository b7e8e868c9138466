// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/seconds.hpp>

namespace estate {

/// A std::chrono duration of whole milliseconds or coarser, by its shape (see TimePointOf).
template <class T>
concept WholeMilliseconds = requires(const T& duration) {
    duration.count();
    requires T::period::num * 1000 % T::period::den == 0;
    requires std::integral<typename T::rep>;
};

/// Milliseconds as socket options count them; as Seconds.
class Milliseconds {
public:
    constexpr Milliseconds() noexcept = default;
    constexpr explicit Milliseconds(int count) noexcept : count_{count < 0 ? -1 : count} {}
    template <WholeMilliseconds D>
    constexpr Milliseconds(const D& duration) noexcept
        : count_{detail::saturated<static_cast<unsigned long long>(D::period::num * 1000 / D::period::den)>(
              duration.count())} {}
    [[nodiscard]] constexpr int count() const noexcept { return count_; }
    friend constexpr bool operator==(Milliseconds, Milliseconds) noexcept = default;

private:
    int count_ = 0;
};

}  // namespace estate
