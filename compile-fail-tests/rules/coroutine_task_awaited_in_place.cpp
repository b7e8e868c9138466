// SPDX-License-Identifier: BSL-1.0
// rule:   a task is run once: awaiting consumes it.
// remedy: co_await std::move(task), or await the call itself.
// expect: estate: a task awaits calls of an Async
// lines: 9 because it shows where the call is made
// lines-gcc-16+: 10 because GCC 16 shows the place of each step, and draws the call
#include <estate/coroutines.hpp>

estate::Task<int> count(estate::Scope& scope);

estate::Task<int> probe(estate::Scope& scope) {
    auto task = count(scope);
#if defined(ESTATE_ILLEGAL)
    (void)co_await task;
#else
    (void)co_await std::move(task);
#endif
    co_return 0;
}
