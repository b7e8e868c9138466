// SPDX-License-Identifier: BSL-1.0
// rule:   a state is reached by its transition.
// remedy: std::move(bound).listen().
// expect: Socket<estate::Bound
// expect: Listening
// lines:  13 because Clang lists the constructors, one of them to say that it is none
#include <estate/estate.hpp>

void probe(estate::BoundSocket<estate::Tcp<estate::V4>>&& bound) {
#if defined(ESTATE_ILLEGAL)
    estate::ListeningSocket<estate::Tcp<estate::V4>> listener = std::move(bound);
    (void)listener.handle();
#else
    auto listener = std::move(bound).listen();
    if (listener) (void)listener.assume_value().handle();
#endif
}
