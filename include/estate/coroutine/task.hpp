// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <estate/coroutine/strand.hpp>
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

/// The exception that ended a coroutine, if one did; never where exceptions are off.
class Thrown {
public:
    void catch_current() noexcept { exception_ = std::current_exception(); }
    [[nodiscard]] bool is_there() const noexcept { return exception_ != nullptr; }
    void rethrow() {
        if (exception_ != nullptr) std::rethrow_exception(std::exchange(exception_, nullptr));
    }
    /// The first is kept.
    void keep(Thrown& other) noexcept {
        if (exception_ == nullptr) exception_ = std::move(other.exception_);
    }

private:
    std::exception_ptr exception_;
};

/// Something that a coroutine of a Scope may await.
template <class Operation>
concept Awaited = requires(std::remove_reference_t<Operation>& operation, Strand& strand) { operation.begin(strand); };

/// The operation stays where it is: g++ 12 copies what co_await is given.
template <class Operation>
struct Await {
    ESTATE_INLINE bool await_ready() const { return operation.await_ready(); }
    ESTATE_INLINE void await_suspend(std::coroutine_handle<> handle) const noexcept { operation.await_suspend(handle); }
    ESTATE_INLINE auto await_resume() const { return operation.await_resume(); }
    std::remove_reference_t<Operation>& operation;
};

class PromiseBase : public Strand {
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
    /// The strand goes on with the caller; the task itself has none, and so its scope is told.
    [[nodiscard]] auto final_suspend() noexcept {
        struct End {
            static bool await_ready() noexcept { return false; }
            void await_suspend(std::coroutine_handle<> here) const noexcept {
                promise->strand_->then = promise->strand_ == promise ? here : promise->waiting;
            }
            static void await_resume() noexcept {}
            PromiseBase* promise;
        };
        return End{this};
    }
    void unhandled_exception() noexcept { thrown_.catch_current(); }

    template <class Operation>
    ESTATE_INLINE auto await_transform(Operation&& operation) noexcept {
        constexpr bool is_awaited = Awaited<Operation>;
        static_assert(is_awaited, "estate: a task awaits calls of an Async, join(), sleep_until() and, by co_await "
                                  "std::move(task), other tasks; await one of these");
        if constexpr (is_awaited) {
            operation.begin(*strand_);
            return Await<Operation>{operation};
        } else {
            return std::suspend_never();
        }
    }
    template <class T>
    [[nodiscard]] auto await_transform(Task<T>&& task) noexcept {
        return task.called_in(*strand_);
    }

    /// The coroutine is a task of the scope.
    [[nodiscard]] Strand& start(Scope& in) noexcept {
        scope = &in;
        strand_ = this;
        return *this;
    }
    /// The coroutine was awaited by another of the strand, which goes on when it has ended.
    void call(Strand& strand, std::coroutine_handle<> caller) noexcept {
        strand_ = &strand;
        waiting = caller;
    }
    [[nodiscard]] Thrown& thrown() noexcept { return thrown_; }

private:
    Strand* strand_ = nullptr;
    Thrown thrown_;
};

template <class T>
class Promise : public PromiseBase {
    using Handle = std::coroutine_handle<Promise>;

public:
    Promise() noexcept : nothing_{} {}
    ~Promise() {
        if (is_there_) outcome_.~basic_result();
    }
    [[nodiscard]] Handle handle() noexcept { return Handle::from_promise(*this); }
    [[nodiscard]] Task<T> get_return_object() noexcept { return Task<T>(handle()); }
    /// The slab has no cell for the frame.
    [[nodiscard]] static Task<T> get_return_object_on_allocation_failure() noexcept { return Task<T>(nullptr); }
    void return_value(result<T> outcome) noexcept {
        ::new (static_cast<void*>(&outcome_)) result<T>(std::move(outcome));
        is_there_ = true;
    }

    [[nodiscard]] result<T> take() {
        thrown().rethrow();
        return std::move(outcome_);
    }
    [[nodiscard]] bool has_failed() const noexcept { return is_there_ && outcome_.has_error(); }
    /// Pre  has_failed()
    [[nodiscard]] Error failure() const noexcept { return outcome_.assume_error(); }

private:
    using basic_result = result<T>;
    union {
        char nothing_;
        basic_result outcome_;
    };
    bool is_there_ = false;
};

}  // namespace detail

/// A coroutine that gives a T or an Error: co_await of it is a result<T>, and co_return takes what a function that
/// answers result<T> may return. Lazy: it runs when it is awaited, or in Scope::spawn(). Move-only; dropping it unrun
/// drops its arguments.
///
///     Task<std::size_t> count(Scope& scope, Stream& stream);    // frame in the slab of the scope
///     BOOST_OUTCOME_CO_TRY(const auto bytes, co_await count(scope, stream));
///
/// Where the slab is full, or its cells too small, the task is empty and answers errc::capacity_exceeded; the heap is
/// never asked. An exception comes out of co_await. The end of the function without co_return is undefined, as in a
/// function.
template <class T>
class [[nodiscard]] Task {
    using Promise = detail::Promise<T>;
    using Handle = std::coroutine_handle<Promise>;

    /// Runs the task in the strand of the coroutine that awaits it.
    class Call {
    public:
        Call(Handle called, detail::Strand& strand) noexcept : called_{called}, strand_{&strand} {}
        [[nodiscard]] bool await_ready() const noexcept { return !called_; }
        void await_suspend(std::coroutine_handle<> caller) const noexcept {
            called_.promise().call(*strand_, caller);
            strand_->then = called_;
        }
        [[nodiscard]] result<T> await_resume() const {
            if (!called_) return errc::capacity_exceeded;
            return called_.promise().take();
        }

    private:
        Handle called_;
        detail::Strand* strand_;
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
    friend detail::PromiseBase;
    friend Promise;

    [[nodiscard]] Call called_in(detail::Strand& strand) noexcept { return Call(coroutine_, strand); }

    explicit Task(Handle coroutine) noexcept : coroutine_{coroutine} {}

    Handle coroutine_;
};

}  // namespace estate
