// SPDX-License-Identifier: BSL-1.0
#pragma once

// The platform's backend, whole.

#if defined(__wasi__)
#include <estate/backend/wasi/sockets.hpp>
#else
#include <estate/backend/posix/sockets.hpp>
#endif
