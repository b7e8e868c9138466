// SPDX-License-Identifier: BSL-1.0
// rule:   keep-alive times are whole seconds.
// remedy: std::chrono::seconds or coarser.
// expect: Seconds
// lines:  22 because compilers list the constructors
#include <chrono>
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.set(estate::option::keep_alive_idle{std::chrono::milliseconds{1500}});
#else
    (void)peer.set(estate::option::keep_alive_idle{std::chrono::seconds{2}});
#endif
}
