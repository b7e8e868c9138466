// SPDX-License-Identifier: BSL-1.0
// rule:   nobody can send to a socket without a name.
// remedy: bind() it first.
// expect: recv_from
// expect: estate::Created
#include <estate/tcp.hpp>
#include <estate/unix.hpp>

void probe([[maybe_unused]] const estate::CreatedSocket<estate::UnixDatagram>& nameless,
           [[maybe_unused]] const estate::BoundSocket<estate::UnixDatagram>& bound, std::span<std::byte> buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)nameless.recv_from(buffer);
#else
    (void)bound.recv_from(buffer);
#endif
}
