// SPDX-License-Identifier: BSL-1.0
// rule:   a bound socket uses its address, so it keeps the hold.
// remedy: close() first; the ClosedSocket gives the hold back.
// expect: detach_hold'
// expect: estate::Bound
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::BoundSocket<estate::Tcp<estate::V4>>&& bound,
           [[maybe_unused]] estate::ClosedSocket<estate::Tcp<estate::V4>>&& closed) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(bound).detach_hold();
#else
    (void)std::move(closed).detach_hold();
#endif
}
