// SPDX-License-Identifier: BSL-1.0
// rule:   what is sent is text or bytes; a container of something else says which of its bytes.
// remedy: std::as_bytes(std::span(data)); text goes as a string, a literal or a std::string_view.
// wrote:  send_all(std::vector<char>)
// expect: std::vector<char>
// expect: std::byte
// lines-gcc-15+: 47 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  34 because compilers list the overloads
#include <estate/estate.hpp>
#include <vector>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer, const std::vector<char>& data) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.send_all(data);
#else
    (void)peer.send_all(std::as_bytes(std::span(data)));
#endif
}
