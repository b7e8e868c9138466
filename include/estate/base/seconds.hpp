// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>

namespace estate {

/// A std::chrono duration of whole seconds or coarser, by its shape (see TimePointOf).
template <class T>
concept WholeSeconds = requires(const T& duration) {
    duration.count();
    requires T::period::den == 1;
    requires std::integral<typename T::rep>;
};

namespace detail {
/// count times Scale as an int: 2^31 - 1 where it is more, -1 where it is negative. Divides the limit, so that nothing
/// is multiplied that may overflow.
template <unsigned long long Scale, class Count>
constexpr int saturated(Count count) noexcept {
    constexpr int most = 0x7fffffff;
    constexpr int limit = static_cast<int>(most / Scale);
    if (count < Count{0}) return -1;
    if constexpr (sizeof(Count) >= sizeof(int)) {
        if (count > static_cast<Count>(limit)) return most;
    } else if (static_cast<int>(count) > limit) {
        return most;
    }
    return static_cast<int>(count) * static_cast<int>(Scale <= most ? Scale : 0);
}
}  // namespace detail

/// Seconds as socket options count them. From std::chrono::seconds, minutes, hours of any integral representation.
///
/// Saturates at 2^31 - 1. A negative duration is -1.
class Seconds {
public:
    constexpr Seconds() noexcept = default;
    constexpr explicit Seconds(int count) noexcept : count_{count < 0 ? -1 : count} {}
    template <WholeSeconds D>
    constexpr Seconds(const D& duration) noexcept
        : count_{detail::saturated<static_cast<unsigned long long>(D::period::num)>(duration.count())} {}
    [[nodiscard]] constexpr int count() const noexcept { return count_; }
    friend constexpr bool operator==(Seconds, Seconds) noexcept = default;

private:
    int count_ = 0;
};

}  // namespace estate
