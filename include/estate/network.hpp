// SPDX-License-Identifier: BSL-1.0
#pragma once

// Network: sockets and time of the kernel or of a simulated world, for programs that run in both.

#include <estate/tcp.hpp>
#include <estate/udp.hpp>

#include <estate/socket/network.hpp>
#include <estate/version.hpp>
