// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <estate/coroutine/routine.hpp>
#include <exception>
#include <new>
#include <utility>

namespace estate {

template <class T = void>
class Task;

namespace detail {

/// The frame of a coroutine, with the slab that it is in behind it.
struct Frame {
    [[nodiscard]] static void* make(std::size_t size, Scope& scope) noexcept;
    static void end(void* frame, std::size_t size) noexcept;
};

/// Something that a coroutine of a Scope may await.
template <class Operation>
concept Awaited =
    requires(std::remove_reference_t<Operation>& operation, Routine& routine) { operation.begin(routine); };

#if defined(__clang__)
template <class Operation, class Promise>
ESTATE_INLINE inline Operation& await(Operation& operation, Promise& promise) {
    operation.begin(promise);
    return operation;
}
#else
/// The operation stays where it is: g++ 12 copies what co_await is given.
template <class Operation>
struct Await {
    template <class Promise>
    ESTATE_INLINE Await(Operation& begun, Promise& promise) : operation{begun} {
        begun.begin(promise);
    }
    ESTATE_INLINE bool await_ready() const noexcept { return operation.await_ready(); }
    ESTATE_INLINE static void await_suspend(std::coroutine_handle<>) noexcept {}
    ESTATE_INLINE auto await_resume() const { return operation.await_resume(); }
    Operation& operation;
};
template <class Operation, class Promise>
ESTATE_INLINE inline Await<Operation> await(Operation& operation, Promise& promise) {
    return Await<Operation>(operation, promise);
}
#endif

/// The coroutine that awaits this one goes on, or the scope hears of its end.
struct End {
    static bool await_ready() noexcept { return false; }
    // Never inlined: the frame may go, and Clang would keep in it what is needed here.
    template <class Promise>
    [[gnu::noinline]] static void await_suspend(std::coroutine_handle<Promise> here) noexcept {
        here.promise().end();
    }
    static void await_resume() noexcept {}
};

class PromiseBase : public Routine {
public:
    // A coroutine takes its Scope first, or behind the object that it is a member of. Inlined, or g++ would miss an
    // operator delete for each operator new.
    template <class... Arguments>
    ESTATE_INLINE static void* operator new(std::size_t size, Scope& scope, Arguments&...) noexcept {
        return Frame::make(size, scope);
    }
    template <class Object, class... Arguments>
        requires(!std::is_same_v<Object, Scope>)
    ESTATE_INLINE static void* operator new(std::size_t size, Object&, Scope& scope, Arguments&...) noexcept {
        return Frame::make(size, scope);
    }
    template <class... Arguments>
    static void* operator new(std::size_t, Arguments&...) noexcept {
        constexpr bool takes_a_scope = sizeof...(Arguments) == SIZE_MAX;
        static_assert(takes_a_scope, "estate: a coroutine takes the scope whose slab its frame is placed in; write "
                                     "Task<T> name(Scope& scope, ...)");
        return nullptr;
    }
    ESTATE_INLINE static void operator delete(void* frame, std::size_t size) noexcept { Frame::end(frame, size); }

    [[nodiscard]] static std::suspend_always initial_suspend() noexcept { return {}; }
    [[nodiscard]] static End final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept {
        ::new (static_cast<void*>(&thrown)) std::exception_ptr(std::current_exception());
        outcome = Outcome::exception;
    }

    /// Runs this, which is called, until it waits; false where it has ended. The stack is as deep as calls are nested,
    /// and no deeper for many that end at once, one after the other, whatever the optimizer does.
    template <class Caller>
    [[nodiscard]] bool run_for(std::coroutine_handle<> here, Caller& by) {
        by.waits_for = static_cast<Routine*>(this);
        by.acts = &acts_of_caller<Caller>;
        caller = &by;
        scope = by.scope;
        is_stopped = by.is_stopped;
        role = Role::beginning;
        here.resume();
        if (role != Role::beginning) {  // ended
            by.acts = nullptr;
            return false;
        }
        role = Role::called;
        return true;
    }
    void rethrow() {
        if (outcome == Outcome::exception) [[unlikely]]
            std::rethrow_exception(thrown);
    }

    /// It is at its end, and may be gone afterwards.
    void end() noexcept;
};

/// What a coroutine was ended with by co_return.
template <class T>
class PromiseOf : public PromiseBase {
public:
    PromiseOf() noexcept : nothing_{} {}
    ~PromiseOf() {
        if (outcome == Outcome::success) given_.~Given();
    }
    void return_value(result<T> given) noexcept {
        ::new (static_cast<void*>(&given_)) Given(std::move(given));
        outcome = Outcome::success;
    }
    void unhandled_exception() noexcept {
        if (outcome == Outcome::success) given_.~Given();  // thrown after co_return, by a destructor
        PromiseBase::unhandled_exception();
    }
    [[nodiscard]] result<T> take() {
        rethrow();
        return std::move(given_);
    }

private:
    using Given = result<T>;
    union {
        char nothing_;
        Given given_;
    };
};
template <>  // in what the base leaves free at its end
class PromiseOf<void> : public PromiseBase {
public:
    void return_value(result<void> given) noexcept {
        outcome = given ? Outcome::success : Outcome::failure;
        if (!given) failure_ = given.assume_error();
    }
    [[nodiscard]] result<void> take() {
        rethrow();
        if (outcome == Outcome::failure) return failure_;
        return success();
    }
    [[nodiscard]] Error failure() const noexcept { return failure_; }

private:
    Error failure_ = errc::stopped;
};

template <class T>
class Promise : public PromiseOf<T> {
    using Handle = std::coroutine_handle<Promise>;

public:
    [[nodiscard]] Task<T> get_return_object() noexcept { return Task<T>(Handle::from_promise(*this)); }
    /// The slab has no cell for the frame.
    [[nodiscard]] static Task<T> get_return_object_on_allocation_failure() noexcept { return Task<T>(nullptr); }

    template <class Operation>
    ESTATE_INLINE decltype(auto) await_transform(Operation&& operation) {
        constexpr bool is_awaited = Awaited<Operation>;
        static_assert(is_awaited, "estate: a task awaits calls of an Async, join(), sleep_until() and, by co_await "
                                  "std::move(task), other tasks; await one of these");
        if constexpr (is_awaited) {
            return await(operation, *this);  // which makes an attempt, or waits
        } else {
            return std::suspend_never();
        }
    }
    template <class U>
    [[nodiscard]] static auto await_transform(Task<U>&& task) noexcept {
        return task.call();
    }
};
static_assert(sizeof(Promise<void>) == 6 * sizeof(void*) + 8);

}  // namespace detail

/// A coroutine that gives a T or an Error: co_await of it is a result<T>, and co_return takes what a function that
/// answers result<T> may return. Lazy: it runs when it is awaited, or in Scope::spawn(). Move-only; dropping it unrun
/// drops its arguments.
///
///     Task<std::size_t> count(Scope& scope, Stream& stream);    // frame in the slab of the scope
///     BOOST_OUTCOME_CO_TRY(const auto bytes, co_await count(scope, stream));
///
/// Where the slab is full, or its cells too small, the task is empty and answers errc::capacity_exceeded; the heap is
/// never asked. An exception comes out of co_await, also one that the destructor of a local throws after co_return, in
/// place of what was returned; that of an argument must not throw, or the program ends. The end of the function without
/// co_return is undefined, as in a function.
template <class T>
class [[nodiscard]] Task {
    using Promise = detail::Promise<T>;
    using Handle = std::coroutine_handle<Promise>;

    /// Runs the task as a part of the coroutine that awaits it.
    class Call {
    public:
        explicit Call(Handle called) noexcept : called_{called} {}
        [[nodiscard]] bool await_ready() const noexcept { return !called_; }
        template <class Caller>
        [[nodiscard]] bool await_suspend(std::coroutine_handle<Caller> caller) const {
            return called_.promise().template run_for<Caller>(called_, caller.promise());
        }
        [[nodiscard]] result<T> await_resume() const {
            if (!called_) return errc::capacity_exceeded;
            return called_.promise().take();
        }

    private:
        Handle called_;
    };

public:
    using promise_type = Promise;

    Task(Task&& other) noexcept : coroutine_{std::exchange(other.coroutine_, nullptr)} {}
    Task& operator=(Task&&) = delete;
    ~Task() {
        if (coroutine_) coroutine_.destroy();
    }

    /// The slab had a cell for its frame.
    [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(coroutine_); }

private:
    friend Scope;
    template <class U>
    friend class detail::Promise;

    [[nodiscard]] Call call() noexcept { return Call(coroutine_); }

    explicit Task(Handle coroutine) noexcept : coroutine_{coroutine} {}

    Handle coroutine_;
};

}  // namespace estate
