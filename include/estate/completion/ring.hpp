// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/completion_mechanism.hpp>
#include <estate/base/terminate.hpp>
#include <estate/completion/deadlines.hpp>
#include <estate/completion/handler.hpp>
#include <estate/completion/slot.hpp>
#include <estate/completion/wakers.hpp>
#include <estate/readiness/turn.hpp>
#include <estate/socket/waker.hpp>

namespace estate {

/// Has the system do operations of Kinds, and calls a handler for each that is over. Until then it owns the socket and
/// the buffer: neither can be used, closed or freed while the system has them. At most Capacity are in flight; each is
/// placed in a slot of the ring, which is as large as they are and does not move. No heap.
///
///     auto mechanism = Server::probe();  // says why there is none; a Poller serves there
///     if (!mechanism) return serve_by_poller();
///     Server ring(std::move(mechanism).value());
///
/// Dropping it cancels what is in flight and waits for that, then closes the sockets: the system never writes into
/// memory that is gone. A handler that throws ends its turn; what was not reported yet is reported in the next.
///
/// Thread safety: for one thread, that which called probe(); a waker wakes it from others and from signal handlers.
/// Dropping it in another one with operations in flight ends the program. A forked child cannot use it, but drop it.
template <class Mechanism, std::size_t Capacity, class... Kinds>
class BasicRing {
    static_assert(CompletionMechanism<Mechanism> && Capacity > 0 && Capacity < UINT32_MAX);
    static_assert(sizeof...(Kinds) > 0 && sizeof...(Kinds) < detail::FlightKey::woken);
    static_assert((Mechanism::template drives<typename Kinds::socket::transport::backend::handle> && ...),
                  "estate: the ring is the kernel's, and does not know these sockets; a poller does");
    template <class Kind>
    static constexpr bool has = (std::is_same_v<Kind, Kinds> || ...);
    template <class Kind>
    using course_of = detail::course_of<Mechanism, Kind>;

public:
    /// Whether the system can do it, here and now.
    /// Errors  Mechanism::classify() says what they mean.
    [[nodiscard]] static result<Mechanism> probe() noexcept { return Mechanism::open(Capacity); }

    explicit BasicRing(Mechanism&& probed) noexcept : mechanism_{std::move(probed)}, deadlines_{mechanism_.now()} {
        for (std::uint32_t i = 0; i < Capacity; ++i) slots_[i].next_free = i + 1;
    }
    BasicRing(const BasicRing&) = delete;
    BasicRing& operator=(const BasicRing&) = delete;
    ~BasicRing() { drain(); }

    /// Begins an operation that moves bytes of the buffer. From now on both are the ring's; the handler of Kind gives
    /// them back, whatever happens. When the deadline passes the operation is cancelled.
    /// Errors  errc::capacity_exceeded, errc::invalid_argument (the part; nothing to receive into), errc::moved_from,
    ///         or the system's own. Refused has the socket and the buffer.
    template <class Kind>
        requires detail::moves_bytes<typename Kind::operation>
    ESTATE_INLINE submitted<Kind> submit(typename Kind::socket&& socket, typename Kind::buffer&& buffer,
                                         Deadline until = Deadline::never(), Part part = {}) noexcept {
        return begin<Kind>(until, std::move(socket), std::move(buffer), part);
    }
    /// Begins an accept. The listener is the ring's until its handler gives it back. Errors as submit().
    template <class Kind>
        requires std::is_same_v<typename Kind::operation, op::accept>
    submitted<Kind> accept(typename Kind::socket&& listener, Deadline until = Deadline::never()) noexcept {
        return begin<Kind>(until, std::move(listener), {});
    }
    /// Begins a connect. One that was cancelled leaves what the table says.
    /// Errors  as submit(), and for the peer as connect() of the socket.
    template <class Kind>
        requires std::is_same_v<typename Kind::operation, op::connect>
    submitted<Kind> connect(typename Kind::socket&& socket, const typename Kind::socket::transport::address& peer,
                            Deadline until = Deadline::never()) noexcept {
        using Family = typename Kind::socket::transport::family;
        if (!is_stream_peer(peer, Family())) return Refused<Kind>{why_not_peer(peer, Family()), std::move(socket), {}};
        return begin<Kind>(until, std::move(socket), {}, peer);
    }

    /// Cancels an operation: its handler is called in a later turn, with errc::stopped for an outcome, or with what it
    /// did if this came too late. Nothing happens if it is over.
    /// Errors  of the system; it is not cancelled then.
    template <class Kind>
    result<void> cancel(Ticket<Kind> ticket) noexcept {
        return cancel_by(ticket.key_, detail::Cancelled::stopped);
    }
    /// The same, in a later turn if the system has no room for it now; the outcome is then errc::deadline_exceeded.
    template <class Kind>
    void cancel_surely(Ticket<Kind> ticket) noexcept {
        if (!cancel(ticket)) arm(slot_of(ticket), Deadline::at(mechanism_.now()));
    }
    /// The same of all that are in flight.
    result<void> cancel_all() noexcept {
        for (Slot& slot : slots_) {
            if (slot.key == 0) continue;
            if (const auto asked = cancel_by(slot.key, detail::Cancelled::stopped); !asked) return asked;
        }
        return success();
    }

    /// Where an operation in flight is placed: below Capacity, and another for each.
    template <class Kind>
    [[nodiscard]] static std::uint32_t slot_of(Ticket<Kind> ticket) noexcept {
        return detail::FlightKey::index(ticket.key_);
    }
    /// How many operations are in flight.
    [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_; }
    /// Units  nanoseconds of the clock that deadlines are of.
    [[nodiscard]] std::int64_t now() const noexcept { return mechanism_.now(); }

    static constexpr std::uint32_t most_wakers = detail::RingWakers<Mechanism>::most;
    /// From now on a turn ends when the waker is raised, as those of others that were given before. It must outlive the
    /// ring, or be forgotten.
    /// Errors  errc::moved_from; errc::capacity_exceeded: there are most_wakers; the system's own.
    template <class Backend>
    [[nodiscard]] result<void> wake_by(const BasicWaker<Backend>& waker) noexcept {
        return wakers_.add(mechanism_, waker.backend().number());
    }
    /// From now on no turn ends by the waker, whose place is free.
    template <class Backend>
    void forget(const BasicWaker<Backend>& waker) noexcept {
        wakers_.remove(mechanism_, waker.backend().number());
    }

    /// Waits until an operation is over, a waker is raised or the deadline is there, and calls the handlers: one for
    /// each kind, made by on(), and on_timeout() for timers, if there are any. What was submitted before is begun at
    /// the latest now. An interrupted wait is a turn without events.
    /// Errors  of the wait, the system's own: for lack of memory, for example; all that is in flight stays there, and
    ///         the next turn may succeed. That of a waker that cannot be awaited any more, which is forgotten.
    template <class... Handlers>
    ESTATE_INLINE result<Turn> turn(Deadline until, Handlers&&... handlers) {
        static_assert((is_handled_by<Kinds, Handlers...> && ...),
                      "estate: a kind of the ring has no handler in this turn; add on<Kind>(...) for it");
        (detail::bound_by_timers(until, handlers), ...);
        if (!wakers_.are_awaited() && !wakers_.ask(mechanism_)) [[unlikely]]
            until = Deadline::at_once();  // what is over makes room for them
        if (deadlines_.are_there()) [[unlikely]]
            until = deadlines_.bound(until);
        const auto waited = mechanism_.wait(until);
        if (!waited) [[unlikely]]
            return waited.assume_error();
        Turn turn;
        for (auto left = mechanism_.count(); left != 0; --left) {
            if (const auto known = tell(mechanism_.take(), turn, handlers...); !known) [[unlikely]]
                return known.assume_error();
        }
        if (deadlines_.are_there()) [[unlikely]]
            expire();
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
    using Slot = detail::FlightSlot<course_of<Kinds>...>;

    template <class Kind>
    static constexpr std::uint32_t kind_number = 1 + detail::number_of_kind<Kind, Kinds...>();

    template <class Kind, class... Given>
    ESTATE_INLINE submitted<Kind> begin(Deadline until, typename Kind::socket&& socket, typename Kind::buffer&& buffer,
                                        const Given&... given) noexcept {
        static_assert(has<Kind>, "estate: the ring does not know this kind; name it among its Kinds");
        if (free_ == Capacity) [[unlikely]]
            return Refused<Kind>{errc::capacity_exceeded, std::move(socket), std::move(buffer)};
        const std::uint32_t index = free_;
        Slot& slot = slots_[index];
        auto* const course =
            ::new (static_cast<void*>(slot.place)) course_of<Kind>(std::move(socket), std::move(buffer), given...);
        slot.generation += detail::FlightKey::one_generation;  // it goes round
        const std::uint64_t key = detail::FlightKey::of(index, kind_number<Kind>, slot.generation);
        result<void> begun = detail::number_of(course->socket) < 0 ? result<void>(errc::moved_from) : course->check();
        if (begun) [[likely]]
            begun = course->begin(mechanism_, key);
        if (!begun) [[unlikely]] {
            auto refused = course->refuse(begun.assume_error());
            course->~course_of<Kind>();
            return refused;
        }
        free_ = slot.next_free;
        slot.key = key;
        slot.cancelled = detail::Cancelled::no;
        ++in_flight_;
        if (!until.is_never()) [[unlikely]]
            arm(index, until);
        return Ticket<Kind>(key);
    }
    void arm(std::uint32_t index, Deadline until) noexcept { deadlines_.arm(slots_[index].timer, until, index); }

    template <class... Handlers>
    ESTATE_INLINE result<void> tell(const Completion& completion, Turn& turn, Handlers&... handlers) {
        const std::uint32_t kind = detail::FlightKey::kind(completion.key);
        if (kind > sizeof...(Kinds)) [[unlikely]] {
            if (kind == detail::FlightKey::nothing) return success();
            bool is_raised = false;  // the turn itself stays in registers
            const auto told = wakers_.tell(mechanism_, completion, is_raised);
            turn.woken |= is_raised;
            return told;
        }
        (void)((kind_number<Kinds> == kind && (tell_one<Kinds>(completion, turn, handlers...), true)) || ...);
        return success();
    }
    template <class Kind, class... Handlers>
    ESTATE_INLINE void tell_one(const Completion& completion, Turn& turn, Handlers&... handlers) {
        const std::uint32_t index = detail::FlightKey::index(completion.key);
        Slot& slot = slots_[index];
        auto& course = slot.template course<course_of<Kind>>();
        const detail::Cancelled cancelled = slot.cancelled;
        auto answer = detail::answer_of<Mechanism>(completion.outcome, cancelled);
        if (!course.is_over(answer, cancelled)) [[unlikely]] {
            const auto begun = course.begin(mechanism_, completion.key);
            if (begun) return;
            answer = begun.assume_error();
        }
        ++turn.events;
        (give<Kind>(handlers, index, answer, cancelled), ...);
    }
    template <class Kind, class Handler>
    ESTATE_INLINE void give(Handler& handler, std::uint32_t index, const detail::Answer& answer,
                            detail::Cancelled cancelled) {
        if constexpr (!std::is_same_v<typename Handler::kind, Kind>) return;
        else if constexpr (requires { Handler::takes_slot; }) handler.act(end<Kind>(index, answer, cancelled), index);
        else handler.act(end<Kind>(index, answer, cancelled));
    }
    /// The slot is free when its handler is called.
    template <class Kind>
    ESTATE_INLINE Done<Kind> end(std::uint32_t index, const detail::Answer& answer, detail::Cancelled why) noexcept {
        Done<Kind> done = slots_[index].template course<course_of<Kind>>().end(answer, why);
        release<Kind>(index);
        return done;
    }
    template <class Kind>
    ESTATE_INLINE void release(std::uint32_t index) noexcept {
        Slot& slot = slots_[index];
        slot.template course<course_of<Kind>>().~course_of<Kind>();
        if (deadlines_.are_there()) [[unlikely]]
            deadlines_.disarm(slot.timer);
        slot.key = 0;
        slot.next_free = free_;
        free_ = index;
        --in_flight_;
    }

    result<void> cancel_by(std::uint64_t key, detail::Cancelled why) noexcept {
        const std::uint32_t index = detail::FlightKey::index(key);
        if (index >= Capacity || key == 0 || slots_[index].key != key) return success();  // it is over
        Slot& slot = slots_[index];
        if (slot.cancelled != detail::Cancelled::no) return success();
        if (const auto asked = mechanism_.cancel(key, detail::FlightKey::nothing); !asked) return asked;
        slot.cancelled = why;
        deadlines_.disarm(slot.timer);
        return success();
    }
    ESTATE_COLD void expire() noexcept {
        deadlines_.expire(mechanism_.now(), [this](std::uint32_t index) {
            if (cancel_by(slots_[index].key, detail::Cancelled::late)) return;
            arm(index, Deadline::at(mechanism_.now()));  // in a later turn, which has room
        });
    }

    /// What nobody waits for any more: the sockets close, that which was accepted meanwhile too.
    void drain() noexcept {
        constexpr std::int64_t again_after = 50'000'000;
        if (in_flight_ != 0 && mechanism_.is_elsewhere()) {
            for (Slot& slot : slots_) {  // a copy, which the system does not write into
                if (slot.key != 0) drop({slot.key, -1});
            }
        }
        while (in_flight_ != 0) {
            static_cast<void>(mechanism_.cancel_all(detail::FlightKey::nothing));
            const auto waited = mechanism_.wait(Deadline::at(mechanism_.now() + again_after));
            for (auto left = mechanism_.count(); left != 0; --left) drop(mechanism_.take());
            if (!waited && !Mechanism::is_passing(waited.assume_error()) && in_flight_ != 0) {
                detail::terminate_with("estate: a ring cannot wait for what is in flight; drop it in its own thread");
            }
        }
    }
    void drop(const Completion& completion) noexcept {
        const std::uint32_t kind = detail::FlightKey::kind(completion.key);
        (void)((kind_number<Kinds> == kind && (drop_one<Kinds>(completion), true)) || ...);
    }
    template <class Kind>
    void drop_one(const Completion& completion) noexcept {
        const std::uint32_t index = detail::FlightKey::index(completion.key);
        const auto why = slots_[index].cancelled;
        static_cast<void>(end<Kind>(index, detail::answer_of<Mechanism>(completion.outcome, why), why));
    }

    Mechanism mechanism_;
    detail::FlightDeadlines deadlines_;
    std::uint32_t free_ = 0;
    std::size_t in_flight_ = 0;
    detail::RingWakers<Mechanism> wakers_;
    Slot slots_[Capacity];
};

}  // namespace estate
