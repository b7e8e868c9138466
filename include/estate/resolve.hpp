// SPDX-License-Identifier: BSL-1.0
#pragma once

// Host and service names, and the names of network interfaces.

#if defined(__wasi__)
#include <estate/backend/wasi/resolve.hpp>
#else
#include <estate/backend/posix/resolve.hpp>
#endif
#include <estate/native.hpp>
#include <estate/socket/resolve.hpp>
