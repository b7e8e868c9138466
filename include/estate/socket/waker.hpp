// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/native.hpp>
#include <estate/error/result.hpp>
#include <utility>

namespace estate {

/// Wakes a blocked accept from another thread: listener.accept(waker) ends with errc::stopped.
///
/// Stays raised until reset(), so a wake() that comes first is not lost. Any number of threads may wait on
/// one. Thread-safe, but it must outlive the calls that wait on it.
/// Source  eventfd(2).
template <class Backend>
class BasicWaker {
public:
    /// Errors  too_many_files_open, or the system's own.
    [[nodiscard]] static result<BasicWaker> open(typename Backend::context context = {}) noexcept {
        auto made = Backend::waker::open(context);
        if (!made) return made.assume_error();
        return BasicWaker(std::move(made).assume_value());
    }
    /// Safe in a signal handler: errno stays as it was.
    void wake() const noexcept { waker_.wake(); }
    /// Lowers it: accept waits again.
    void reset() const noexcept { waker_.reset(); }

    [[nodiscard]] const auto& backend() const noexcept { return waker_; }

private:
    using Inner = typename Backend::waker;
    explicit BasicWaker(Inner inner) noexcept : waker_{std::move(inner)} {}

    Inner waker_;
};

using Waker = BasicWaker<native>;

}  // namespace estate
