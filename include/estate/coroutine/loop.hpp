// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/coroutine/strand.hpp>
#include <estate/readiness/kind.hpp>
#include <estate/readiness/wheel.hpp>

namespace estate {

namespace detail {

/// Its calls can be awaited: it never waits itself, and its table says that it can be watched for one of these.
template <class S>
inline constexpr bool is_awaitable = is_watchable<S, interest::acceptable> || is_watchable<S, interest::readable> ||
                                     is_watchable<S, interest::writable>;

struct Awaits;

}  // namespace detail

template <class S>
    requires detail::is_awaitable<S>
class Async;

namespace detail {

/// What a loop keeps of a descriptor: which tasks wait for it, and what is known of it.
struct Entry {
    static constexpr std::uint8_t quantum = 16;

    Strand* in = nullptr;
    Strand* out = nullptr;
    std::uint32_t stamp = 0;  // 0 where nothing is watched
    bool may_receive = false;      // told of since a receive would have blocked
    bool is_plain = false;         // what was told of it was bytes alone
    std::uint8_t left = quantum;   // calls before the others have their turn
    bool is_by_level : 1 = false;  // told of in each wait, as long as it is watched
    bool is_left_out : 1 = false;  // not watched by the mechanism until somebody waits
};
static_assert(sizeof(Entry) == 2 * sizeof(Strand*) + 8);

inline void must_be_free(const Entry& entry) noexcept {
    if (entry.in == nullptr && entry.out == nullptr) return;
    terminate_with("estate: a socket goes while a task waits for it; leave the task's scope before");
}

/// A deadline of a task.
struct TaskTimer : Timer {
    Strand* strand = nullptr;
};

}  // namespace detail

/// Resumes coroutines when their sockets may be tried, their deadlines pass or they are stopped. BasicLoop is one with
/// a mechanism. It owns neither sockets nor tasks, allocates nothing, and must outlive both.
///
/// Thread safety: for one thread; a waker ends run() from others and from signal handlers.
class Loop {
public:
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Watches the socket, whose calls can then be awaited: an Async<S>, or a TransitionError<S>.
    /// Leaves  the socket on failure.
    /// Errors  errc::capacity_exceeded (its descriptor is beyond the table), errc::moved_from; the system's own.
    template <class S>
    [[nodiscard]] auto watch(S&& socket) noexcept {
        constexpr bool is_awaitable = detail::is_awaitable<S>;
        static_assert(is_awaitable, "estate: calls are awaited of a socket that never waits and is connected, listens "
                                    "or is a datagram socket; watch what set_nonblocking() gives");
        if constexpr (is_awaitable) return enter(std::move(socket));
    }
    /// Gives the socket back, unwatched, for a transition. No task may wait for it.
    template <class S>
    [[nodiscard]] S unwatch(Async<S>&& watched) noexcept {
        if (watched.entry_ != nullptr) leave(*std::exchange(watched.entry_, nullptr));
        return lifecycle::machine::make<S>(std::move(lifecycle::machine::body(watched.socket_)));
    }

    /// Units  nanoseconds of the clock that deadlines are of.
    [[nodiscard]] virtual std::int64_t now() const noexcept = 0;
    /// So long from now.
    template <DurationShape D>
    [[nodiscard]] Deadline in(const D& duration) const noexcept {
        return Deadline::in(duration, now());
    }

protected:
    Loop(detail::Entry* table, std::uint32_t capacity, std::int64_t now) noexcept
        : table_{table}, capacity_{capacity}, wheel_{now} {}
    ~Loop() = default;

    virtual result<void> add(int number, std::uint64_t key, Directions directions) noexcept = 0;
    virtual result<void> sleep(int number, std::uint64_t key, Directions directions) noexcept = 0;
    virtual void remove(int number, std::uint64_t key) noexcept = 0;
    [[nodiscard]] virtual bool is_by_level() const noexcept = 0;

    [[nodiscard]] int number_of(const detail::Entry& entry) const noexcept { return static_cast<int>(&entry - table_); }
    [[nodiscard]] std::uint64_t key_of(const detail::Entry& entry) const noexcept {
        return detail::Key::of(static_cast<std::uint32_t>(number_of(entry)), entry.stamp);
    }

    /// Something is told of the descriptor.
    ESTATE_INLINE void tell(detail::Entry& entry, bool is_plain) {
        entry.is_plain = is_plain;
        entry.may_receive = true;
        if (detail::Strand* const in = entry.in) [[likely]] {
            in->act(*in, detail::Cause::ready);
            if (entry.out == nullptr) [[likely]]
                return;
        }
        if (detail::Strand* const out = entry.out)
            out->act(*out, detail::Cause::ready);
        else if (entry.is_by_level)
            leave_out(entry);
    }
    /// Calls those who have used up their quantum in the last turn.
    ESTATE_COLD void run_queue() {
        while (running_ != nullptr) running_->act(*running_, detail::Cause::ready);  // which takes it out
    }
    void expire();
    /// Until when to wait, so that no timer is late.
    ESTATE_COLD Deadline hurry(Deadline until) noexcept {
        const Deadline first = wheel_.next();
        has_timers_ = !first.is_never();
        return earlier_of(until, first);
    }

    detail::Entry* table_;
    std::uint32_t capacity_;
    std::uint32_t generation_ = 0;
    bool has_timers_ = false;
    detail::Strand* queue_ = nullptr;
    detail::Strand* running_ = nullptr;  // of the queue, those to be called in this turn
    Wheel wheel_;

private:
    friend class Scope;
    friend struct detail::Awaits;

    template <class S>
    transition_result<Async<S>, TransitionError<S>> enter(S&& socket) noexcept {
        constexpr bool listens = detail::is_watchable<S, interest::acceptable>;
        const auto entry = enter(S::transport::backend::number(lifecycle::machine::body(socket).handle),
                                 listens ? Directions::in | Directions::level : Directions::in);
        if (entry) return Async<S>(std::move(socket), *entry.assume_value());
        return TransitionError<S>{entry.assume_error(), std::move(socket)};
    }
    ESTATE_COLD result<detail::Entry*> enter(int number, Directions directions) noexcept {
        if (number < 0) return errc::moved_from;
        if (static_cast<std::uint32_t>(number) >= capacity_) return errc::capacity_exceeded;
        detail::Entry& entry = table_[number];
        generation_ = generation_ + 1 < UINT32_MAX ? generation_ + 1 : 1;
        const std::uint64_t key = detail::Key::of(static_cast<std::uint32_t>(number), generation_);
        if (const auto added = add(number, key, directions); !added) return added.assume_error();
        entry = {};
        entry.stamp = generation_;
        entry.is_by_level = is_by_level() || covers(directions, Directions::level);
        return &entry;
    }
    ESTATE_COLD void leave(detail::Entry& entry) noexcept {
        detail::must_be_free(entry);
        if (!entry.is_left_out) remove(number_of(entry), key_of(entry));
        entry = {};
    }
    /// Nobody waits for what is told of in each wait.
    ESTATE_COLD void leave_out(detail::Entry& entry) noexcept {
        remove(number_of(entry), key_of(entry));
        entry.is_left_out = true;
    }
    /// Somebody waits for the descriptor, beyond what is watched of it anyway.
    ESTATE_COLD result<void> want(detail::Entry& entry) noexcept {
        Directions wanted = entry.in != nullptr ? Directions::in : Directions::none;
        if (entry.out != nullptr) wanted = wanted | Directions::out;
        if (entry.is_left_out) {
            const auto added = add(number_of(entry), key_of(entry), wanted | Directions::level);
            entry.is_left_out = !added;
            return added;
        }
        if (!entry.is_by_level) wanted = wanted | Directions::in;  // input is told once, and the entry remembers it
        return sleep(number_of(entry), key_of(entry), wanted);
    }
    ESTATE_COLD void queue(detail::Strand& strand) noexcept {
        strand.is_queued = true;
        strand.queued = std::exchange(queue_, &strand);
    }
    ESTATE_COLD void unqueue(detail::Strand& strand) noexcept {
        strand.is_queued = false;
        for (detail::Strand** list : {&running_, &queue_}) {
            for (; *list != nullptr; list = &(*list)->queued) {
                if (*list != &strand) continue;
                *list = std::exchange(strand.queued, nullptr);
                return;
            }
        }
    }
    ESTATE_COLD void arm(Timer& timer, Deadline until, std::uint32_t id) noexcept {
        wheel_.arm(timer, until, id);
        has_timers_ = true;
    }
};

}  // namespace estate
