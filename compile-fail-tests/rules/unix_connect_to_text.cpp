// SPDX-License-Identifier: BSL-1.0
// rule:   text is no address: a path is checked, and is no abstract name.
// remedy: UnixAddress::path() for what is known at run time, "..."_unix_path for what is written down.
// expect: connect
// lines:  12 because compilers list the candidates
// lines-gcc-16+: 15 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/tcp.hpp>
#include <estate/unix.hpp>

void probe(estate::CreatedSocket<estate::UnixStream> socket) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).connect("/run/x");
#else
    (void)std::move(socket).connect(estate::UnixAddress::path("/run/x").value());
#endif
}
