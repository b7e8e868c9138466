// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/eventfd.h>

#include <cstdint>
#include <estate/backend/posix/descriptor.hpp>

namespace estate::posix {

/// A flag that a blocked call can wait on. Source: eventfd(2).
class Waker {
public:
    static result<Waker> open() noexcept {
        Descriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        if (event.number() < 0) return Error::system(errno);
        return Waker(std::move(event));
    }

    void wake() const noexcept {
        const std::uint64_t one = 1;
        // Fails only where the counter is full, and then the flag is up already.
        [[maybe_unused]] const auto written = ::write(event_.number(), &one, sizeof one);
    }
    void reset() const noexcept {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto taken = ::read(event_.number(), &count, sizeof count);
    }
    [[nodiscard]] int number() const noexcept { return event_.number(); }

private:
    explicit Waker(Descriptor event) noexcept : event_{std::move(event)} {}

    Descriptor event_;
};

}  // namespace estate::posix
