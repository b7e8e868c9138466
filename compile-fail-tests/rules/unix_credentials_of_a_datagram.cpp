// SPDX-License-Identifier: BSL-1.0
// rule:   a datagram socket has no one peer whose credentials the kernel could keep.
// remedy: a stream, or sequenced packets.
// expect: peer_credentials
#include <estate/tcp.hpp>
#include <estate/unix.hpp>

void probe([[maybe_unused]] const estate::ConnectedSocket<estate::UnixDatagram>& datagrams,
           [[maybe_unused]] const estate::ConnectedSocket<estate::UnixSeqpacket>& packets) {
#if defined(ESTATE_ILLEGAL)
    (void)datagrams.peer_credentials();
#else
    (void)packets.peer_credentials();
#endif
}
