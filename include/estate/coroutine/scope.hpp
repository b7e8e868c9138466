// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstring>
#include <estate/base/terminate.hpp>
#include <estate/coroutine/loop.hpp>
#include <estate/coroutine/slab.hpp>
#include <estate/coroutine/task.hpp>

namespace estate {

namespace detail {

/// The deadline of a scope.
struct ScopeTimer : Timer {
    Scope* scope = nullptr;
};
enum class TimerOf : std::uint32_t { task, scope };

/// co_await scope.join()
class [[nodiscard]] Join {
public:
    explicit Join(Scope& scope) noexcept : scope_{scope} {}

    template <class Promise>
    void begin(Promise& promise);
    [[nodiscard]] bool await_ready() const noexcept;
    static void await_suspend(std::coroutine_handle<>) noexcept {}
    [[nodiscard]] result<void> await_resume() const;

private:
    template <class Promise>
    struct JoinActs {
        static void end(Routine& routine, Error why);
        static constexpr Acts table{resume<Promise>, end};
        static constexpr Acts told{resume<Promise>, nullptr};
    };

    Scope& scope_;
    const Routine* refused_ = nullptr;
};

}  // namespace detail

/// Owns tasks, and nothing outlives it: leaving it stops them and waits until they have ended.
///
/// A task that is stopped goes on with errc::stopped as the answer of what it waited for, and of each further call that
/// it awaits; so it ends in the same moment, unless it loops without looking at what it is answered. Stopping a scope
/// stops those within it first.
class Scope {
public:
    Scope(Loop& loop ESTATE_LIFETIMEBOUND, Slab& slab ESTATE_LIFETIMEBOUND) noexcept : loop_{loop}, slab_{slab} {}
    /// Within another, whose slab it takes; with a deadline, at which it is stopped by errc::deadline_exceeded.
    explicit Scope(Scope& outer ESTATE_LIFETIMEBOUND, Deadline until = Deadline::never()) noexcept
        : Scope(outer, outer.slab_, until) {}
    Scope(Scope& outer ESTATE_LIFETIMEBOUND, Slab& slab ESTATE_LIFETIMEBOUND,
          Deadline until = Deadline::never()) noexcept
        : loop_{outer.loop_}, slab_{slab}, is_stopped_{outer.is_stopped_}, why_{outer.why_}, place_{&outer.inner_} {
        next_ = std::exchange(outer.inner_, this);
        if (next_ != nullptr) next_->place_ = &next_;
        end_.scope = this;
        if (!until.is_never()) loop_.arm(end_, until, static_cast<std::uint32_t>(detail::TimerOf::scope));
    }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() {
        stop();
        if (tasks_ != nullptr || busy_ != 0)
            detail::terminate_with("estate: a task leaves the Scope that it runs in");
        if (inner_ != nullptr) detail::terminate_with("estate: a Scope ends before one within it");
        if (thrown_ != nullptr) detail::terminate_with("estate: nobody saw what a task threw; join() its scope");
        if (place_ == nullptr) return;
        *place_ = next_;
        if (next_ != nullptr) next_->place_ = place_;
    }

    /// Starts the task, which runs until it waits. What it answers is kept for join() if it is the first failure; it
    /// stops nobody.
    /// Errors  errc::capacity_exceeded: the slab had no cell for its frame; what stopped the scope.
    result<void> spawn(Task<void>&& task) {
        if (!task.coroutine_) return errc::capacity_exceeded;
        if (is_stopped_) return why_;
        const auto coroutine = std::exchange(task.coroutine_, nullptr);
        detail::Routine& routine = coroutine.promise();
        routine.role = detail::Routine::Role::task;
        routine.scope = this;
        routine.place = &tasks_;
        routine.next = std::exchange(tasks_, &routine);
        if (routine.next != nullptr) routine.next->place = &routine.next;
        coroutine.resume();
        return success();
    }
    /// Stops all tasks; they have ended when it returns, but for the one that calls it. If that is a task of a scope
    /// within, those around it end in the next turn: they must not leave a scope that runs.
    void stop(Error why = errc::stopped) {
        mark(why);
        tell_stopped();
    }
    /// co_await scope.join(): waits until all tasks have ended.
    /// Errors  their first failure, else what stopped the scope. Their first exception comes out of it; it has stopped
    ///         the others. device_or_resource_busy: another task joins, or the scope is that of the task itself.
    [[nodiscard]] detail::Join join() noexcept { return detail::Join(*this); }

    [[nodiscard]] bool is_empty() const noexcept { return tasks_ == nullptr; }
    [[nodiscard]] bool is_stopped() const noexcept { return is_stopped_; }
    [[nodiscard]] Loop& loop() const noexcept { return loop_; }
    [[nodiscard]] Slab& slab() const noexcept { return slab_; }

    // What join() and BasicLoop::run() answer.
    [[nodiscard]] result<void> outcome() {
        if (thrown_ != nullptr) std::rethrow_exception(std::exchange(thrown_, nullptr));
        if (has_failed_) return failure_;
        if (is_stopped_) return why_;
        return success();
    }

private:
    friend class Loop;
    friend struct detail::Awaits;
    friend detail::PromiseBase;
    friend class detail::Join;

    void mark(Error why) noexcept {
        if (!is_stopped_) {
            is_stopped_ = true;
            why_ = why;
        }
        end_.cancel();
        for (auto* task = tasks_; task != nullptr; task = task->next) {
            for (auto* routine = task; routine != nullptr; routine = called_by(*routine)) routine->is_stopped = true;
        }
        for (auto* scope = inner_; scope != nullptr; scope = scope->next_) scope->mark(why);
    }
    /// Ends each wait that is not ended yet; what is within first. Any of the tasks may change all lists.
    ESTATE_COLD void tell_stopped() {
        ++busy_;
        while (Scope* const scope = inner_to_tell()) scope->tell_stopped();
        while (detail::Routine* const routine = routine_to_tell()) routine->acts->end(*routine, why_);
        if (tasks_ != nullptr && runs_within())  // stop() once more, from the loop
            loop_.arm(end_, Deadline::at_once(), static_cast<std::uint32_t>(detail::TimerOf::scope));
        --busy_;
        tell_joined();
    }
    /// A task of a scope within is on the stack.
    [[nodiscard]] bool runs_within() const noexcept {
        for (const auto* scope = inner_; scope != nullptr; scope = scope->next_) {
            if (scope->busy_ != 0 || scope->runs_within()) return true;
            for (auto* task = scope->tasks_; task != nullptr; task = task->next) {
                if (innermost_of(*task).acts == nullptr) return true;
            }
        }
        return false;
    }
    [[nodiscard]] detail::Routine* routine_to_tell() const noexcept {
        if (runs_within()) return nullptr;
        for (auto* task = tasks_; task != nullptr; task = task->next) {
            detail::Routine& routine = innermost_of(*task);
            if (routine.acts != nullptr && routine.acts->end != nullptr) return &routine;
        }
        return nullptr;
    }
    [[nodiscard]] bool is_to_tell() const noexcept {
        return routine_to_tell() != nullptr || inner_to_tell() != nullptr;
    }
    [[nodiscard]] Scope* inner_to_tell() const noexcept {
        auto* scope = inner_;
        while (scope != nullptr && !scope->is_to_tell()) scope = scope->next_;
        return scope;
    }
    /// The scope may be gone afterwards.
    void tell_joined() {
        if (tasks_ != nullptr || busy_ != 0 || joiner_ == nullptr) return;
        detail::Routine& joiner = *std::exchange(joiner_, nullptr);
        joiner.acts->go_on(joiner);
    }
    /// The task has ended; its coroutine is at its end.
    void end(detail::PromiseBase& task) {
        using Outcome = detail::Routine::Outcome;
        auto& promise = static_cast<detail::Promise<void>&>(task);
        *task.place = task.next;
        if (task.next != nullptr) task.next->place = task.place;
        const bool threw = task.outcome == Outcome::exception;
        if (threw) {
            if (thrown_ == nullptr) thrown_ = std::move(task.thrown);
        } else if (task.outcome == Outcome::failure && !has_failed_ && !is_stopped_) {
            has_failed_ = true;
            failure_ = promise.failure();
        }
        ++busy_;
        // With its arguments, whose destructors may do anything but end the scope.
        std::coroutine_handle<detail::Promise<void>>::from_promise(promise).destroy();
        --busy_;
        if (threw) {
            stop();
        } else {
            tell_joined();
        }
    }

    Loop& loop_;
    Slab& slab_;
    bool is_stopped_ = false;
    bool has_failed_ = false;
    Error why_ = errc::stopped;
    Error failure_ = errc::stopped;
    unsigned busy_ = 0;
    std::exception_ptr thrown_;
    detail::Routine* tasks_ = nullptr;
    detail::Routine* joiner_ = nullptr;
    Scope* inner_ = nullptr;
    Scope* next_ = nullptr;
    Scope** place_ = nullptr;
    detail::ScopeTimer end_;
};

ESTATE_COLD inline void Loop::expire() {
    wheel_.expire(now(), [](Timer& timer) {
        if (static_cast<detail::TimerOf>(timer.id()) == detail::TimerOf::scope)
            return static_cast<detail::ScopeTimer&>(timer).scope->stop(errc::deadline_exceeded);
        detail::Routine& routine = *static_cast<detail::TaskTimer&>(timer).routine;
        routine.acts->end(routine, errc::deadline_exceeded);
    });
}

namespace detail {

/// What operations ask of the scope and the loop of their coroutine.
struct Awaits {
    static Error why_stopped(const Routine& routine) noexcept { return routine.scope->why_; }
    static void enter_queue(Routine& routine) noexcept { loop(routine).queue(routine); }
    static void leave_queue(Routine& routine) noexcept { loop(routine).unqueue(routine); }
    static result<void> want(const Routine& routine, Entry& entry) noexcept { return loop(routine).want(entry); }
    static void arm(Routine& routine, TaskTimer& timer, Deadline until) noexcept {
        timer.routine = &routine;
        loop(routine).arm(timer, until, static_cast<std::uint32_t>(TimerOf::task));
    }

    template <class Backend>
    static result<Entry*> watch_answer(const Routine& routine, watch_link<Backend>& link,
                                       const typename Backend::handle& handle) noexcept {
        return loop(routine).template enter<Backend>(link, handle, Directions::out);
    }
    static void unwatch_answer(const Routine& routine, Entry& entry) noexcept { loop(routine).leave(entry); }

private:
    static Loop& loop(const Routine& routine) noexcept { return routine.scope->loop_; }
};

inline void* Frame::make(std::size_t size, Scope& scope) noexcept {
    Slab* const slab = &scope.slab();
    void* const frame = slab->take(size + sizeof slab);
    if (frame != nullptr) std::memcpy(static_cast<std::byte*>(frame) + size, &slab, sizeof slab);
    return frame;
}
inline void Frame::end(void* frame, std::size_t size) noexcept {
    Slab* slab;
    std::memcpy(&slab, static_cast<std::byte*>(frame) + size, sizeof slab);
    slab->give(frame);
}

inline void PromiseBase::end() noexcept {
    if (role == Role::task) return scope->end(*this);
    if (std::exchange(role, Role::none) == Role::called) caller->acts->go_on(*caller);
}

template <class Promise>
void Join::begin(Promise& promise) {
    if (scope_.joiner_ != nullptr || &scope_ == promise.scope) {
        refused_ = &promise;
        return;
    }
    if (promise.is_stopped && !scope_.is_empty()) scope_.stop(Awaits::why_stopped(promise));
    if (scope_.is_empty()) return;
    promise.waits_for = this;
    promise.acts = &JoinActs<Promise>::table;
    scope_.joiner_ = &promise;
}
inline bool Join::await_ready() const noexcept { return refused_ != nullptr || scope_.is_empty(); }
inline result<void> Join::await_resume() const {
    if (refused_ == nullptr) return scope_.outcome();
    return refused_->is_stopped ? Awaits::why_stopped(*refused_) : Error::system(EBUSY);
}
template <class Promise>
void Join::JoinActs<Promise>::end(Routine& routine, Error why) {
    routine.acts = &told;
    static_cast<Join*>(routine.waits_for)->scope_.stop(why);
}

}  // namespace detail

}  // namespace estate
