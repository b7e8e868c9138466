// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <coroutine>
#include <cstdint>
#include <estate/error/result.hpp>
#include <exception>
#include <utility>

namespace estate {
class Scope;
}

namespace estate::detail {

struct Routine;

/// What is done with a coroutine that waits, by what it waits for and by its class.
struct Acts {
    void (*go_on)(Routine&);       // perhaps it can; it may be gone afterwards
    void (*end)(Routine&, Error);  // it waits no longer; nullptr once that was called
    const Acts* other = nullptr;   // as it comes into the queue of the loop, and out of it
    bool calls = false;            // it awaits another coroutine, which waits_for leads to
};

/// What all coroutines have, which is the beginning of their promises. A task of a Scope and the coroutines that it
/// awaits are one line of execution, of which the innermost waits for one thing at most.
struct Routine {
    enum class Role : std::uint8_t { none, task, beginning, called };  // beginning: its caller is on the stack
    enum class Outcome : std::uint8_t { none, success, failure, exception };

    Routine() noexcept {}
    Routine(const Routine&) = delete;
    Routine& operator=(const Routine&) = delete;
    ~Routine() {
        if (outcome == Outcome::exception) thrown.~exception_ptr();
    }

    const Acts* acts = nullptr;  // nullptr as long as it runs
    void* waits_for = nullptr;
    Scope* scope = nullptr;
    union {
        Routine* next = nullptr;  // of a task: in its scope
        Routine* caller;          // of others: the one that awaits it
    };
    Routine** place = nullptr;  // the pointer that leads to a task
    union {
        Routine* queued = nullptr;  // behind it in the queue of the loop, as long as it waits there
        std::exception_ptr thrown;
    };
    Role role = Role::none;
    Outcome outcome = Outcome::none;
    bool is_stopped = false;  // as its scope, which is further away
};

template <class Promise>
ESTATE_INLINE inline void resume(Routine& routine) {
    routine.acts = nullptr;
    std::coroutine_handle<Promise>::from_promise(static_cast<Promise&>(routine)).resume();
}

/// Of one that waits for an Operation, which says by go_on() whether it is over; end() ends it.
template <class Operation, class Promise>
struct ActsOf {
    static void go_on(Routine& routine) {
        if (Operation::go_on(routine)) [[likely]]
            resume<Promise>(routine);
    }
    static void end(Routine& routine, Error why) {
        Operation::end(routine, why);
        resume<Promise>(routine);
    }
    static void go_on_queued(Routine& routine) {
        if (Operation::go_on_queued(routine)) resume<Promise>(routine);
    }
    static void end_queued(Routine& routine, Error why) {
        Operation::end_queued(routine, why);
        resume<Promise>(routine);
    }
    static const Acts table;
    static const Acts queued;
};
template <class Operation, class Promise>
inline constexpr Acts ActsOf<Operation, Promise>::table = [] {
    if constexpr (requires(Routine& routine) { Operation::go_on_queued(routine); }) {
        return Acts{go_on, end, &queued};
    } else {
        return Acts{go_on, end};
    }
}();
template <class Operation, class Promise>
inline constexpr Acts ActsOf<Operation, Promise>::queued{go_on_queued, end_queued, &table};

template <class Promise>
inline constexpr Acts acts_of_caller{resume<Promise>, nullptr, nullptr, true};

/// Whom it awaits, nullptr where that is not another coroutine.
[[nodiscard]] inline Routine* called_by(const Routine& routine) noexcept {
    return routine.acts != nullptr && routine.acts->calls ? static_cast<Routine*>(routine.waits_for) : nullptr;
}
/// The coroutine of the task that runs, or waits for something else than another.
[[nodiscard]] inline Routine& innermost_of(Routine& task) noexcept {
    Routine* routine = &task;
    while (Routine* const called = called_by(*routine)) routine = called;
    return *routine;
}

}  // namespace estate::detail
