// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <estate/pool/name.hpp>

namespace estate {

/// The clocks that a store in a file takes the time from. Others than these are for tests.
///
/// Units   nanoseconds; `wall` since 1970-01-01, `steady` since a moment that stays the same until the machine starts
///         anew, which `machine` then says by another name; an empty name says nothing.
struct StoreClocks {
    std::int64_t (*wall)() noexcept = [] () noexcept {
        return std::int64_t{std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::system_clock::now().time_since_epoch()).count()};
    };
    std::int64_t (*steady)() noexcept = [] () noexcept {
        return std::int64_t{std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::steady_clock::now().time_since_epoch()).count()};
    };
    /// Source  Linux: /proc/sys/kernel/random/boot_id. Elsewhere empty.
    Name<63> (*machine)() noexcept = [] () noexcept {
        char text[64] = {};
        std::size_t size = 0;
        if (std::FILE* const file = std::fopen("/proc/sys/kernel/random/boot_id", "re")) {
            size = std::fread(text, 1, 36, file);
            std::fclose(file);
        }
        return Name<63>::clipped({text, size});
    };
};

namespace detail {

/// The time of a store: wall time when the machine started, and from there on by the steady clock, so that no
/// process that runs, and none that is started again, sees the wall clock jump. Never behind what the store has
/// written already.
struct FileTime {
    Name<63> machine{};
    std::int64_t ahead = 0;  // of the steady clock

    [[nodiscard]] static FileTime begun(const StoreClocks& clocks, std::int64_t written) noexcept {
        const std::int64_t wall = clocks.wall();
        return {clocks.machine(), (wall > written ? wall : written) - clocks.steady()};
    }
    /// Goes on from what an earlier process found, if the machine still runs.
    [[nodiscard]] static FileTime resumed(const StoreClocks& clocks, const FileTime& before,
                                          std::int64_t written) noexcept {
        const bool runs_on = !before.machine.empty() && before.machine == clocks.machine();
        if (!runs_on || clocks.steady() + before.ahead < written) return begun(clocks, written);
        return before;
    }
    [[nodiscard]] std::int64_t now(const StoreClocks& clocks) const noexcept { return clocks.steady() + ahead; }
};

}  // namespace detail
}  // namespace estate
