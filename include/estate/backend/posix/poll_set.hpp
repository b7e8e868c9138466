// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <estate/backend/poll_mechanism.hpp>
#include <estate/backend/posix/sockets.hpp>

namespace estate::posix {

/// poll(): a table of Capacity descriptors that is looked through in each wait, on every system, a simulated one among
/// them. No heap. An entry asks for what its socket sleeps for, so nothing is reported that the handler cannot use.
/// Source  POSIX poll().
template <System S, std::size_t Capacity>
class PollSet {
public:
    using context = S;
    static constexpr bool is_by_level = true;

    static result<PollSet> open(S system = {}) noexcept { return PollSet(system); }

    PollSet(PollSet&& other) noexcept : system_{other.system_}, count_{std::exchange(other.count_, 0)} {
        for (std::size_t at = 0; at < count_; ++at) {
            descriptors_[at] = other.descriptors_[at];
            keys_[at] = other.keys_[at];
        }
    }
    PollSet& operator=(PollSet&&) = delete;
    ~PollSet() = default;

    /// Errors  errc::capacity_exceeded.
    result<void> add(int number, std::uint64_t key, Directions directions) noexcept {
        if (number < 0) return errc::moved_from;
        std::size_t at = find(number);  // of a socket that was closed, where its number is given anew
        if (at == count_) {
            if (count_ == Capacity) return errc::capacity_exceeded;
            ++count_;
        }
        descriptors_[at] = {number, mask_of(directions), 0};
        keys_[at] = key;
        return success();
    }
    result<void> add_waker(int number, std::uint64_t key) noexcept { return add(number, key, Directions::in); }
    result<void> ask(int number, std::uint64_t key, Directions directions) noexcept {
        const std::size_t at = find(number);
        if (at < count_ && keys_[at] == key) descriptors_[at].events = mask_of(directions);
        return success();
    }
    result<void> sleep(int number, std::uint64_t key, Directions directions) noexcept {
        return ask(number, key, directions);
    }
    void remove(int number, std::uint64_t key) noexcept { forget(number, key); }
    void forget(int number, std::uint64_t key) noexcept {
        const std::size_t at = find(number);
        if (at == count_ || keys_[at] != key) return;
        --count_;
        descriptors_[at] = descriptors_[count_];
        keys_[at] = keys_[count_];
    }

    /// If more is ready than fits, the next wait begins after what was reported.
    result<std::size_t> wait(Deadline until) noexcept {
        const int ready = system_.poll(descriptors_, count_, until.nanoseconds());
        if (ready < 0 && system_.error() != EINTR) return failure(system_, 0);
        std::size_t told = 0;
        for (std::size_t step = 0; ready > 0 && step < count_ && told < most; ++step) {
            const std::size_t at = (next_ + step) % count_;
            if (descriptors_[at].revents == 0) continue;
            events_[told++] = {keys_[at], (descriptors_[at].revents & ~(POLLIN | POLLOUT)) == 0};
            if (told == most) next_ = at + 1;
        }
        return told;
    }
    [[nodiscard]] const PollEvent* events() const noexcept { return events_; }
    static PollEvent read(const PollEvent& event) noexcept { return event; }
    void put_event(std::size_t index, std::uint64_t key) noexcept { events_[index] = {key, false}; }
    std::int64_t now() const noexcept { return system_.now(); }

private:
    static constexpr std::size_t most = 64;

    explicit PollSet(S system) noexcept : system_{system} {}

    static constexpr short mask_of(Directions directions) noexcept {
        return static_cast<short>((covers(directions, Directions::in) ? POLLIN | POLLPRI | Kernel::peer_closed : 0) |
                                  (covers(directions, Directions::out) ? POLLOUT : 0));
    }
    [[nodiscard]] std::size_t find(int number) const noexcept {
        std::size_t at = 0;
        while (at < count_ && descriptors_[at].fd != number) ++at;
        return at;
    }

    [[no_unique_address]] S system_;
    std::size_t count_ = 0;
    std::size_t next_ = 0;
    pollfd descriptors_[Capacity];
    std::uint64_t keys_[Capacity];
    PollEvent events_[most + most_asked_again];
};

}  // namespace estate::posix
