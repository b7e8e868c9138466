// SPDX-License-Identifier: BSL-1.0
// rule:   a descriptor of a half is one of the whole connection, so it is not given away.
// remedy: join the halves, and release() the socket.
// expect: release'
// expect: estate::ReadHalf<estate::Tcp<estate::V4>
#include <estate/halves.hpp>

using Reader = estate::ConnectedSocket<estate::ReadHalf<estate::Tcp<estate::V4>>>;
using Writer = estate::ConnectedSocket<estate::WriteHalf<estate::Tcp<estate::V4>>>;

void probe(Reader reader, [[maybe_unused]] Writer writer) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(reader).release();
#else
    auto joined = std::move(reader).join(std::move(writer));
    if (joined) (void)std::move(joined).assume_value().release();
#endif
}
