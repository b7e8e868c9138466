// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <type_traits>

namespace estate {

/// A point of std::chrono::steady_clock, by its shape: this header does not include <chrono>, which would
/// double what a client compiles. A steady clock of one's own must have the same epoch.
template <class T>
concept SteadyTimePoint = requires(const T& point) {
    point.time_since_epoch().count();
    requires T::clock::is_steady;
    T::duration::period::num;
    T::duration::period::den;
};

/// Until when a call may block; the whole call, not each wait inside it.
///
/// Units   nanoseconds of the monotonic clock that std::chrono::steady_clock reads.
/// A deadline that has passed still makes one attempt that does not block. The clock is read where a call would
/// block: what the kernel takes or has ready is transferred first, so a long send_all() to a fast peer ends late.
class Deadline {
public:
    /// No end.
    static constexpr Deadline never() noexcept { return Deadline{INT64_MAX}; }
    /// One attempt that does not block.
    static constexpr Deadline now() noexcept { return Deadline{0}; }

    template <SteadyTimePoint T>
    constexpr Deadline(const T& point) noexcept
        : nanoseconds_{to_nanoseconds(point.time_since_epoch().count(), T::duration::period::num,
                                      T::duration::period::den)} {}

    [[nodiscard]] constexpr bool is_never() const noexcept { return nanoseconds_ == INT64_MAX; }
    [[nodiscard]] constexpr std::int64_t nanoseconds() const noexcept { return nanoseconds_; }

private:
    explicit constexpr Deadline(std::int64_t nanoseconds) noexcept : nanoseconds_{nanoseconds} {}

    /// Saturates: a point beyond the range of the clock is never().
    template <class Count>
    static constexpr std::int64_t to_nanoseconds(Count count, std::int64_t num, std::int64_t den) noexcept {
        constexpr std::int64_t second = 1'000'000'000;
        if constexpr (std::is_integral_v<Count>) {
            std::int64_t scaled = 0;
            if (second % den == 0) {
                const bool too_large = __builtin_mul_overflow(count, num, &scaled) ||
                                       __builtin_mul_overflow(scaled, second / den, &scaled);
                return too_large ? (count < 0 ? 0 : INT64_MAX) : scaled;
            }
        }
        const long double exact = static_cast<long double>(count) * static_cast<long double>(num) * 1e9L /
                                  static_cast<long double>(den);
        return exact > 0 ? exact < 9.2e18L ? static_cast<std::int64_t>(exact) : INT64_MAX : 0;  // NaN: 0
    }

    std::int64_t nanoseconds_;
};

}  // namespace estate
