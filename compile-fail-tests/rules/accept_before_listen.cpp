// SPDX-License-Identifier: BSL-1.0
// rule:   a bound socket queues no connections until it listens.
// remedy: std::move(socket).listen(), then accept() on what it returns.
// wrote:  accept before listen
// expect: accept'
// expect: estate::Bound
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::BoundSocket<estate::Tcp<estate::V4>>& bound,
           [[maybe_unused]] estate::ListeningSocket<estate::Tcp<estate::V4>>& listener) {
#if defined(ESTATE_ILLEGAL)
    (void)bound.accept();
#else
    (void)listener.accept();
#endif
}
