// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/native.hpp>
#include <estate/coroutine/routine.hpp>
#include <estate/readiness/kind.hpp>
#include <estate/readiness/wheel.hpp>
#if defined(ESTATE_NATIVE_WATCH_LINK)
#include ESTATE_NATIVE_WATCH_LINK
#else
namespace estate {
using NativeWatchLink = NoWatchLink;
}
#endif

namespace estate {

namespace detail {

/// Its calls can be awaited: it never waits itself, and its table says that it can be watched for one of these.
template <class S>
inline constexpr bool is_awaitable = is_watchable<S, interest::acceptable> || is_watchable<S, interest::readable> ||
                                     is_watchable<S, interest::writable>;

template <class Backend>
using watch_link = typename watch_link_of<Backend>::type;

struct Awaits;

}  // namespace detail

template <class S>
    requires detail::is_awaitable<S>
class Async;

namespace detail {

/// How many calls of a direction may be made before the others have their turn, or why none.
enum class Left : std::int8_t {
    all = 16,
    all_but_one = 15,
    none_in_this_turn = 0,
    none_until_asked = -1,           // it would block, and what each wait reports has to be asked for
    none_until_asked_left_out = -2,  // and the mechanism does not watch the socket meanwhile
    waited_for = -3,                 // by somebody else
    none_until_told = -4             // it would block, and is reported once
};
/// Whether one may be made; it is counted then.
ESTATE_INLINE inline bool take_one(Left& left) noexcept {
    if (left <= Left::none_in_this_turn) [[unlikely]]
        return false;
    left = static_cast<Left>(static_cast<int>(left) - 1);
    return true;
}

/// What a loop keeps of a descriptor: which coroutines wait for it, and what is known of it.
struct Entry {
    [[nodiscard]] bool is_by_level() const noexcept { return asleep != Left::none_until_told; }
    [[nodiscard]] bool is_left_out() const noexcept { return asleep == Left::none_until_asked_left_out; }

    /// By a task that receives, and no other.
    [[nodiscard]] ESTATE_INLINE bool is_awaited() const noexcept { return in != nullptr && out == nullptr; }
    /// Nothing but bytes came. Pre  is_awaited()
    ESTATE_INLINE void go_on() {
        is_plain = true;
        sends_left = Left::all;
        receives_left = asleep;  // if the receive that is made now takes all, as it will say
        in->acts->go_on(*in);
    }

    static Entry nowhere;  // of what was moved from

    Routine* in = nullptr;
    Routine* out = nullptr;
    std::uint32_t stamp = 0;  // 0 where nothing is watched
    Left receives_left = Left::none_in_this_turn;
    Left sends_left = Left::none_in_this_turn;
    bool is_plain = false;                // what was reported of it was bytes alone
    Left asleep = Left::none_in_this_turn;  // what receives_left becomes where a receive would block
};
static_assert(sizeof(Entry) == 2 * sizeof(Routine*) + 8);
inline constinit Entry Entry::nowhere{};

inline void must_be_free(const Entry& entry) noexcept {
    if (entry.in == nullptr && entry.out == nullptr) return;
    terminate_with("estate: a socket goes while a task waits for it; leave the task's scope before");
}

/// A deadline of a task.
struct TaskTimer : Timer {
    union {
        Deadline until = Deadline::never();  // before it is armed
        Routine* routine;                    // that waits for it
    };
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
        if (watched.entry_ != &detail::Entry::nowhere) leave(*std::exchange(watched.entry_, &detail::Entry::nowhere));
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
#if defined(ESTATE_NATIVE_WATCH_LINK)
    virtual result<void> give_number(NativeWatchLink& link, const NativeWatchLink::source& source) noexcept = 0;
#endif

    [[nodiscard]] int number_of(const detail::Entry& entry) const noexcept { return static_cast<int>(&entry - table_); }
    [[nodiscard]] std::uint64_t key_of(const detail::Entry& entry) const noexcept {
        return detail::Key::of(static_cast<std::uint32_t>(number_of(entry)), entry.stamp);
    }

    /// Something is reported of the descriptor.
    void tell(detail::Entry& entry, bool is_plain) {
        using detail::Left;
        entry.is_plain = is_plain;
        if (entry.out == nullptr) entry.sends_left = Left::all;
        if (entry.in != nullptr) {
            entry.receives_left = is_plain ? entry.asleep : Left::all_but_one;
            entry.in->acts->go_on(*entry.in);  // which may close it
        } else {
            entry.receives_left = Left::all;
            if (entry.out == nullptr && entry.is_by_level()) leave_out(entry);
        }
        if (entry.out == nullptr) return;
        entry.sends_left = Left::all;
        entry.out->acts->go_on(*entry.out);
    }
    /// Calls the tasks that have used up their quantum in the last turn.
    ESTATE_COLD void run_queue() {
        while (running_ != nullptr) running_->acts->go_on(*running_);  // which takes it out
    }
    void expire();
    /// Before a wait: until when, so that no task that gave way and no timer is late.
    ESTATE_COLD Deadline prepare(Deadline until) noexcept {
        if (running_ == nullptr) running_ = std::exchange(queue_, nullptr);  // else the last wait has failed
        const Deadline first = has_timers_ ? wheel_.next() : Deadline::never();
        has_timers_ = !first.is_never();
        has_more_ = has_timers_ || running_ != nullptr;
        return running_ != nullptr ? Deadline::at_once() : earlier_of(until, first);
    }
    ESTATE_COLD void look_after_more() {
        run_queue();
        if (has_timers_) expire();
        has_more_ = has_timers_ || queue_ != nullptr;
    }

    detail::Entry* table_;
    std::uint32_t capacity_;
    std::uint32_t generation_ = 0;
    bool has_more_ = false;    // than sockets to look after: a queue or timers
    bool has_timers_ = false;
    detail::Routine* queue_ = nullptr;
    detail::Routine* running_ = nullptr;  // of the queue, those to be called in this turn
    Wheel wheel_;

private:
    friend class Scope;
    friend struct detail::Awaits;

    static constexpr bool has_links = !std::is_same_v<NativeWatchLink, NoWatchLink>;

    template <class S>
    transition_result<Async<S>, TransitionError<S>> enter(S&& socket) noexcept {
        constexpr bool listens = detail::is_watchable<S, interest::acceptable>;
        detail::watch_link<typename S::transport::backend> link;
        const auto entry = enter<typename S::transport::backend>(
            link, lifecycle::machine::body(socket).handle,
            listens ? Directions::in | Directions::level : Directions::in);
        if (entry) return Async<S>(std::move(socket), *entry.assume_value(), std::move(link));
        return TransitionError<S>{entry.assume_error(), std::move(socket)};
    }
    template <class Backend>
    result<detail::Entry*> enter(detail::watch_link<Backend>& link, const typename Backend::handle& handle,
                                 Directions directions) noexcept {
        if constexpr (std::is_same_v<detail::watch_link<Backend>, NoWatchLink>) {
            return enter(Backend::number(handle), directions);
        } else {
            if (const auto given = give_number(link, handle); !given) return given.assume_error();
            return enter(link.number(), directions);
        }
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
        const bool is_told_once = !is_by_level() && !covers(directions, Directions::level);
        entry.asleep = is_told_once ? detail::Left::none_until_told : detail::Left::none_until_asked;
        entry.receives_left = entry.asleep;
        entry.sends_left = detail::Left::all;
        return &entry;
    }
    ESTATE_COLD void leave(detail::Entry& entry) noexcept {
        detail::must_be_free(entry);
        if (!entry.is_left_out()) remove(number_of(entry), key_of(entry));
        entry = {};
    }
    /// Nobody waits for what each wait reports.
    ESTATE_COLD void leave_out(detail::Entry& entry) noexcept {
        if constexpr (has_links) {
            static_cast<void>(sleep(number_of(entry), key_of(entry), Directions::none));
        } else {
            remove(number_of(entry), key_of(entry));
            entry.asleep = detail::Left::none_until_asked_left_out;
        }
    }
    /// Somebody waits for the descriptor, beyond what is watched of it anyway.
    ESTATE_COLD result<void> want(detail::Entry& entry) noexcept {
        Directions wanted = entry.in != nullptr ? Directions::in : Directions::none;
        if (entry.out != nullptr) wanted = wanted | Directions::out;
        if (entry.is_left_out()) {
            const auto added = add(number_of(entry), key_of(entry), wanted | Directions::level);
            if (added) entry.asleep = detail::Left::none_until_asked;
            return added;
        }
        if (!entry.is_by_level()) wanted = wanted | Directions::in;  // input is reported once; the entry remembers it
        return sleep(number_of(entry), key_of(entry), wanted);
    }
    ESTATE_COLD void queue(detail::Routine& routine) noexcept {
        routine.acts = routine.acts->other;
        routine.queued = std::exchange(queue_, &routine);
        has_more_ = true;
    }
    ESTATE_COLD void unqueue(detail::Routine& routine) noexcept {
        routine.acts = routine.acts->other;
        for (detail::Routine** list : {&running_, &queue_}) {
            for (; *list != nullptr; list = &(*list)->queued) {
                if (*list != &routine) continue;
                *list = std::exchange(routine.queued, nullptr);
                return;
            }
        }
    }
    ESTATE_COLD void arm(Timer& timer, Deadline until, std::uint32_t id) noexcept {
        wheel_.arm(timer, until, id);
        has_timers_ = true;
        has_more_ = true;
    }
};

}  // namespace estate
