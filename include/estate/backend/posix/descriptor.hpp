// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <estate/backend/posix/system.hpp>
#include <estate/base/attributes.hpp>
#include <estate/error/result.hpp>

namespace estate::posix {

/// A descriptor and its system.
template <System S>
struct Reference {
    [[no_unique_address]] S system{};
    int number = -1;
};

/// The same as the functions of the paths that fail take it: of an empty system the number alone. GCC 12 keeps what a
/// path that succeeds returns in memory when a call on another path is given a class.
template <System S>
using Packed = std::conditional_t<std::is_empty_v<S>, int, Reference<S>>;

template <System S>
[[nodiscard]] ESTATE_INLINE inline Packed<S> pack(S system, int number) noexcept {
    if constexpr (std::is_empty_v<S>) {
        return number;
    } else {
        return {system, number};
    }
}
template <System S>
[[nodiscard]] Reference<S> unpack(Packed<S> packed) noexcept {
    if constexpr (std::is_empty_v<S>) {
        return {S(), packed};
    } else {
        return packed;
    }
}

/// The system's error as an Error. A moved-from socket is found here, where a call on descriptor -1 was refused, so
/// that calls that succeed pay nothing for the check.
template <System S>
[[nodiscard]] ESTATE_COLD Error failure(Packed<S> packed) noexcept {
    const auto socket = unpack<S>(packed);
    const int number = socket.system.error();
    return number == EBADF && socket.number < 0 ? Error(errc::moved_from) : Error::system(number);
}
template <System S>
[[nodiscard]] ESTATE_INLINE inline Error failure(S system, int number) noexcept {
    return failure<S>(pack(system, number));
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
[[nodiscard]] ESTATE_INLINE inline Packed<S> pack(const BasicDescriptor<S>& socket) noexcept {
    return pack(socket.system(), socket.number());
}
template <System S>
[[nodiscard]] ESTATE_INLINE inline Error failure(const BasicDescriptor<S>& socket) noexcept {
    return failure<S>(pack(socket));
}

/// The number that an option of a descriptor has; 0 where the system does not know the option.
template <System S>
[[nodiscard]] int number_of_option(S system, int descriptor, int level, int name) noexcept {
    int value = 0;
    socklen_t size = sizeof value;
    return system.getsockopt(descriptor, level, name, &value, &size) == 0 ? value : 0;
}

}  // namespace estate::posix
