// SPDX-License-Identifier: BSL-1.0
// rule:   an array of characters is no text: it says not where that ends.
// remedy: std::string_view(array, length); a literal is a text already.
// expect: deleted
// expect: Size = 8
// lines:  22 because compilers list the other forms of send
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer, char (&name)[8], std::size_t length) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.send(name);
    (void)length;
#else
    (void)peer.send(std::string_view(name, length));
#endif
}
