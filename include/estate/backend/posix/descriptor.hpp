// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <unistd.h>

#include <estate/backend/posix/failure.hpp>
#include <estate/error/result.hpp>

namespace estate::posix {

/// Owns a file descriptor, or nothing (-1).
class Descriptor {
public:
    Descriptor() noexcept = default;
    explicit Descriptor(int number) noexcept : number_{number} {}
    Descriptor(Descriptor&& other) noexcept : number_{other.forget()} {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        const int taken = other.forget();  // first: a self-move keeps its descriptor
        drop();
        number_ = taken;
        return *this;
    }
    ~Descriptor() { drop(); }

    [[nodiscard]] int number() const noexcept { return number_; }

    [[nodiscard]] int forget() noexcept {
        const int number = number_;
        number_ = -1;
        return number;
    }

    /// Never retried: Linux frees the descriptor before it can be interrupted, and a second close could
    /// hit another thread's (close(2)). EINTR is thus success.
    result<void> close() noexcept {
        const int number = forget();
        if (::close(number) == 0 || errno == EINTR) return success();
        return failure(number);
    }

private:
    void drop() noexcept {
        if (number_ >= 0) ::close(number_);
    }

    int number_ = -1;
};

}  // namespace estate::posix
