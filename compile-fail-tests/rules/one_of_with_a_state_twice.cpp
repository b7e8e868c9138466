// SPDX-License-Identifier: BSL-1.0
// rule:   each state stands once in a OneOf.
// remedy: remove one.
// expect: estate: a state stands twice in a OneOf; remove one
// lines:  13 because compilers print how the header was included
#include <estate/estate.hpp>

using Tcp = estate::Tcp<estate::V4>;

#if defined(ESTATE_ILLEGAL)
bool probe(estate::OneOf<Tcp, estate::NoHold, estate::Bound, estate::Bound>& any) { return any.is<estate::Bound>(); }
#else
bool probe(estate::OneOf<Tcp, estate::NoHold, estate::Bound, estate::Created>& any) { return any.is<estate::Bound>(); }
#endif
