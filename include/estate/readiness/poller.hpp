// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/readiness/handler.hpp>
#include <estate/socket/waker.hpp>

namespace estate {

template <class Mechanism, class... Kinds>
class BasicPoller;

namespace detail {
/// What a poller has beside its sockets, by its mechanism.
template <class Poller, class Mechanism>
class PollerWakes {};
template <class Poller, WakeableMechanism Mechanism>
class PollerWakes<Poller, Mechanism> {
public:
    /// From now on a turn ends when the waker is raised, as those of others that were given before. It must outlive the
    /// poller. No member where nothing could wake, as in a component of WASI.
    /// Errors  errc::moved_from, errc::capacity_exceeded; not_enough_memory, no_space_on_device.
    template <class Backend>
    [[nodiscard]] result<void> wake_by(const BasicWaker<Backend>& waker) noexcept {
        const int number = waker.backend().number();
        if (number < 0) return errc::moved_from;
        return static_cast<Poller&>(*this).mechanism_.add_waker(
            number, Key::of(static_cast<std::uint32_t>(number), Poller::waker_kind));
    }
};
}  // namespace detail

/// Watches sockets of Kinds and calls a handler for each that may be tried. It owns no socket: Watched does.
///
/// It loses no wake-up: a socket sleeps only if a call on it would have blocked, which its Next proves. An event of a
/// socket that was closed meanwhile is dropped, also where its number was given to another: keys have generations. No
/// heap, whatever the mechanism: nothing is allocated for an event or a socket. A handler that throws ends its turn:
/// events that were not reported yet are reported in the next, its own socket's among them, which nothing has proved
/// to sleep.
///
/// Thread safety: for one thread; a waker wakes it from others and from signal handlers.
template <class Mechanism, class... Kinds>
class BasicPoller : public detail::PollerWakes<BasicPoller<Mechanism, Kinds...>, Mechanism> {
    static_assert(PollMechanism<Mechanism> && sizeof...(Kinds) < 255);
    template <class Kind>
    static constexpr bool has = (std::is_same_v<Kind, Kinds> || ...);

public:
    /// Errors  too_many_files_open, or the system's own.
    [[nodiscard]] static result<BasicPoller> open(typename Mechanism::context context = {}) noexcept {
        auto made = Mechanism::open(context);
        if (!made) return made.assume_error();
        return BasicPoller(std::move(made).assume_value());
    }

    BasicPoller(BasicPoller&& other) noexcept
        : mechanism_{std::move(other.mechanism_)}, generation_{other.generation_},
          pending_{std::exchange(other.pending_, 0U)}, rest_until_{other.rest_until_} {
        for (std::uint32_t i = 0; i < asked(); ++i) again_[i] = other.again_[i];
        for (std::uint32_t i = 0; i < resting(); ++i) rests_[i] = other.rests_[i];
        for (std::uint32_t i = 0; i < untold(); ++i) {
            mechanism_.put_event(i, Mechanism::read(other.mechanism_.events()[i]).key);
        }
    }
    BasicPoller& operator=(BasicPoller&&) = delete;
    ~BasicPoller() = default;

    /// Watches the socket, which goes into what it returns. Its handler is called in the next turn in which it may be
    /// tried; what came before counts.
    /// Leaves  the socket on failure.
    /// Errors  not_enough_memory, no_space_on_device, errc::capacity_exceeded; errc::moved_from.
    template <class Kind>
    ESTATE_INLINE [[nodiscard]] transition_result<Watched<Kind>, TransitionError<typename Kind::socket>> watch(
        typename Kind::socket&& socket) noexcept {
        static_assert(has<Kind>, "estate: the poller does not watch this kind; name it among its Kinds");
        Watched<Kind> watched(std::move(socket), next_stamp<Kind>());
        const auto added = add(watched);
        if (added) [[likely]]
            return watched;
        return TransitionError<typename Kind::socket>{added.assume_error(), std::move(watched.socket_)};
    }
    /// Gives the socket back, unwatched.
    template <class Kind>
        requires has<Kind>
    [[nodiscard]] typename Kind::socket unwatch(Watched<Kind>&& watched) noexcept {
        if (!watched.is_empty()) mechanism_.remove(watched.number(), watched.key());
        watched.stamp_ = 0;
        return std::move(watched.socket_);
    }
    /// Its handler is called in the next turn, whether or not anything happened: it has something to send now.
    template <class Kind>
        requires has<Kind>
    void ask(const Watched<Kind>& watched) noexcept {
        if (!watched.is_empty()) ask_again<Kind>(watched.key());
    }

    /// Units  nanoseconds of the clock that deadlines are of.
    [[nodiscard]] std::int64_t now() const noexcept { return mechanism_.now(); }

    /// Waits until a socket may be tried, the waker is raised or the deadline is there, and calls the handlers: one for
    /// each kind, made by on(), and on_timeout() for timers, if there are any. One turn calls a socket once or twice.
    /// An interrupted wait is a turn without events.
    /// Errors  of the wait, the system's own: for lack of memory, for example. Nothing is lost by it.
    template <class... Handlers>
    ESTATE_INLINE result<Turn> turn(Deadline until, Handlers&&... handlers) {
        static_assert((is_handled_by<Kinds, Handlers...> && ...),
                      "estate: a kind that the poller watches has no handler in this turn; add on<Kind>(...) for it");
        (detail::bound_by_timers(until, handlers), ...);
        const auto waited = pending_ == 0 ? mechanism_.wait(until) : hurry(until);
        if (!waited) [[unlikely]]
            return waited.assume_error();
        Turn turn{waited.assume_value(), false};
        tell_all(turn, handlers...);
        (detail::expire_timers(mechanism_, handlers), ...);
        return turn;
    }
    /// Turns as long as more() says so. Errors as turn().
    template <class More, class... Handlers>
        requires std::predicate<More&>
    ESTATE_INLINE result<void> run(More more, Handlers&&... handlers) {
        return detail::take_turns(more, *this, handlers...);
    }

private:
    friend detail::PollerWakes<BasicPoller, Mechanism>;

    static constexpr std::uint32_t waker_kind = 0xff;
    static constexpr std::uint32_t most_resting = 4;
    static constexpr std::uint32_t one_resting = 1U << 8U;
    static constexpr std::uint32_t one_untold = 1U << 16U;
    static_assert(most_asked_again < one_resting && most_resting < one_untold / one_resting);

    explicit BasicPoller(Mechanism&& opened) noexcept : mechanism_{std::move(opened)} {}

    template <class Kind>
    static constexpr bool is_by_level = covers(detail::directions_of<typename Kind::interest>, Directions::level);
    template <class Kind>
    static constexpr std::uint32_t kind_number = detail::number_of_kind<Kind, Kinds...>();
    /// Never 0, which is what watches nothing.
    template <class Kind>
    ESTATE_INLINE std::uint32_t next_stamp() noexcept {
        generation_ = generation_ + 1 < detail::Key::generations ? generation_ + 1 : 1;
        return generation_ << 8U | kind_number<Kind>;
    }

    template <class Kind>
    ESTATE_INLINE result<void> add(Watched<Kind>& watched) noexcept {
        if constexpr (!std::is_same_v<decltype(watched.link_), NoWatchLink>) {
            const auto entered = mechanism_.enter(watched.link_, lifecycle::machine::body(watched.socket_).handle);
            if (!entered) return entered;
        }
        return mechanism_.add(watched.number(), watched.key(), detail::first_directions_of<typename Kind::interest>);
    }

    template <class... Handlers>
    ESTATE_INLINE void tell_all(Turn& turn, Handlers&... handlers) {
        const auto* const first = mechanism_.events();
        struct Told {
            ~Told() {
                if (each != end) [[unlikely]]  // a handler has thrown
                    poller.keep(each, end);
            }
            BasicPoller& poller;
            decltype(mechanism_.events()) each;
            decltype(mechanism_.events()) end;
        } told{*this, first, first + turn.events};
        for (; told.each != told.end; ++told.each) tell(Mechanism::read(*told.each), turn, handlers...);
    }
    template <class Event>
    ESTATE_COLD void keep(const Event* first, const Event* end) noexcept {
        for (std::uint32_t i = 0; first != end; ++first, ++i) {
            mechanism_.put_event(i, Mechanism::read(*first).key);
            pending_ += one_untold;
        }
    }
    template <class... Handlers>
    ESTATE_INLINE void tell(PollEvent event, Turn& turn, Handlers&... handlers) {
        const std::uint32_t kind = detail::Key::kind(event.key);
        if (((kind == kind_number<Kinds> && (tell_kind<Kinds>(event, handlers...), true)) || ...)) return;
        turn.woken = true;
    }
    template <class Kind, class... Handlers>
    ESTATE_INLINE void tell_kind(PollEvent event, Handlers&... handlers) {
        (tell_handler<Kind>(event, handlers), ...);
    }
    template <class Kind, class Handler>
    ESTATE_INLINE void tell_handler(PollEvent event, Handler& handler) {
        if constexpr (std::is_same_v<Kind, typename Handler::kind>) {
            const int number = static_cast<int>(detail::Key::index(event.key));
            Watched<Kind>* const watched = handler.find(detail::Key::index(event.key));
            if (watched == nullptr || watched->stamp_ != detail::Key::stamp(event.key)) [[unlikely]]
                return mechanism_.forget(number, event.key);
            if constexpr (is_by_level<Kind>) {
                event.key &= ~key_mark;
                if (!event.is_plain) [[unlikely]]  // it may have rested
                    static_cast<void>(mechanism_.ask(number, event.key, Directions::in | Directions::level));
            }
            settle<Kind>(number, event.key, handler.act(Ready<Kind>(*watched, event.is_plain)), handler);
        }
    }
    template <class Kind, class Handler>
    ESTATE_INLINE void settle(int number, std::uint64_t key, Next<Kind> next, Handler& handler) {
        using Step = typename Next<Kind>::Step;
        if (next.step_ == Step::gone) return mechanism_.forget(number, key);
        if (next.step_ != Step::in || (key & key_mark) != 0) [[unlikely]] {
            const auto* const watched = handler.find(detail::Key::index(key));
            const bool is_same = watched != nullptr && watched->stamp_ == detail::Key::stamp(key);
            if (!is_same) return mechanism_.forget(number, key);  // it may have given its number to another
        }
        switch (next.step_) {
            case Step::again:
                if constexpr (!is_by_level<Kind>) ask_again<Kind>(key);
                return;
            case Step::rests: return rest<Kind>(key);
            case Step::in:
            case Step::out:
            case Step::both:
            case Step::gone: break;
        }
        if (!mechanism_.sleep(number, key, static_cast<Directions>(next.step_))) ask_again<Kind>(key);
    }

    // All counts in one word, so that a turn asks one question.
    [[nodiscard]] std::uint32_t asked() const noexcept { return pending_ % one_resting; }
    [[nodiscard]] std::uint32_t resting() const noexcept { return pending_ % one_untold / one_resting; }
    [[nodiscard]] std::uint32_t untold() const noexcept { return pending_ / one_untold; }

    /// No system call, as long as no more than most_asked_again want it.
    template <class Kind>
    ESTATE_COLD void ask_again(std::uint64_t key) noexcept {
        if (asked() < most_asked_again) {
            again_[asked()] = key;
            ++pending_;
        } else {
            static_cast<void>(mechanism_.ask(static_cast<int>(detail::Key::index(key)), key & ~key_mark,
                                             detail::directions_of<typename Kind::interest>));
        }
    }
    /// A wait, with what else is to be reported put behind its events, so that each handler is called in one place,
    /// where it can be inlined. What was not reported yet comes without a wait.
    ESTATE_COLD result<std::size_t> hurry(Deadline until) noexcept {
        if (const std::size_t kept = untold(); kept > 0) {
            pending_ %= one_untold;
            return kept;
        }
        if (resting() > 0 && rest_until_.has_passed(mechanism_.now())) {
            for (; resting() > 0 && asked() < most_asked_again; pending_ -= one_resting, ++pending_) {
                again_[asked()] = rests_[resting() - 1];
            }
        }
        if (asked() > 0) until = Deadline::at_once();
        const auto waited = mechanism_.wait(resting() > 0 ? earlier_of(until, rest_until_) : until);
        if (!waited) return waited.assume_error();
        std::size_t events = waited.assume_value();
        for (; asked() > 0; --pending_) mechanism_.put_event(events++, again_[asked() - 1]);
        return events;
    }

    template <class Kind>
    ESTATE_COLD void rest(std::uint64_t key) noexcept {
        if (resting() == most_resting) return;  // reported in the next wait
        if (!mechanism_.ask(static_cast<int>(detail::Key::index(key)), key, Directions::level)) return;
        if (resting() == 0) rest_until_ = Deadline::at(mechanism_.now() + rest_of_accept);
        rests_[resting()] = key;
        pending_ += one_resting;
    }

    Mechanism mechanism_;
    std::uint32_t generation_ = 0;
    std::uint32_t pending_ = 0;
    Deadline rest_until_ = Deadline::never();
    std::uint64_t again_[most_asked_again];
    std::uint64_t rests_[most_resting];
};

}  // namespace estate
