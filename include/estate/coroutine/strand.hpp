// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <coroutine>
#include <cstdint>
#include <estate/error/result.hpp>

namespace estate {
class Scope;
}

namespace estate::detail {

/// Why a task that waits is called.
enum class Cause : std::uint8_t { ready, late, stopped };

/// A task of a Scope and the coroutines that it awaits: one line of execution, which waits for one thing at most. It is
/// a part of the frame of the task.
struct Strand {
    using Act = void (*)(Strand&, Cause);

    /// The operation waits. act() is called when something happened.
    template <class Operation>
    ESTATE_INLINE void wait(std::coroutine_handle<> handle, Operation& operation) noexcept {
        waiting = handle;
        waits_for = &operation;
        act = &act_of<Operation>;
    }
    template <class Operation>
    static void act_of(Strand& strand, Cause cause) {
        static_cast<Operation*>(strand.waits_for)->act(strand, cause);
    }
    /// What it waited for is there. It may be gone afterwards.
    ESTATE_INLINE void go_on() {
        act = nullptr;
        drive(waiting);
    }
    /// Runs it until it waits. A coroutine that awaits another, or ends, says in `then` who is next, so the stack grows
    /// with neither, whatever the optimizer does.
    ESTATE_INLINE void drive(std::coroutine_handle<> coroutine) {
        then = nullptr;
        coroutine.resume();
        if (then) [[unlikely]]
            drive_on();
    }
    void drive_on();

    Scope* scope = nullptr;
    Strand* next = nullptr;    // of the tasks of the scope
    Strand** place = nullptr;  // the pointer that leads here
    Strand* queued = nullptr;  // behind it in the queue of the loop
    Act act = nullptr;         // nullptr as long as it runs
    void* waits_for = nullptr;
    std::coroutine_handle<> waiting;  // the innermost of its coroutines
    std::coroutine_handle<> then;
    bool is_stopped = false;
    bool is_told = false;  // that it is stopped, where it waited
    bool is_queued = false;
};

}  // namespace estate::detail
