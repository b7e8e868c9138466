// SPDX-License-Identifier: BSL-1.0
#pragma once

// Halves of connections for two threads: split() of a connected socket, and join() of what it gave. Streams and
// sequenced packets of any backend; WASI has none.

#include <estate/tcp.hpp>  // first, so that diagnostics have the short way to it

#include <estate/socket/halves.hpp>
#include <estate/socket/operation/join.hpp>
#include <estate/version.hpp>
