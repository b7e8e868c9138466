// SPDX-License-Identifier: BSL-1.0
// rule:   the state of an adopted socket is known at run time only.
// remedy: visit(), or is<State>() and take<State>().
// expect: accept'
// expect: OneOf
#include <estate/estate.hpp>

void probe(estate::AdoptedSocket<estate::Tcp<estate::V4>>&& found) {
#if defined(ESTATE_ILLEGAL)
    (void)found.accept();
#else
    if (found.is<estate::Listening>()) (void)std::move(found).take<estate::Listening>().accept();
#endif
}
