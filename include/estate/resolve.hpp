// SPDX-License-Identifier: BSL-1.0
#pragma once

// Host and service names, and the names of network interfaces.

#include <estate/backend/posix/resolve.hpp>
#include <estate/backend/posix/sockets.hpp>
#include <estate/socket/resolve.hpp>
