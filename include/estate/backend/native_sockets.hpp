// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/native.hpp>

// The sockets of the platform, or the reason why there are none. A program that defines ESTATE_OWN_BACKEND names a
// backend of its own, as in Tcp<V4, MyStack>, and is content with a platform that nothing here knows.
#if defined(ESTATE_NATIVE_SOCKETS)
#include ESTATE_NATIVE_SOCKETS
#elif !defined(ESTATE_OWN_BACKEND)
#error "estate: no backend for this platform; Linux, macOS, FreeBSD, WASI 0.2 have one; ESTATE_OWN_BACKEND names yours"
#endif
