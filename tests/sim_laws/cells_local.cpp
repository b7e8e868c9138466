// SPDX-License-Identifier: BSL-1.0
// The laws of each cell of Unix-domain sockets on a simulated host.

#include "clock.hpp"

#include "laws/cells_local.cpp"
