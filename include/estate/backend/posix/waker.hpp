// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/sockets.hpp>

namespace estate::posix {

/// A flag that a blocked call can wait on: an event of the system.
template <System S>
class Waker {
public:
    static result<Waker> open(S system) noexcept {
        BasicDescriptor<S> event(system.open_event(), system);
        if (event.number() < 0) return Error::system(system.error());
        return Waker(std::move(event));
    }

    /// Leaves errno as it was, as a signal handler must.
    void wake() const noexcept { event_.system().raise_event(event_.number()); }
    void reset() const noexcept { event_.system().lower_event(event_.number()); }
    [[nodiscard]] int number() const noexcept { return event_.number(); }

private:
    explicit Waker(BasicDescriptor<S> event) noexcept : event_{std::move(event)} {}

    BasicDescriptor<S> event_;
};

}  // namespace estate::posix
