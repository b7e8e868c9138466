// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/coroutine/scope.hpp>

namespace estate::detail {

/// Turns of the loop until all tasks of the scope have ended; stops it when it should.
template <class Loop, class Raised>
ESTATE_INLINE inline result<void> run_tasks(Loop& loop, Scope& scope, Deadline until, Raised raised) {
    Error why = errc::stopped;
    while (!scope.is_empty()) {
        if (raised()) [[unlikely]]
            scope.stop(errc::stopped);
        else if (!until.is_never() && until.has_passed(loop.now()))
            scope.stop(errc::deadline_exceeded);
        else if (!loop.turn(until, why)) [[unlikely]]
            scope.stop(why);
    }
    return scope.outcome();
}

}  // namespace estate::detail
