// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/poll_mechanism.hpp>
#include <estate/backend/posix/descriptor.hpp>
#include <estate/backend/sim/system.hpp>

namespace estate::sim {

/// Watches sockets of a simulated host: BasicPoller<sim::ReadySet, Kinds...>. A wait costs what there is to tell, not
/// what is watched. It tells as epoll does, when something changes and once more after each ask(), so a program that
/// would lose a wake-up there loses it here, each time from the same seed.
class ReadySet {
public:
    using context = System;
    static constexpr bool is_by_level = false;

    static result<ReadySet> open(System system = {}) noexcept {
        posix::BasicDescriptor<System> made(system.open_set(), system);
        if (made.number() < 0) return Error::system(system.error());
        return ReadySet(std::move(made));
    }

    ReadySet(ReadySet&& other) noexcept : set_{std::move(other.set_)} {}  // events are those of one wait
    ReadySet& operator=(ReadySet&&) = delete;
    ~ReadySet() = default;

    result<void> add(int number, std::uint64_t key, Directions directions) noexcept {
        const bool is_level = covers(directions, Directions::level);
        const int in = covers(directions, Directions::in) ? POLLIN | POLLPRI | POLLRDHUP : 0;
        const int out = covers(directions, Directions::out) ? POLLOUT : 0;
        if (system().watch(set_.number(), number, key, static_cast<short>(in | out), is_level) == 0) return success();
        return posix::failure(system(), number);
    }
    result<void> add_waker(int number, std::uint64_t key) noexcept {
        return add(number, key, Directions::in | Directions::level);
    }
    result<void> ask(int number, std::uint64_t key, Directions directions) noexcept {
        return add(number, key, directions);
    }
    result<void> sleep(int number, std::uint64_t key, Directions directions) noexcept {
        return sleep_until_changed(*this, number, key, directions);
    }
    void remove(int number, std::uint64_t) noexcept { static_cast<void>(system().unwatch(set_.number(), number)); }
    /// What is closed is forgotten.
    static void forget(int, std::uint64_t) noexcept {}

    result<std::size_t> wait(Deadline until) noexcept {
        const int count = system().wait(set_.number(), events_, most, until.nanoseconds());
        if (count >= 0) return static_cast<std::size_t>(count);
        if (system().error() == EINTR) return std::size_t{0};
        return posix::failure(set_);
    }
    [[nodiscard]] const PollEvent* events() const noexcept { return events_; }
    static PollEvent read(const PollEvent& event) noexcept { return event; }
    /// Marked: what is watched is not known.
    void put_event(std::size_t index, std::uint64_t key) noexcept { events_[index] = {key | key_mark, false}; }
    [[nodiscard]] std::int64_t now() const noexcept { return system().now(); }

private:
    static constexpr std::size_t most = 128;

    explicit ReadySet(posix::BasicDescriptor<System> set) noexcept : set_{std::move(set)} {}

    [[nodiscard]] System system() const noexcept { return set_.system(); }

    posix::BasicDescriptor<System> set_;
    PollEvent events_[most + most_asked_again];
};

static_assert(PollMechanism<ReadySet>);

}  // namespace estate::sim
