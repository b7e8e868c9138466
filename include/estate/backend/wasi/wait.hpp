// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/wasi/failure.hpp>
#include <estate/backend/wasi/landing.hpp>
#include <estate/backend/wasi/resource.hpp>
#include <estate/error/result.hpp>
#include <estate/base/deadline.hpp>

namespace estate::wasi {

/// No deadline, as a type: a program that never names one imports no clock.
struct Forever {
    static constexpr bool is_never() noexcept { return true; }
};

/// Source  wasi:clocks/monotonic-clock now, which std::chrono::steady_clock reads as well.
[[nodiscard]] inline std::int64_t now() noexcept { return static_cast<std::int64_t>(monotonic_clock_now()); }

/// Has the deadline, which is not never(), passed?
[[nodiscard]] ESTATE_COLD inline bool is_over(Deadline until) noexcept {
    return until.nanoseconds() <= 0 || now() >= until.nanoseconds();
}

/// Blocks until what the pollable stands for is worth another attempt. The caller has tried once.
/// Errors  errc::deadline_exceeded.
/// Source  wasi:io/poll block, poll; wasi:clocks/monotonic-clock subscribe-instant.
[[nodiscard]] ESTATE_COLD inline result<void> wait(const Pollable& ready, Forever) noexcept {
    poll_method_pollable_block(ready.borrow());
    return success();
}
[[nodiscard]] ESTATE_COLD inline result<void> wait(const Pollable& ready, Deadline until) noexcept {
    if (until.is_never()) return wait(ready, Forever());
    // First, since a host may call ready what is not: jco does so with datagrams.
    if (is_over(until)) return errc::deadline_exceeded;
    const Pollable timer(monotonic_clock_subscribe_instant(static_cast<std::uint64_t>(until.nanoseconds())));
    poll_borrow_pollable_t both[] = {ready.borrow(), timer.borrow()};
    poll_list_borrow_pollable_t asked{both, 2};
    std::uint32_t indices[2];
    const Landing landing(std::as_writable_bytes(std::span(indices)));
    wasip2_list_u32_t answer{};
    poll_poll(&asked, &answer);
    return success();  // the timer alone: one attempt more, and the next wait says that the time is over
}

}  // namespace estate::wasi
