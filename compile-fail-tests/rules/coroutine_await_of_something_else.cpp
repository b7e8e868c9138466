// SPDX-License-Identifier: BSL-1.0
// rule:   a task awaits what its scope can stop, and nothing that would resume it from elsewhere.
// remedy: await calls of an Async, tasks, join() and sleep_until().
// expect: estate: a task awaits calls of an Async
// lines: 9 because it shows where the call is made
// lines-gcc-16+: 10 because GCC 16 shows the place of each step, and draws the call
#include <estate/coroutines.hpp>

estate::Task<> probe(estate::Scope& scope) {
#if defined(ESTATE_ILLEGAL)
    co_await std::suspend_always();
    co_return estate::success();
#else
    co_return co_await estate::sleep_until(estate::Deadline::at_once());
#endif
    (void)scope;
}
