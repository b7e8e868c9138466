// SPDX-License-Identifier: BSL-1.0
// rule:   recv(max_len) returns a container, which the core does not know.
// remedy: #include <estate/socket/recv_container.hpp>, or receive into a buffer of your own.
// expect: recv_container
// lines:  10 because the fault shows inside recv()
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer,
           [[maybe_unused]] estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.recv(64);
#else
    (void)peer.recv(buffer);
#endif
}
