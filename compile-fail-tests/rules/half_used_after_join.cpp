// SPDX-License-Identifier: BSL-1.0
// rule:   join() leaves nothing in the halves.
// remedy: go on with the socket that it returned.
// expect: invalid invocation of method 'recv' on object 'reader' while it is in the 'consumed' state
// only:   consumed
#include <estate/halves.hpp>

using Reader = estate::ConnectedSocket<estate::ReadHalf<estate::Tcp<estate::V4>>>;
using Writer = estate::ConnectedSocket<estate::WriteHalf<estate::Tcp<estate::V4>>>;

void probe(Reader reader, Writer writer, estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    auto joined = std::move(reader).join(std::move(writer));
    (void)reader.recv(buffer);
#else
    auto joined = std::move(reader).join(std::move(writer));
    if (joined) (void)joined.assume_value().recv(buffer);
#endif
}
