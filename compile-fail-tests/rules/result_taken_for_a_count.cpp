// SPDX-License-Identifier: BSL-1.0
// rule:   what recv() answers is a result, and a count only if it succeeded.
// remedy: if (!size) look at size.error(); size.value() is the count.
// wrote:  int n = peer.recv(buffer)
// expect-gcc:   in initialization
// lines-gcc: 6 because it shows what else there is, and where
// expect-clang: no viable conversion from
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer, estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    const int count = peer.recv(buffer);
    (void)count;
#else
    const auto size = peer.recv(buffer);
    if (size) (void)size.value();
#endif
}
