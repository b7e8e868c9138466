// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>

namespace estate {

/// A std::chrono duration of whole seconds or coarser, by its shape (see SteadyTimePoint).
template <class T>
concept WholeSeconds = requires(const T& duration) {
    duration.count();
    requires T::period::den == 1;
    requires std::integral<typename T::rep>;
};

/// Seconds as socket options count them. From std::chrono::seconds, minutes, hours; saturates at 2^31 - 1.
class Seconds {
public:
    constexpr Seconds() noexcept = default;
    constexpr explicit Seconds(int count) noexcept : count_{count} {}
    template <WholeSeconds D>
    constexpr Seconds(const D& duration) noexcept {
        long long total = 0;
        if (__builtin_mul_overflow(static_cast<long long>(duration.count()),
                                   static_cast<long long>(D::period::num), &total) ||
            total > 0x7fffffff) {
            total = duration.count() < 0 ? -1 : 0x7fffffff;
        }
        count_ = total < 0 ? -1 : static_cast<int>(total);
    }
    [[nodiscard]] constexpr int count() const noexcept { return count_; }
    friend constexpr bool operator==(Seconds, Seconds) noexcept = default;

private:
    int count_ = 0;
};

}  // namespace estate
