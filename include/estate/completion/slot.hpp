// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/completion/course.hpp>
#include <estate/readiness/wheel.hpp>
#include <new>

namespace estate::detail {

/// Which operation of a ring an answer is about: the number of its slot, a generation, and its kind.
struct FlightKey {
    static constexpr std::uint32_t generations = 1U << 24U;
    static constexpr std::uint32_t woken = 0xfe;    // of the waker
    static constexpr std::uint32_t nothing = 0xff;  // of a cancel, about which nobody asks

    static constexpr std::uint64_t of(std::uint32_t index, std::uint32_t generation, std::uint32_t kind) noexcept {
        return std::uint64_t{index} << 32U | std::uint64_t{generation} << 8U | kind;
    }
    static constexpr std::uint32_t index(std::uint64_t key) noexcept { return static_cast<std::uint32_t>(key >> 32U); }
    static constexpr std::uint32_t generation(std::uint64_t key) noexcept {
        return static_cast<std::uint32_t>(key) >> 8U;
    }
    static constexpr std::uint32_t kind(std::uint64_t key) noexcept { return static_cast<std::uint32_t>(key) & 0xffU; }
};

constexpr std::size_t largest(std::size_t first) noexcept { return first; }
template <class... More>
constexpr std::size_t largest(std::size_t first, std::size_t second, More... more) noexcept {
    return largest(first > second ? first : second, more...);
}

/// What an operation in flight has in its ring: it does not move until the system has answered.
template <class... Courses>
struct FlightSlot {
    Timer timer;
    std::uint64_t key = 0;  // 0 where it is free
    std::uint32_t generation = 0;
    std::uint32_t next_free = 0;
    Cancelled cancelled = Cancelled::no;
    alignas(Courses...) std::byte place[largest(sizeof(Courses)...)];

    template <class Course>
    [[nodiscard]] Course& course() noexcept {
        return *std::launder(reinterpret_cast<Course*>(place));
    }
};

}  // namespace estate::detail
