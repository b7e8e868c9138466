// SPDX-License-Identifier: BSL-1.0
// rule:   what one attempt gave may be that it would have blocked, and no count.
// remedy: ask would_block(), then take value().
// expect: Attempt
// lines-gcc: 6 because it names the function, whose parameter is long
#include <estate/readiness.hpp>

std::size_t probe(estate::result<estate::Attempt<std::size_t>> got) {
#if defined(ESTATE_ILLEGAL)
    return got.assume_value();
#else
    return got.assume_value().would_block() ? 0 : got.assume_value().value();
#endif
}
