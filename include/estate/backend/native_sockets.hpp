// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/native.hpp>

// The sockets of the platform, or the reason why there are none.
#if defined(ESTATE_NATIVE_SOCKETS)
#include ESTATE_NATIVE_SOCKETS
#else
#error \
    "estate: this platform has no backend (Linux, macOS, FreeBSD, WASI 0.2 have); net/, pool/, your own backend work"
#endif
