// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/completion/course.hpp>
#include <estate/readiness/wheel.hpp>
#include <new>

namespace estate::detail {

/// Which operation of a ring an answer is about: the number of its slot, a generation of 24 bits, and its kind, which
/// is never 0; so the key is not, either.
struct FlightKey {
    static constexpr std::uint32_t one_generation = 0x100;
    static constexpr std::uint32_t woken = 0xfe;    // of a waker, whose number is the index
    static constexpr std::uint32_t nothing = 0xff;  // of a cancel, about which nobody asks; a key as well

    static constexpr std::uint64_t of(std::uint32_t index, std::uint32_t kind, std::uint32_t generation = 0) noexcept {
        return std::uint64_t{index} << 32U | generation | kind;
    }
    static constexpr std::uint32_t index(std::uint64_t key) noexcept { return static_cast<std::uint32_t>(key >> 32U); }
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
    std::uint32_t generation = 0;  // so many times FlightKey::one_generation
    std::uint32_t next_free = 0;
    Cancelled cancelled = Cancelled::no;
    alignas(Courses...) std::byte place[largest(sizeof(Courses)...)];

    template <class Course>
    [[nodiscard]] Course& course() noexcept {
        return *std::launder(reinterpret_cast<Course*>(place));
    }
};

}  // namespace estate::detail
