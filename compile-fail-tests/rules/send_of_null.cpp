// SPDX-License-Identifier: BSL-1.0
// rule:   a null pointer is no text.
// remedy: send("") or an empty buffer.
// expect: deleted
// expect: nullptr_t
// lines:  23 because compilers list the other forms of send
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.send(nullptr);
#else
    (void)socket.send("");
#endif
}
