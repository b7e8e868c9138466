// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/coroutine/scope.hpp>

namespace estate {

namespace detail {

class [[nodiscard]] Sleep : Awaits {
public:
    explicit Sleep(Deadline until) noexcept : until_{until} {}

    void begin(Strand& strand) noexcept { strand_ = &strand; }
    [[nodiscard]] bool await_ready() const noexcept { return strand_->is_stopped || until_ == Deadline::at_once(); }
    void await_suspend(std::coroutine_handle<> handle) noexcept {
        strand_->wait(handle, *this);
        arm(*strand_, timer_, until_);
    }
    [[nodiscard]] result<void> await_resume() const noexcept {
        if (strand_->is_stopped) return why_stopped(*strand_);
        return success();
    }

private:
    friend Strand;
    void act(Strand& strand, Cause) {
        timer_.cancel();
        strand.go_on();
    }

    Deadline until_;
    TaskTimer timer_;
    Strand* strand_ = nullptr;
};

}  // namespace detail

/// co_await sleep_until(when): goes on at `when`, or up to 2.05 ms later. result<void>
/// Errors  what stopped the scope.
inline detail::Sleep sleep_until(Deadline when) noexcept { return detail::Sleep(when); }

}  // namespace estate
