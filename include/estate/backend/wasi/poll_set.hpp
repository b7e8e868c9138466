// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <estate/backend/context.hpp>
#include <estate/backend/wasi/landing.hpp>
#include <estate/backend/wasi/wait.hpp>
#include <estate/backend/wasi/watch.hpp>
#include <span>
#include <utility>

namespace estate::wasi {

/// wasi:io/poll: a table of Capacity sockets that is looked through in each wait. No heap; an entry asks for what its
/// socket sleeps for. A host says only that another attempt is worth while, be it for bytes, an end or an error. It
/// says so in each wait, so every event counts as plain: a sleep that was too early ends at once.
///
/// The sockets have no number of their own: that of their place serves. No waker: a component has one thread.
/// Source  wasi:io/poll poll; wasi:clocks/monotonic-clock subscribe-instant.
template <std::size_t Capacity>
class PollSet {
    static_assert(Capacity > 0 && Capacity <= INT16_MAX);

public:
    using context = NoContext;
    static constexpr bool is_by_level = true;

    static result<PollSet> open(NoContext = {}) noexcept { return PollSet(); }

    PollSet(PollSet&& other) noexcept : used_{std::exchange(other.used_, 0)}, next_{other.next_} {
        for (std::size_t at = 0; at < used_; ++at) {
            watches_[at] = std::exchange(other.watches_[at], Watch());
            if (watches_[at].link != nullptr) watches_[at].link->enter(watches_[at]);
        }
    }
    PollSet& operator=(PollSet&&) = delete;
    ~PollSet() {
        for (std::size_t at = 0; at < used_; ++at) watches_[at].free();
    }

    /// Gives the socket a number, until the link goes.
    /// Errors  errc::capacity_exceeded, errc::moved_from.
    result<void> enter(WatchLink& link, const Subscriptions& ask) noexcept {
        if (!ask.is_of_a_socket()) return errc::moved_from;
        std::size_t at = 0;
        while (at < used_ && watches_[at].link != nullptr) ++at;
        if (at == Capacity) return errc::capacity_exceeded;
        if (at == used_) ++used_;
        Watch& watch = watches_[at];
        watch.number = static_cast<std::uint16_t>(at);
        watch.ask = ask;
        link.enter(watch);
        return success();
    }

    /// Pre  the number is one that enter() gave.
    result<void> add(int number, std::uint64_t key, Directions directions) noexcept {
        Watch& watch = watches_[static_cast<std::size_t>(number)];
        watch.key = key;
        watch.directions = directions;
        return success();
    }
    result<void> ask(int number, std::uint64_t key, Directions directions) noexcept {
        if (Watch* const watch = find(number, key)) watch->directions = directions;
        return success();
    }
    result<void> sleep(int number, std::uint64_t key, Directions directions) noexcept {
        return ask(number, key, directions);
    }
    void remove(int number, std::uint64_t key) noexcept { forget(number, key); }
    void forget(int number, std::uint64_t key) noexcept {
        if (Watch* const watch = find(number, key)) watch->free();
    }

    /// If more is ready than fits, the next wait begins after what was reported.
    /// Errors  resource_deadlock_would_occur: nothing is watched and there is no deadline, so nothing would end it.
    result<std::size_t> wait(Deadline until) noexcept {
        std::size_t asked = 0;
        for (std::size_t at = 0; at < used_; ++at) {
            Watch& watch = watches_[at];
            watch.is_ready = false;
            if (covers(watch.directions, Directions::in)) ask_for(watch.arrives, watch.ask.in, at, asked);
            if (covers(watch.directions, Directions::out)) ask_for(watch.takes, watch.ask.out, at, asked);
        }
        if (until.is_never()) {
            if (asked == 0) return Error::system(EDEADLK);  // an empty list is a trap
            ask_host(asked, asked);
        } else {
            const std::int64_t instant = until.nanoseconds() > 0 ? until.nanoseconds() : 0;
            const Pollable timer(monotonic_clock_subscribe_instant(static_cast<std::uint64_t>(instant)));
            asked_[asked] = timer.borrow();
            ask_host(asked + 1, asked);
        }
        std::size_t told = 0;
        for (std::size_t step = 0; step < used_ && told < most; ++step) {
            const std::size_t at = (next_ + step) % used_;
            if (!watches_[at].is_ready) continue;
            events_[told++] = {watches_[at].key, true};
            if (told == most) next_ = at + 1;
        }
        return told;
    }
    [[nodiscard]] const PollEvent* events() const noexcept { return events_; }
    static PollEvent read(const PollEvent& event) noexcept { return event; }
    void put_event(std::size_t index, std::uint64_t key) noexcept { events_[index] = {key, false}; }
    static std::int64_t now() noexcept { return estate::wasi::now(); }

private:
    static constexpr std::size_t most = Capacity < 64 ? Capacity : 64;

    PollSet() noexcept = default;

    [[nodiscard]] Watch* find(int number, std::uint64_t key) noexcept {
        const auto at = static_cast<std::size_t>(number);  // -1 is none
        if (at >= used_ || watches_[at].link == nullptr || watches_[at].key != key) return nullptr;
        return &watches_[at];
    }
    void ask_for(Pollable& pollable, const Subscription& how, std::size_t at, std::size_t& asked) noexcept {
        if (!pollable) pollable = how.subscribe(how.number);
        owners_[asked] = static_cast<std::uint16_t>(at);
        asked_[asked++] = pollable.borrow();
    }
    /// Marks the sockets whose pollables are ready. What is asked behind the sockets' is a timer.
    void ask_host(std::size_t count, std::size_t of_sockets) noexcept {
        poll_list_borrow_pollable_t asked{asked_, count};
        const Landing landing(std::as_writable_bytes(std::span(answers_)));
        wasip2_list_u32_t answer{};
        poll_poll(&asked, &answer);
        for (std::size_t i = 0; i < answer.len; ++i) {
            if (answer.ptr[i] < of_sockets) watches_[owners_[answer.ptr[i]]].is_ready = true;
        }
    }

    std::size_t used_ = 0;  // places behind are free
    std::size_t next_ = 0;
    Watch watches_[Capacity];
    poll_borrow_pollable_t asked_[2 * Capacity + 1];
    std::uint32_t answers_[2 * Capacity + 1];
    std::uint16_t owners_[2 * Capacity];
    PollEvent events_[most + most_asked_again];
};

static_assert(PollMechanism<PollSet<1>>);

}  // namespace estate::wasi

namespace estate {

template <std::size_t Capacity>
using NativePollSet = wasi::PollSet<Capacity>;

/// At most 256 sockets: 20 KB, of a stack that is 64 KiB unless the linker is given another size.
using NativeMechanism = wasi::PollSet<256>;

}  // namespace estate
