// SPDX-License-Identifier: BSL-1.0
// rule:   what a lambda holds is const unless the lambda is mutable, and a const socket makes no transition.
// remedy: [client = std::move(client)]() mutable { ... }
// wrote:  [c = std::move(c)] { std::move(c).close(); }
// expect-gcc:   discards qualifiers
// expect-clang: no matching member function for call to 'close'
// lines:  11 because compilers list the overloads
#include <estate/estate.hpp>

auto probe(estate::ConnectedSocket<estate::Tcp<estate::V4>> client) {
#if defined(ESTATE_ILLEGAL)
    return [client = std::move(client)] { return std::move(client).close(); };
#else
    return [client = std::move(client)]() mutable { return std::move(client).close(); };
#endif
}
