// SPDX-License-Identifier: BSL-1.0
// rule:   a time of the system's in milliseconds has no fraction of one.
// remedy: a duration of whole milliseconds, seconds or more.
// expect: Milliseconds
// lines:  30 because every constructor is named
#include <chrono>
#include <estate/estate.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.set(estate::option::user_timeout{std::chrono::microseconds(1500)});
#else
    (void)socket.set(estate::option::user_timeout{std::chrono::milliseconds(2)});
#endif
}
