// SPDX-License-Identifier: BSL-1.0
#pragma once

// Host and service names, and the names of network interfaces.

#if defined(__wasi__)
#include <estate/backend/wasi/resolve.hpp>
#include <estate/backend/wasi/sockets.hpp>
#else
#include <estate/backend/posix/resolve.hpp>
#include <estate/backend/posix/sockets.hpp>
#endif
#include <estate/socket/resolve.hpp>
