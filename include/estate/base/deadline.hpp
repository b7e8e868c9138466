// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <type_traits>

namespace estate {

/// The monotonic clock of the platform, which std::chrono::steady_clock reads. A tag: only a backend reads it.
struct SteadyClock {};

namespace detail {

/// Which deadlines a clock of <chrono>'s shape makes.
template <class C>
struct deadline_clock {};
template <class C>
    requires requires { typename C::deadline_clock; }
struct deadline_clock<C> {
    using type = typename C::deadline_clock;
};
template <class C>
    requires(!requires { typename C::deadline_clock; } && C::is_steady)
struct deadline_clock<C> {
    using type = SteadyClock;
};

/// Saturates: below 0 at 0, above at INT64_MAX.
template <class Count>
constexpr std::int64_t to_nanoseconds(Count count, std::int64_t num, std::int64_t den) noexcept {
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

}  // namespace detail

/// A std::chrono duration, by its shape: this header does not include <chrono>, which would double what a client
/// compiles.
template <class T>
concept DurationShape = requires(const T& duration) {
    duration.count();
    T::period::num;
    T::period::den;
};

/// A point of a clock whose time Clock is. Of SteadyClock that is std::chrono::steady_clock, or a steady clock of one's
/// own with the same epoch; a clock of another time, a simulated one, names its tag by a member `deadline_clock`.
template <class T, class Clock>
concept TimePointOf = requires(const T& point) {
    requires DurationShape<typename T::duration>;
    point.time_since_epoch().count();
    requires std::same_as<typename detail::deadline_clock<typename T::clock>::type, Clock>;
};

/// A clock that can be read anywhere in the program.
template <class Clock>
concept GlobalClock = requires {
    { Clock::now_nanoseconds() } noexcept -> std::same_as<std::int64_t>;
};

/// Until when a call may block; the whole call, not each wait inside it.
///
/// Clock  a tag: deadlines of different clocks are different types, and neither compare nor convert.
/// Units  nanoseconds since the clock's epoch. A deadline orders before each later one, and never() is the last.
/// A deadline that has passed still makes one attempt that does not block. The clock is read where a call would
/// block: what the kernel takes or has ready is transferred first, so a long send_all() to a fast peer ends late.
template <class Clock>
class BasicDeadline {
public:
    using clock = Clock;

    /// No end.
    static constexpr BasicDeadline never() noexcept { return BasicDeadline{INT64_MAX}; }
    /// One attempt that does not block. Has passed, whatever the time is.
    static constexpr BasicDeadline at_once() noexcept { return BasicDeadline{0}; }
    /// A time of the clock, in nanoseconds.
    static constexpr BasicDeadline at(std::int64_t nanoseconds) noexcept { return BasicDeadline{nanoseconds}; }
    /// So long after `now`, in nanoseconds of the clock. Saturates: what is beyond the range of the clock is never().
    template <DurationShape D>
    static constexpr BasicDeadline in(const D& duration, std::int64_t now) noexcept {
        const std::int64_t wait = detail::to_nanoseconds(duration.count(), D::period::num, D::period::den);
        std::int64_t sum = 0;
        if (__builtin_add_overflow(now, wait, &sum)) return wait < 0 ? at_once() : never();
        return BasicDeadline{sum};
    }
    template <DurationShape D>
    static BasicDeadline in(const D& duration) noexcept
        requires GlobalClock<Clock>
    {
        return in(duration, Clock::now_nanoseconds());
    }

    template <TimePointOf<Clock> T>
    constexpr BasicDeadline(const T& point) noexcept
        : nanoseconds_{detail::to_nanoseconds(point.time_since_epoch().count(), T::duration::period::num,
                                              T::duration::period::den)} {}

    [[nodiscard]] constexpr bool is_never() const noexcept { return nanoseconds_ == INT64_MAX; }
    [[nodiscard]] constexpr std::int64_t nanoseconds() const noexcept { return nanoseconds_; }

    /// At the time `now`, in nanoseconds of the clock, no waiting is left.
    [[nodiscard]] constexpr bool has_passed(std::int64_t now) const noexcept {
        return !is_never() && (nanoseconds_ <= 0 || nanoseconds_ <= now);
    }
    [[nodiscard]] bool has_passed() const noexcept
        requires GlobalClock<Clock>
    {
        return has_passed(Clock::now_nanoseconds());
    }

    friend constexpr bool operator==(BasicDeadline, BasicDeadline) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(BasicDeadline, BasicDeadline) noexcept = default;

    /// The one that ends the wait; of a call's own deadline and its caller's.
    [[nodiscard]] friend constexpr BasicDeadline earlier_of(BasicDeadline a, BasicDeadline b) noexcept {
        return b < a ? b : a;
    }

private:
    explicit constexpr BasicDeadline(std::int64_t nanoseconds) noexcept : nanoseconds_{nanoseconds} {}

    std::int64_t nanoseconds_;
};

using Deadline = BasicDeadline<SteadyClock>;

}  // namespace estate
