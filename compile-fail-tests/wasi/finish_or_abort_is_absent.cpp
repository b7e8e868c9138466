// SPDX-License-Identifier: BSL-1.0
// rule:   WASI cannot ask for a reset, and so not for one when the time of a farewell is over.
// remedy: finish().
// expect: no member named 'finish_or_abort'
// expect: estate::Tcp<estate::V4>
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>&& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).finish_or_abort(estate::Deadline::at_once());
#else
    (void)std::move(socket).finish(estate::Deadline::at_once());
#endif
}
