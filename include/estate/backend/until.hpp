// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <estate/base/attributes.hpp>
#include <estate/base/deadline.hpp>
#include <estate/error/error.hpp>

namespace estate {

template <class Backend>
class BasicWaker;

/// What a waker and the calls that it ends share: a flag, which each attempt looks at, so that a call ends which never
/// has to wait; and an event of the system, which a wait watches.
struct Alarm {
    int event = -1;       ///< -1 in a waker that was moved from
    bool raised = false;  ///< another thread or a signal handler sets it

    [[nodiscard]] bool is_raised() const noexcept { return __atomic_load_n(&raised, __ATOMIC_ACQUIRE); }
    [[nodiscard]] ESTATE_COLD Error why() const noexcept { return event < 0 ? errc::moved_from : errc::stopped; }
};

/// Until when a call may wait: for ever, until a deadline, until a waker is raised, or until the first of both.
///
///     peer.recv(buffer, Deadline::in(2s))          a Deadline, or a time point of std::chrono::steady_clock
///     peer.recv(buffer, waker)                     errc::stopped once somebody calls waker.wake()
///     peer.recv(buffer, {waker, Deadline::in(2s)})
///
/// A waker that is raised ends the call before it moves anything, even where it would not have to wait. It must outlive
/// the calls. Inner is the waker of a backend: one of another backend is no argument.
template <class Inner>
class BasicUntil {
public:
    [[nodiscard]] static constexpr BasicUntil never() noexcept { return Deadline::never(); }

    constexpr BasicUntil(Deadline deadline) noexcept : deadline_{deadline} {}
    template <TimePointOf<Deadline::clock> T>
    constexpr BasicUntil(const T& point) noexcept : deadline_{point} {}
    template <class Backend>
        requires std::same_as<typename Backend::waker, Inner>
    BasicUntil(const BasicWaker<Backend>& waker ESTATE_LIFETIMEBOUND, Deadline deadline = Deadline::never()) noexcept
        : deadline_{deadline}, alarm_{&waker.backend().alarm()} {}

    /// Nothing ends the wait.
    [[nodiscard]] constexpr bool is_never() const noexcept { return deadline_.is_never() && alarm_ == nullptr; }
    [[nodiscard]] constexpr Deadline deadline() const noexcept { return deadline_; }

    // What a backend looks at.

    [[nodiscard]] bool is_stopped() const noexcept { return alarm_ != nullptr && alarm_->is_raised(); }
    /// Pre  is_stopped(). errc::stopped, or errc::moved_from of the waker.
    [[nodiscard]] Error why_stopped() const noexcept { return alarm_->why(); }
    /// -1 where there is none.
    [[nodiscard]] int event() const noexcept { return alarm_ != nullptr ? alarm_->event : -1; }

private:
    Deadline deadline_;
    const Alarm* alarm_ = nullptr;
};

/// Was the call ended by its `until`, so that it can be made again? Not by what it met.
template <class Until>
[[nodiscard]] bool is_end_of(const Until& until, Error why) noexcept {
    if (why == errc::deadline_exceeded || why == errc::stopped) return true;
    if constexpr (requires { until.is_stopped(); }) {
        return why == errc::moved_from && until.is_stopped();  // the waker was
    }
    return false;
}

}  // namespace estate
