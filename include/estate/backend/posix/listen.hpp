// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/connect.hpp>

namespace estate::posix {

/// The listening end. The peer's address is not asked for at accept: most servers never look.
struct Listen {
    static result<void> listen(const Descriptor& socket, int backlog) noexcept {
        if (::listen(socket.number(), backlog) != 0) return failure(socket.number());
        return success();
    }

    static result<Descriptor> accept(const Descriptor& listener) noexcept {
        for (;;) {
            const int accepted = ::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC);
            if (accepted >= 0) [[likely]]
                return Descriptor(accepted);
            if (const auto again = settle(listener.number(), POLLIN, Forever()); !again) {
                return again.assume_error();
            }
        }
    }

    /// Another thread may take the connection that poll() saw, so the listener becomes non-blocking at the
    /// first bounded accept and stays so; accept() above then waits by poll().
    static result<Descriptor> accept(const Descriptor& listener, Deadline until) noexcept {
        if (auto set = set_nonblocking(listener.number(), true); !set) return set.assume_error();
        for (;;) {
            const int accepted = ::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC);
            if (accepted >= 0) return Descriptor(accepted);
            if (const auto again = settle(listener.number(), POLLIN, until); !again) return again.assume_error();
        }
    }

    template <class Waker>
    static result<Descriptor> accept(const Descriptor& listener, const Waker& waker, Deadline until) noexcept {
        if (waker.number() < 0) return errc::moved_from;
        if (auto set = set_nonblocking(listener.number(), true); !set) return set.assume_error();
        for (;;) {
            pollfd both[] = {{listener.number(), POLLIN, 0}, {waker.number(), POLLIN, 0}};
            if (const auto ready = wait(both, 2, until, false); !ready) return ready.assume_error();
            if (both[1].revents != 0) return errc::stopped;
            const int accepted = ::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC);
            if (accepted >= 0) return Descriptor(accepted);
            if (errno != EINTR && errno != EAGAIN) return failure(listener.number());
        }
    }
};

}  // namespace estate::posix
