// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <estate/backend/posix/system.hpp>
#include <estate/base/attributes.hpp>
#include <estate/error/result.hpp>

namespace estate::posix {

/// The system's error as an Error. A moved-from socket is found here, where a call on descriptor -1 was refused, so
/// that calls that succeed pay nothing for the check.
template <System S>
[[nodiscard]] ESTATE_COLD Error failure(S system, int descriptor) noexcept {
    const int number = system.error();
    return number == EBADF && descriptor < 0 ? Error(errc::moved_from) : Error::system(number);
}

/// Owns a file descriptor of a system, or nothing (-1).
template <System S>
class BasicDescriptor {
public:
    BasicDescriptor() noexcept = default;
    explicit BasicDescriptor(int number, S system = {}) noexcept : system_{system}, number_{number} {}
    BasicDescriptor(BasicDescriptor&& other) noexcept : system_{other.system_}, number_{other.forget()} {}
    BasicDescriptor& operator=(BasicDescriptor&& other) noexcept {
        const int taken = other.forget();  // first: a self-move keeps its descriptor
        drop();
        system_ = other.system_;
        number_ = taken;
        return *this;
    }
    ~BasicDescriptor() { drop(); }

    [[nodiscard]] S system() const noexcept { return system_; }
    [[nodiscard]] int number() const noexcept { return number_; }

    [[nodiscard]] int forget() noexcept {
        const int number = number_;
        number_ = -1;
        return number;
    }

    /// Never retried: Linux frees the descriptor before it can be interrupted, as the BSDs do, and a second close
    /// could hit another thread's (close(2)). EINTR is thus success.
    result<void> close() noexcept {
        const int number = forget();
        if (system_.close(number) == 0 || system_.error() == EINTR) return success();
        return failure(system_, number);
    }

private:
    void drop() noexcept {
        if (number_ >= 0) system_.close(number_);
    }

    [[no_unique_address]] S system_{};
    int number_ = -1;
};

template <System S>
[[nodiscard]] ESTATE_COLD Error failure_in_any(int descriptor) noexcept {
    return failure(S(), descriptor);
}
/// By the socket. An empty system is made anew in a cold function: GCC 12 keeps what a path that succeeds returns in
/// memory when a call on another path is given such a value.
template <System S>
[[nodiscard]] ESTATE_INLINE inline Error failure(const BasicDescriptor<S>& socket) noexcept {
    if constexpr (std::is_empty_v<S>) {
        return failure_in_any<S>(socket.number());
    } else {
        return failure(socket.system(), socket.number());
    }
}

}  // namespace estate::posix
