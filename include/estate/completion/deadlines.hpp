// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/readiness/wheel.hpp>

namespace estate::detail {

/// The deadlines of what is in flight in a ring, by the numbers of the slots.
class FlightDeadlines {
public:
    explicit FlightDeadlines(std::int64_t now) noexcept : wheel_{now} {}

    [[nodiscard]] bool are_there() const noexcept { return armed_ != 0; }
    void arm(Timer& timer, Deadline until, std::uint32_t slot) noexcept {
        disarm(timer);
        wheel_.arm(timer, until, slot);
        armed_ += timer.is_armed() ? 1 : 0;
    }
    void disarm(Timer& timer) noexcept {
        if (!timer.is_armed()) return;
        timer.cancel();
        --armed_;
    }
    /// Until when to wait, so that none is late.
    ESTATE_COLD Deadline bound(Deadline until) noexcept { return earlier_of(until, wheel_.next()); }
    /// Calls act(slot) for each that has passed.
    template <class Act>
    ESTATE_COLD void expire(std::int64_t now, Act act) noexcept {
        wheel_.expire(now, [&](Timer& timer) {
            --armed_;
            act(timer.id());
        });
    }

private:
    Wheel wheel_;
    std::uint32_t armed_ = 0;
};

}  // namespace estate::detail
