// SPDX-License-Identifier: BSL-1.0
// rule:   a half that receives does not send: the other half may do it at the same time.
// remedy: send on the half that sends.
// wrote:  send on a read half
// expect: send'
// expect: estate::ReadHalf<estate::Tcp<estate::V4>
#include <estate/halves.hpp>

using Reader = estate::ConnectedSocket<estate::ReadHalf<estate::Tcp<estate::V4>>>;
using Writer = estate::ConnectedSocket<estate::WriteHalf<estate::Tcp<estate::V4>>>;

void probe([[maybe_unused]] Reader& reader, [[maybe_unused]] Writer& writer) {
#if defined(ESTATE_ILLEGAL)
    (void)reader.send("hello");
#else
    (void)writer.send("hello");
#endif
}
