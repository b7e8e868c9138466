// SPDX-License-Identifier: BSL-1.0
#pragma once

// Waker on the platform's backend: ends a blocked accept from another thread.

#include <estate/backend/posix/sockets.hpp>
#include <estate/backend/posix/waker.hpp>
#include <estate/socket/waker.hpp>
