// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/coroutine/scope.hpp>

namespace estate {

namespace detail {

class [[nodiscard]] Sleep : Awaits {
public:
    explicit Sleep(Deadline until) noexcept : until_{until} {}

    template <class Promise>
    void begin(Promise& promise) noexcept {
        routine_ = &promise;
        if (await_ready()) return;
        promise.waits_for = this;
        promise.acts = &ActsOf<Sleep, Promise>::table;
        arm(promise, timer_, until_);
    }
    [[nodiscard]] bool await_ready() const noexcept { return routine_->is_stopped || until_ == Deadline::at_once(); }
    static void await_suspend(std::coroutine_handle<>) noexcept {}
    [[nodiscard]] result<void> await_resume() const noexcept {
        if (routine_->is_stopped) return why_stopped(*routine_);
        return success();
    }

    static bool go_on(Routine&) noexcept { return true; }
    static void end(Routine& routine, Error) noexcept { static_cast<Sleep*>(routine.waits_for)->timer_.cancel(); }

private:
    Deadline until_;
    TaskTimer timer_;
    const Routine* routine_ = nullptr;
};

}  // namespace detail

/// co_await sleep_until(when): goes on at `when`, or up to 2.05 ms later. result<void>
/// Errors  what stopped the scope.
inline detail::Sleep sleep_until(Deadline when) noexcept { return detail::Sleep(when); }

}  // namespace estate
