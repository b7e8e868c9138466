// SPDX-License-Identifier: BSL-1.0
#pragma once

// TCP sockets that use several ways to their peer: new_mptcp<V4>(). Linux.

#include <estate/tcp.hpp>

#include <estate/socket/multipath.hpp>
#include <estate/version.hpp>
