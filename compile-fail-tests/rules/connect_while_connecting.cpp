// SPDX-License-Identifier: BSL-1.0
// rule:   a connect that is under way is not started again.
// remedy: finish_connect() waits for it.
// expect: connect'
// expect: estate::Connecting
#include <estate/estate.hpp>

void probe(estate::ConnectingSocket<estate::Tcp<estate::V4>>&& pending,
           [[maybe_unused]] estate::SocketAddress<estate::V4> address) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(pending).connect(address);
#else
    (void)std::move(pending).finish_connect(estate::Deadline::at_once());
#endif
}
