// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/sockets.hpp>
#include <utility>

namespace estate::posix {

/// A flag that a blocked call can wait on: an event of the system.
template <System S>
class Waker {
public:
    static result<Waker> open(S system) noexcept {
        const int event = system.open_event();
        if (event < 0) return Error::system(system.error());
        return Waker(event, system);
    }
    Waker(Waker&& other) noexcept : system_{other.system_}, alarm_{std::exchange(other.alarm_, moved_from)} {}
    Waker& operator=(Waker&& other) noexcept {
        const Alarm taken = std::exchange(other.alarm_, moved_from);  // first: a self-move keeps its event
        drop();
        system_ = other.system_;
        alarm_ = taken;
        return *this;
    }
    ~Waker() { drop(); }

    /// Leaves errno as it was, as a signal handler must. First the flag: what finds the event raised finds that, too.
    void wake() const noexcept {
        __atomic_store_n(&alarm_.raised, true, __ATOMIC_RELEASE);
        system_.raise_event(alarm_.event);
    }
    /// First the event: a wake() that comes between is not lost, since its event stays.
    void reset() const noexcept {
        if (alarm_.event < 0) return;
        system_.lower_event(alarm_.event);
        __atomic_store_n(&alarm_.raised, false, __ATOMIC_RELEASE);
    }
    [[nodiscard]] int number() const noexcept { return alarm_.event; }
    [[nodiscard]] const Alarm& alarm() const noexcept { return alarm_; }

private:
    static constexpr Alarm moved_from{-1, true};

    Waker(int event, S system) noexcept : system_{system}, alarm_{event} {}
    void drop() noexcept {
        if (alarm_.event >= 0) system_.close(alarm_.event);
    }

    [[no_unique_address]] S system_;
    mutable Alarm alarm_;
};

}  // namespace estate::posix

namespace estate {

/// Until when a call may wait, as a parameter of functions that hand it on.
using Until = posix::Until<posix::Kernel>;

}  // namespace estate
