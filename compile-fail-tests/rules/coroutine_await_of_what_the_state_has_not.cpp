// SPDX-License-Identifier: BSL-1.0
// rule:   a listener is awaited for connections; it carries no bytes.
// remedy: await accept(), watch what it gives, and receive from that.
// expect: recv
// lines: 23 because it shows which constraint the table does not meet
// lines-gcc-16+: 35 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/coroutines.hpp>

using Door = estate::Async<estate::ListeningSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>>;

estate::Task<> probe(estate::Scope&, Door door) {
#if defined(ESTATE_ILLEGAL)
    std::byte buffer[8];
    (void)co_await door.recv(buffer);
#else
    (void)co_await door.accept();
#endif
    co_return estate::success();
}
