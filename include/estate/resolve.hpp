// SPDX-License-Identifier: BSL-1.0
#pragma once

// Host and service names, and the names of network interfaces.

#include <estate/backend/native_sockets.hpp>
#if defined(ESTATE_NATIVE_RESOLVER)
#include ESTATE_NATIVE_RESOLVER
#endif
#include <estate/socket/resolve.hpp>
#include <estate/version.hpp>
