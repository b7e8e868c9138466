// SPDX-License-Identifier: BSL-1.0
// rule:   an error is written by its message.
// remedy: error.message(), which is a text; error.name() is the name.
// wrote:  std::cerr << error
// expect-gcc:   use of deleted function
// lines-gcc: 12 because it shows what else there is, and where
// expect-clang: overload resolution selected deleted operator
// lines-clang: 172 because it shows what else there is, and where
// lines-gcc-16+: 15 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/estate.hpp>
#include <iostream>

void probe(estate::Error error) {
#if defined(ESTATE_ILLEGAL)
    std::cerr << error;
#else
    std::cerr << error.message();
#endif
}
