// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/epoll.h>

#include <estate/backend/poll_mechanism.hpp>
#include <estate/backend/posix/sockets.hpp>

namespace estate::posix {

/// Linux: a set of descriptors in the kernel. A socket is reported when something changes (EPOLLET), and once more
/// after each EPOLL_CTL_MOD if something is possible then, so nothing is kept here of a socket.
/// Source  epoll(7), epoll_ctl(2), epoll_wait(2).
class Epoll {
public:
    using context = Kernel;
    static constexpr bool is_by_level = false;

    static result<Epoll> open(Kernel system = {}) noexcept {
        BasicDescriptor<Kernel> made(::epoll_create1(EPOLL_CLOEXEC), system);
        if (made.number() < 0) return Error::system(system.error());
        return Epoll(std::move(made));
    }

    Epoll(Epoll&& other) noexcept : set_{std::move(other.set_)} {}  // events are those of one wait
    Epoll& operator=(Epoll&&) = delete;
    ~Epoll() = default;

    /// What comes in is reported at once; sending is asked for by sleep().
    /// Errors  not_enough_memory, no_space_on_device (max_user_watches), the system's own.
    ESTATE_INLINE result<void> add(int number, std::uint64_t key, Directions directions) noexcept {
        return control(EPOLL_CTL_ADD, number, key, mask_of(directions));
    }
    result<void> add_waker(int number, std::uint64_t key) noexcept {
        return control(EPOLL_CTL_ADD, number, key, EPOLLIN);
    }
    result<void> ask(int number, std::uint64_t key, Directions directions) noexcept {
        return control(EPOLL_CTL_MOD, number, key, mask_of(directions));
    }
    ESTATE_INLINE result<void> sleep(int number, std::uint64_t key, Directions directions) noexcept {
        return sleep_until_changed(*this, number, key, directions);
    }
    void remove(int number, std::uint64_t) noexcept {
        epoll_event none{};
        static_cast<void>(::epoll_ctl(set_.number(), EPOLL_CTL_DEL, number, &none));
    }
    /// The kernel forgets what is closed, unless another process or dup() keeps it open.
    static void forget(int, std::uint64_t) noexcept {}

    ESTATE_INLINE result<std::size_t> wait(Deadline until) noexcept {
        const int count = wait_first(until);
        if (count >= 0) [[likely]]
            return static_cast<std::size_t>(count);
        return wait_again();
    }
    // The two steps of it: how many events, and what fewer than 0 means.
    ESTATE_INLINE int wait_first(Deadline until) noexcept {
        return ::epoll_wait(set_.number(), events_, most, until.is_never() ? -1 : milliseconds(until));
    }
    ESTATE_COLD [[nodiscard]] result<std::size_t> wait_again() const noexcept {
        if (errno == EINTR) return std::size_t{0};
        return failure(set_);
    }
    [[nodiscard]] const epoll_event* events() const noexcept { return events_; }
    ESTATE_INLINE static PollEvent read(const epoll_event& event) noexcept {
        return {event.data.u64, (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI)) == 0};
    }
    void put_event(std::size_t index, std::uint64_t key) noexcept {
        events_[index].events = EPOLLRDHUP;
        events_[index].data.u64 = key | key_mark;  // what is watched is not known
    }
    static std::int64_t now() noexcept { return Kernel::now(); }

private:
    static constexpr int most = 128;

    explicit Epoll(BasicDescriptor<Kernel> set) noexcept : set_{std::move(set)} {}

    static constexpr std::uint32_t mask_of(Directions directions) noexcept {
        std::uint32_t mask = covers(directions, Directions::level) ? 0 : std::uint32_t{EPOLLET};
        if (covers(directions, Directions::in)) mask |= EPOLLIN | EPOLLRDHUP | EPOLLPRI;
        if (covers(directions, Directions::out)) mask |= EPOLLOUT;
        return mask;
    }
    ESTATE_INLINE result<void> control(int how, int number, std::uint64_t key, std::uint32_t mask) noexcept {
        epoll_event wanted;
        wanted.events = mask;
        wanted.data.u64 = key;
        if (::epoll_ctl(set_.number(), how, number, &wanted) == 0) [[likely]]
            return success();
        return failure<Kernel>(number);
    }
    /// Rounded up: never early.
    ESTATE_COLD static int milliseconds(Deadline until) noexcept {
        if (until.nanoseconds() <= 0) return 0;
        const std::int64_t left = until.nanoseconds() - now();
        if (left <= 0) return 0;
        constexpr std::int64_t longest = INT32_MAX;
        const std::int64_t rounded = left / 1'000'000 + (left % 1'000'000 != 0 ? 1 : 0);
        return static_cast<int>(rounded < longest ? rounded : longest);
    }
    BasicDescriptor<Kernel> set_;
    epoll_event events_[most + most_asked_again];
};

static_assert(PollMechanism<Epoll>);

}  // namespace estate::posix
