// SPDX-License-Identifier: BSL-1.0
// rule:   there are no descriptors that could be adopted.
// remedy: make the socket here; there is no socket activation.
// expect: adopt
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>&& socket) {
#if defined(ESTATE_ILLEGAL)
    using estate::adopt;
#else
    using estate::tcp_v4;
#endif
}
