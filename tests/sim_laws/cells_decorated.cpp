// SPDX-License-Identifier: BSL-1.0
// The laws of what decorated transports have of their own, on a simulated host.

#if defined(ESTATE_TEST_DECORATED)
#include "clock.hpp"
#endif

#include "laws/cells_decorated.cpp"
