// SPDX-License-Identifier: BSL-1.0
// The laws of Unix-domain sockets on a simulated host.

#include "clock.hpp"

#include "laws/local_files.cpp"
#include "laws/local_passing.cpp"
#include "laws/local_streams.cpp"
