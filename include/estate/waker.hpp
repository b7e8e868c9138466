// SPDX-License-Identifier: BSL-1.0
#pragma once

#if defined(__wasi__)
#error "estate: a component has no second thread to wake from; give accept() a deadline"
#endif

// Waker on the platform's backend: ends a blocked accept from another thread.

#include <estate/backend/posix/sockets.hpp>
#include <estate/backend/posix/waker.hpp>
#include <estate/socket/waker.hpp>
