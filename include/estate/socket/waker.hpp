// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/native.hpp>
#include <estate/backend/until.hpp>
#include <estate/error/result.hpp>
#include <utility>

namespace estate {

/// Ends calls that wait, from another thread or from a signal handler: each call that takes a deadline takes a waker,
/// or both, and answers errc::stopped once it is raised.
///
///     peer.recv(buffer, waker)
///     peer.send_all(bytes, {waker, Deadline::in(2s)})
///
/// Stays raised until reset(), so a wake() that comes first is not lost: it ends the next call before that moves
/// anything. What a call has moved by then stays as it is: send_all() and recv_exact() say how much. Any number of
/// threads may wait on one. Thread-safe, except that reset() and a move want no call that waits; it must outlive the
/// calls. Of a waker that was moved from a call answers errc::moved_from.
/// Source  eventfd(2); kqueue(2) on the BSDs.
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
    /// Lowers it: calls wait again.
    void reset() const noexcept { waker_.reset(); }

    [[nodiscard]] const auto& backend() const noexcept { return waker_; }

private:
    using Inner = typename Backend::waker;
    explicit BasicWaker(Inner inner) noexcept : waker_{std::move(inner)} {}

    Inner waker_;
};

#if defined(ESTATE_NATIVE_WAKER)
using Waker = BasicWaker<native>;
#endif

}  // namespace estate
