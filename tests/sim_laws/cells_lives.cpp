// SPDX-License-Identifier: BSL-1.0
// Which lifecycles a simulated host has, and why the cells of some are not walked there.

#include "clock.hpp"

#include "laws/cells_lives.cpp"
