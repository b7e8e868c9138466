// SPDX-License-Identifier: BSL-1.0
// The laws that hold on the kernel and on each host of WASI, unchanged, on a simulated host, in simulated time.

#include "clock.hpp"

#include "laws/coroutines.cpp"
#include "laws/names.cpp"
#include "laws/options.cpp"
#include "laws/pollers.cpp"
#include "laws/tcp_bytes.cpp"
#include "laws/tcp_ends.cpp"
#include "laws/tcp_halves.cpp"
#include "laws/tcp_life.cpp"
#include "laws/udp_life.cpp"
