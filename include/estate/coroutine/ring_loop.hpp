// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/completion/ring.hpp>
#include <estate/coroutine/operation.hpp>
#include <estate/coroutine/run.hpp>

namespace estate {

namespace detail {

/// A task that waits for an operation of the Kind.
template <class Kind>
struct Waiter {
    Waiter() noexcept {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() {
        if (is_over()) given.~Given();
    }
    ESTATE_INLINE [[nodiscard]] bool is_over() const noexcept { return routine == nullptr; }
    /// Whom it resumes then.
    template <class From>
    ESTATE_INLINE Routine* give(From&& from) noexcept {
        ::new (static_cast<void*>(&given)) Given(std::forward<From>(from));
        return std::exchange(routine, nullptr);
    }

    using Given = result<Done<Kind>>;
    Routine* routine = static_cast<Routine*>(static_cast<void*>(this));  // nobody yet; nullptr once it is given
    union {
        Given given;
    };
};

/// What a ring calls when an operation of the Kind is over, with the number of its slot.
template <class Kind>
struct WaiterHandler {
    using kind = Kind;
    static constexpr bool takes_slot = true;

    ESTATE_INLINE void act(Done<Kind>&& done, std::uint32_t slot) const {
        auto* const waiter = static_cast<Waiter<Kind>*>(std::exchange(waiters[slot], nullptr));
        if (waiter == nullptr) [[unlikely]]
            return;  // its scope was stopped
        Routine& routine = *waiter->give(std::move(done));
        routine.acts->go_on(routine);
    }
    void** waiters;
};

// What goes into an operation, until it is begun.
template <class Kind>
struct BeginsTransfer {
    template <class Ring>
    ESTATE_INLINE submitted<Kind> operator()(Ring& ring) noexcept {
        return ring.template submit<Kind>(std::move(socket), std::move(buffer), until, part);
    }
    typename Kind::socket socket;
    typename Kind::buffer buffer;
    Deadline until;
    Part part;
};
template <class Kind>
struct BeginsAccept {
    template <class Ring>
    submitted<Kind> operator()(Ring& ring) noexcept {
        return ring.template accept<Kind>(std::move(listener), until);
    }
    typename Kind::socket listener;
    Deadline until;
};
template <class Kind>
struct BeginsConnect {
    template <class Ring>
    submitted<Kind> operator()(Ring& ring) noexcept {
        return ring.template connect<Kind>(std::move(socket), peer, until);
    }
    typename Kind::socket socket;
    typename Kind::socket::transport::address peer;
    Deadline until;
};

/// co_await of an operation of a ring.
template <class RingLoop, class Kind, class Begin>
class [[nodiscard]] Flying : Awaits, Waiter<Kind> {
public:
    template <class... Given>
    ESTATE_INLINE explicit Flying(RingLoop& loop, Given&&... given) noexcept
        : loop_{loop}, begin_{std::forward<Given>(given)...} {}
    Flying(const Flying&) = delete;
    Flying& operator=(const Flying&) = delete;
    ~Flying() = default;

    template <class Promise>
    ESTATE_INLINE void begin(Promise& promise) noexcept {
        this->routine = &promise;
        if (promise.is_stopped) [[unlikely]]
            return end_by(why_stopped(promise));
        const auto begun = begin_(loop_.ring_);
        if (!begun) [[unlikely]]
            return end_by(begun.assume_error().code);
        ticket_ = begun.assume_value();
        promise.waits_for = this;
        promise.acts = &ActsOf<Flying, Promise>::table;
        loop_.waiters_[loop_.ring_.slot_of(ticket_)] = static_cast<Waiter<Kind>*>(this);
    }
    ESTATE_INLINE [[nodiscard]] bool await_ready() const noexcept { return this->is_over(); }
    static void await_suspend(std::coroutine_handle<>) noexcept {}
    ESTATE_INLINE [[nodiscard]] result<Done<Kind>> await_resume() noexcept { return std::move(this->given); }

    // For the loop.

    static bool go_on(Routine&) noexcept { return true; }
    /// It is stopped: the ring keeps what it has until the system is done with it.
    static void end(Routine& routine, Error why) noexcept {
        auto& self = *static_cast<Flying*>(routine.waits_for);
        self.loop_.waiters_[self.loop_.ring_.slot_of(self.ticket_)] = nullptr;
        self.loop_.ring_.cancel_surely(self.ticket_);
        self.end_by(why);
    }

private:
    void end_by(Error why) noexcept { this->give(why); }

    RingLoop& loop_;
    Ticket<Kind> ticket_;
    Begin begin_;
};

}  // namespace detail

/// A Loop by a ring: tasks await operations in flight, as those of the ring it has. It does not watch sockets, so an
/// Async is not of it; scopes, slabs, join() and sleep_until() are as in any other loop.
///
///     Task<> echo(Scope& scope, Server& ring, Peer peer, SlabBuffer buffer);
///     BOOST_OUTCOME_CO_TRY(auto got, co_await ring.submit<Receive>(std::move(peer), std::move(buffer)));
///
/// What is awaited has the socket and the buffer, and gives a Done with both and the outcome: an operation whose
/// deadline passed, or which failed, loses nothing. Only one that was not begun, or whose scope was stopped while it
/// was in flight, gives an Error in place of the Done: the ring cancels it then, and closes its socket when the system
/// is done with it. So the task ends at once, and memory that the system writes into stays. Awaiting allocates nothing.
///
/// Thread safety: as of BasicRing; a waker ends run() from others and from signal handlers.
template <class Mechanism, std::size_t Capacity, class... Kinds>
class BasicRingLoop final : public Loop {
    using R = BasicRing<Mechanism, Capacity, Kinds...>;
    template <class Kind, template <class> class Begins>
    using Flying = detail::Flying<BasicRingLoop, Kind, Begins<Kind>>;

public:
    /// Whether the system can do it, here and now. As BasicRing::probe().
    [[nodiscard]] static result<Mechanism> probe() noexcept { return R::probe(); }

    explicit BasicRingLoop(Mechanism&& probed) noexcept : Loop(nullptr, 0, probed.now()), ring_{std::move(probed)} {}

    [[nodiscard]] std::int64_t now() const noexcept override { return ring_.now(); }
    /// How many operations are in flight, with those of tasks that were stopped.
    [[nodiscard]] std::size_t in_flight() const noexcept { return ring_.in_flight(); }

    /// co_await submit<Kind>(...): moves bytes of the buffer. result<Done<Kind>>
    /// Errors  as BasicRing::submit(), what stopped the scope: the socket and the buffer are gone. All else is the
    ///         outcome of the Done.
    template <class Kind>
    [[nodiscard]] ESTATE_INLINE auto submit(typename Kind::socket&& socket, typename Kind::buffer&& buffer,
                                            Deadline until = Deadline::never(), Part part = {}) noexcept {
        return Flying<Kind, detail::BeginsTransfer>(*this, std::move(socket), std::move(buffer), until, part);
    }
    /// co_await accept<Kind>(...): result<Done<Kind>>, which has the listener. Errors as submit().
    template <class Kind>
    [[nodiscard]] auto accept(typename Kind::socket&& listener, Deadline until = Deadline::never()) noexcept {
        return Flying<Kind, detail::BeginsAccept>(*this, std::move(listener), until);
    }
    /// co_await connect<Kind>(...): result<Done<Kind>>. Errors as submit(), and of the peer.
    template <class Kind>
    [[nodiscard]] auto connect(typename Kind::socket&& socket, const typename Kind::socket::transport::address& peer,
                               Deadline until = Deadline::never()) noexcept {
        return Flying<Kind, detail::BeginsConnect>(*this, std::move(socket), peer, until);
    }

    /// Does not compile: what is awaited here has its socket.
    template <class S>
    void watch(S&&) noexcept {
        constexpr bool watches = std::is_void_v<S>;
        static_assert(watches, "estate: a loop by a ring watches no socket; await its submit(), accept() or connect()");
    }

    /// Resumes what may go on, and waits for it until the deadline. Errors as BasicRing::turn().
    ESTATE_INLINE result<void> turn(Deadline until) {
        if (has_more_) [[unlikely]]
            until = prepare(until);
        const auto turned = ring_.turn(until, detail::WaiterHandler<Kinds>{waiters_}...);
        if (!turned) [[unlikely]]
            return turned.assume_error();
        if (has_more_) [[unlikely]]
            look_after_more();
        return success();
    }

    /// As BasicLoop::run().
    /// Errors  of a task, what stopped the scope; as BasicRing::wake_by() and turn(); then the scope is stopped too.
    template <class Backend>
    result<void> run(Scope& scope, const BasicWaker<Backend>& waker, Deadline until = Deadline::never()) {
        if (const auto added = ring_.wake_by(waker); !added) {
            scope.stop(added.assume_error());
            return added.assume_error();
        }
        const struct Added {
            ~Added() { ring.forget(waker); }  // a task may throw
            R& ring;
            const BasicWaker<Backend>& waker;
        } guard{ring_, waker};
        return detail::run_tasks(*this, scope, until, [&] { return waker.backend().alarm().is_raised(); });
    }
    result<void> run(Scope& scope, Deadline until = Deadline::never()) {
        return detail::run_tasks(*this, scope, until, [] { return false; });
    }

private:
    template <class RingLoop, class Kind, class Begin>
    friend class detail::Flying;
    template <class L, class Raised>
    friend result<void> detail::run_tasks(L& loop, Scope& scope, Deadline until, Raised raised);

    ESTATE_INLINE bool turn(Deadline until, Error& why) {
        const auto turned = turn(until);
        if (!turned) [[unlikely]]
            why = turned.assume_error();
        return turned.has_value();
    }

    result<void> add(int, std::uint64_t, Directions) noexcept override { return errc::capacity_exceeded; }
    result<void> sleep(int, std::uint64_t, Directions) noexcept override { return errc::capacity_exceeded; }
    void remove(int, std::uint64_t) noexcept override {}
    [[nodiscard]] bool is_by_level() const noexcept override { return false; }

    R ring_;
    void* waiters_[Capacity] = {};  // by slot, a detail::Waiter of the Kind; nullptr where nobody waits any more
};

}  // namespace estate
