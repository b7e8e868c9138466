// SPDX-License-Identifier: BSL-1.0
// rule:   a released descriptor is the caller's to close; dropping it leaks it.
// remedy: keep it and close it.
// expect: ignoring return
// expect: nodiscard
// lines:  11 because GCC shows the declarations and that warnings are errors
#include <estate/estate.hpp>

[[maybe_unused]] auto probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>&& peer) {
#if defined(ESTATE_ILLEGAL)
    std::move(peer).release();
#else
    return std::move(peer).release();
#endif
}
