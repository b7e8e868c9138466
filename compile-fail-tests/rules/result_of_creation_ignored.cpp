// SPDX-License-Identifier: BSL-1.0
// rule:   creating a socket can fail, and dropping it closes it.
// remedy: keep it.
// expect: ignoring return
// expect: nodiscard
// lines:  11 because GCC shows the declarations and that warnings are errors
#include <estate/estate.hpp>

void probe() {
#if defined(ESTATE_ILLEGAL)
    estate::tcp_v4();
#else
    if (const auto socket = estate::tcp_v4()) (void)socket.assume_value().handle();
#endif
}
