// SPDX-License-Identifier: BSL-1.0
// rule:   a half that sends does not receive: the other half may do it at the same time.
// remedy: receive on the half that receives.
// expect: recv'
// expect: estate::WriteHalf<estate::Tcp<estate::V4>
#include <estate/halves.hpp>

using Reader = estate::ConnectedSocket<estate::ReadHalf<estate::Tcp<estate::V4>>>;
using Writer = estate::ConnectedSocket<estate::WriteHalf<estate::Tcp<estate::V4>>>;

void probe([[maybe_unused]] Reader& reader, [[maybe_unused]] Writer& writer, estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)writer.recv(buffer);
#else
    (void)reader.recv(buffer);
#endif
}
