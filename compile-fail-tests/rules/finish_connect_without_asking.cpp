// SPDX-License-Identifier: BSL-1.0
// rule:   what a failed finish_connect() leaves is asked for its state before it is used.
// remedy: if (left.is<Connecting>()), then std::move(left).take<Connecting>(); or visit().
// expect: finish_connect
// expect: OneOf
#include <estate/estate.hpp>

void probe(estate::ConnectingSocket<estate::Tcp<estate::V4>>&& connecting, estate::Deadline until) {
    auto connected = std::move(connecting).finish_connect(until);
    if (connected) return;
    auto& left = connected.error().socket;
#if defined(ESTATE_ILLEGAL)
    (void)std::move(left).finish_connect(until);
#else
    if (left.is<estate::Connecting>()) (void)std::move(left).take<estate::Connecting>().finish_connect(until);
#endif
}
