// SPDX-License-Identifier: BSL-1.0
// rule:   WASI cannot ask for a reset.
// remedy: close(), or finish() where the last bytes count.
// expect: no member named 'abort'
// expect: estate::Tcp<estate::V4>
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>&& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).abort();
#else
    (void)std::move(socket).close();
#endif
}
