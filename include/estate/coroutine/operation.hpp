// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <estate/coroutine/scope.hpp>
#include <estate/net/buffer.hpp>
#include <estate/socket/attempt.hpp>

// What a coroutine awaits of a socket. It is placed in the frame of the coroutine, so awaiting allocates nothing.

namespace estate::detail {

/// Until when a call waits; at most one is given.
template <class T>
concept IsUntil = std::convertible_to<T, Deadline>;

/// The deadline of an operation, if it has one.
template <bool HasDeadline>
struct Term {
    static constexpr bool is_at_once() noexcept { return false; }
};
template <>
struct Term<true> : TaskTimer {
    explicit Term(Deadline when) noexcept { until = when; }
    /// Pre  it is not armed.
    [[nodiscard]] bool is_at_once() const noexcept { return until == Deadline::at_once(); }
};

/// Awaits what Call does with a socket of the class S, for which Way must be free. Call::run() makes attempts, and
/// answers whether it is over.
template <class S, class Call, Directions Way, bool HasDeadline>
class [[nodiscard]] Operation : Awaits {
    using Outcome = typename Call::outcome;
    static constexpr bool receives = Way == Directions::in;

public:
    template <class... Until>
    ESTATE_INLINE Operation(const Async<S>& socket, const Call& call, Until... until) noexcept
        : async_{&socket}, call_{call}, term_{until...} {}
    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;
    ~Operation() {
        if constexpr (!std::is_trivially_destructible_v<Outcome>) {
            if (await_ready()) outcome_.~Outcome();
        }
    }

    // For the coroutine.

    /// Makes an attempt, or waits.
    template <class Promise>
    ESTATE_INLINE void begin(Promise& promise) noexcept {
        if (promise.is_stopped) [[unlikely]]
            return fail(why_stopped(promise));
        Entry& entry = this->entry();
        if (receives && entry.receives_left == Left::none_until_told && !term_.is_at_once()) [[likely]] {
            entry.receives_left = Left::waited_for;
            entry.in = &promise;
            return wait(promise);
        }
        if (term_.is_at_once() || !take_one(receives ? entry.receives_left : entry.sends_left)) [[unlikely]] {
            if (is_over_otherwise()) return;
        } else if (run_now()) [[likely]] {
            return finish();
        }
        wait(promise);
        wait_otherwise(promise);
    }
    ESTATE_INLINE [[nodiscard]] bool await_ready() const noexcept { return async_ == nullptr; }
    ESTATE_INLINE static void await_suspend(std::coroutine_handle<>) noexcept {}
    ESTATE_INLINE [[nodiscard]] Outcome await_resume() noexcept { return std::move(outcome_); }

    // For the loop. What is needed after a call of the system is read again, so that nothing has to survive it.

    ESTATE_INLINE static bool go_on(Routine& routine) noexcept {
        const auto at = [&routine]() -> Operation& { return *static_cast<Operation*>(routine.waits_for); };
        if (!Call::run(at, true)) [[unlikely]]
            return at().wait_on(routine);
        at().stop_waiting();
        if constexpr (!std::is_trivially_destructible_v<Outcome>) at().finish();
        return true;
    }
    ESTATE_COLD static void end(Routine& routine, Error why) noexcept {
        auto& self = *static_cast<Operation*>(routine.waits_for);
        self.left() = receives ? self.entry().asleep : Left::all;
        self.stop_waiting();
        self.fail(why);
    }
    ESTATE_COLD static bool go_on_queued(Routine& routine) noexcept {
        auto& self = *static_cast<Operation*>(routine.waits_for);
        leave_queue(routine);
        self.left() = receives && self.entry().is_plain ? self.entry().asleep : Left::all_but_one;
        if (go_on(routine)) return true;
        if (!receives && !self.entry().is_by_level()) self.ask(routine);
        return false;
    }
    ESTATE_COLD static void end_queued(Routine& routine, Error why) noexcept {
        auto& self = *static_cast<Operation*>(routine.waits_for);
        leave_queue(routine);
        Left& left = self.left();
        end(routine, why);
        left = Left::none_in_this_turn;
    }

    // For the call.

    ESTATE_INLINE [[nodiscard]] Call& call() noexcept { return call_; }
    ESTATE_INLINE [[nodiscard]] const S& socket() const noexcept { return async_->socket_; }
    ESTATE_INLINE [[nodiscard]] Entry& entry() const noexcept { return *async_->entry_; }
    /// In the place of the call.
    template <class From>
    ESTATE_INLINE bool give(From&& from) noexcept {
        ::new (static_cast<void*>(&outcome_)) Outcome(std::forward<From>(from));
        return true;
    }

private:
    ESTATE_INLINE [[nodiscard]] Left& left() const noexcept {
        return receives ? entry().receives_left : entry().sends_left;
    }
    ESTATE_INLINE bool run_now() noexcept {
        return Call::run([this]() -> Operation& { return *this; }, false);
    }
    ESTATE_INLINE void finish() noexcept { async_ = nullptr; }
    void fail(Error why) noexcept {
        give(call_.failed(why));
        finish();
    }
    ESTATE_INLINE void stop_waiting() noexcept {
        (receives ? entry().in : entry().out) = nullptr;
        if constexpr (HasDeadline) term_.cancel();
    }
    template <class Promise>
    ESTATE_INLINE void wait(Promise& promise) noexcept {
        promise.waits_for = this;
        promise.acts = &ActsOf<Operation, Promise>::table;
        if constexpr (HasDeadline) arm(promise, term_, term_.until);
    }
    ESTATE_COLD bool is_over_otherwise() noexcept {
        if (&entry() == &Entry::nowhere) {
            fail(errc::moved_from);
        } else if (left() == Left::waited_for) {
            fail(Error::system(EBUSY));
        } else if (term_.is_at_once()) {
            run_now() ? finish() : fail(errc::deadline_exceeded);
        }
        return await_ready();
    }
    ESTATE_COLD void wait_otherwise(Routine& routine) noexcept {
        const bool gives_way = left() == Left::none_in_this_turn;
        left() = Left::waited_for;
        (receives ? entry().in : entry().out) = &routine;
        if (gives_way) {
            enter_queue(routine);
        } else if (!receives || entry().is_by_level()) {
            ask(routine);
        }
    }
    /// By level, what was reported may be what the other direction was watched for.
    ESTATE_COLD bool wait_on(Routine& routine) noexcept {
        left() = Left::waited_for;
        if (entry().is_by_level()) ask(routine);
        return false;
    }
    void ask(Routine& routine) noexcept {
        if (!want(routine, entry())) enter_queue(routine);  // and asks once more
    }

    const Async<S>* async_;  // nullptr once it is over
    union {
        Call call_;
        Outcome outcome_;
    };
    [[no_unique_address]] Term<HasDeadline> term_;
};

/// One attempt that succeeds.
template <class Answer, class Attempt>
struct Once {
    using outcome = Answer;
    Attempt attempt;

    static Error failed(Error why) noexcept { return why; }
    template <class At>
    ESTATE_INLINE static bool run(At at, bool is_told) noexcept {
        if constexpr (requires { at().call().attempt.first(at().socket()); }) {
            const auto count = at().call().attempt.first(at().socket());
            if (count <= 0) [[unlikely]]
                return settle(at(), count, is_told);
            made(at(), static_cast<std::size_t>(count), is_told);
            return at().give(static_cast<std::size_t>(count));
        } else {
            return take(at(), at().call().attempt(at().socket()), is_told);
        }
    }

private:
    template <class Operation, class Count>
    ESTATE_COLD static bool settle(Operation& operation, Count count, bool is_told) noexcept {
        return take(operation, operation.call().attempt.after(operation.socket(), count), is_told);
    }
    template <class Operation, class Got>
    ESTATE_INLINE static bool take(Operation& operation, Got got, bool is_told) noexcept {
        Attempt& attempt = operation.call().attempt;
        if (!got) [[unlikely]] {
            attempt.failed(operation.entry(), is_told);
            return operation.give(got.assume_error());
        }
        if (got.assume_value().would_block()) {
            attempt.blocked(operation.entry());
            return false;
        }
        made(operation, got.assume_value().value(), is_told);
        return operation.give(std::move(got).assume_value().value());
    }
    template <class Operation, class Made>
    ESTATE_INLINE static void made(Operation& operation, const Made& what, bool is_told) noexcept {
        operation.call().attempt.made(operation.entry(), what, is_told);
    }
};

/// As many attempts as a buffer needs.
template <class Answer, class Attempt>
struct All {
    using outcome = Answer;
    Attempt attempt;
    std::size_t done = 0;

    [[nodiscard]] Incomplete failed(Error why) const noexcept { return Incomplete{why, done}; }
    template <class At>
    static bool run(At at, bool is_told) noexcept {
        auto& operation = at();
        All& self = operation.call();
        do {  // once for nothing too
            const Attempt rest = self.attempt.rest(self.done);
            auto got = rest(operation.socket());
            if (!got) [[unlikely]] {
                rest.failed(operation.entry(), is_told);
                return operation.give(self.failed(got.assume_error()));
            }
            if (got.assume_value().would_block()) {
                rest.blocked(operation.entry());
                return false;
            }
            rest.made(operation.entry(), got.assume_value().value(), std::exchange(is_told, false));
            self.done += got.assume_value().value();
        } while (self.done < self.attempt.size());
        return operation.give(success());
    }
};

// What an attempt says of further ones. For one that follows a report of the mechanism, Entry::go_on() has said what
// holds if it takes all.
struct OnReceive {
    static void blocked(Entry& entry) noexcept { entry.receives_left = entry.asleep; }
    static void failed(Entry& entry, bool is_told) noexcept {
        if (is_told) entry.receives_left = Left::all_but_one;
    }
    template <class Made>
    ESTATE_INLINE static void made(Entry& entry, const Made&, bool is_told) noexcept {
        failed(entry, is_told);
    }
};
struct OnSend {
    static void blocked(Entry& entry) noexcept { entry.sends_left = Left::none_until_told; }
    static void failed(Entry&, bool) noexcept {}
    template <class Made>
    ESTATE_INLINE static void made(Entry&, const Made&, bool) noexcept {}
};

}  // namespace estate::detail
