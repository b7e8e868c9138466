// SPDX-License-Identifier: BSL-1.0
// rule:   the frame of a coroutine is placed in the slab of a scope, never on the heap.
// remedy: take the scope as the first parameter.
// expect: estate: a coroutine takes the scope whose slab its frame is placed in
// lines: 9 because it shows where the call is made
// lines-gcc-16+: 10 because GCC 16 shows the place of each step, and draws the call
#include <estate/coroutines.hpp>

#if defined(ESTATE_ILLEGAL)
estate::Task<int> twice(int number) { co_return 2 * number; }
#else
estate::Task<int> twice(estate::Scope&, int number) { co_return 2 * number; }
#endif
