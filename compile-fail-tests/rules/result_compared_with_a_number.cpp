// SPDX-License-Identifier: BSL-1.0
// rule:   recv() answers a count or an error, and the end of the stream is an error: no number says all three.
// remedy: const auto size = peer.recv(buffer); if (!size) look at size.error(); else use size.value().
// wrote:  while (recv(buffer) > 0)
// expect-gcc:   no match for 'operator>'
// expect-clang: invalid operands to binary expression
// lines:  11 because compilers list the operators that there are
// lines-gcc-16+: 13 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer, estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    while (peer.recv(buffer) > 0) {
    }
#else
    while (peer.recv(buffer)) {
    }
#endif
}
