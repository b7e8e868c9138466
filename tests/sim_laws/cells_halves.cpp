// SPDX-License-Identifier: BSL-1.0
// The laws of each cell of the halves of a connection on a simulated host.

#include "clock.hpp"

#include "laws/cells_halves.cpp"
