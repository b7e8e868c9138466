// SPDX-License-Identifier: BSL-1.0
#pragma once

// Sockets, addresses and their literals. The pool is <estate/pool.hpp>; what costs more and is needed less
// has headers of its own: recv_container, resolve, text, ostream, the error bridges.

#include <estate/tcp.hpp>  // first, so that diagnostics have the short way to it
#include <estate/udp.hpp>

#include <boost/outcome/try.hpp>
#include <estate/net/literals.hpp>
#include <estate/socket/accept_failure.hpp>
#include <estate/socket/concepts.hpp>
#include <estate/socket/network.hpp>
#include <estate/socket/option/device.hpp>
#include <estate/version.hpp>
#if defined(ESTATE_NATIVE_DESCRIPTORS)
#include <estate/adopt.hpp>
#endif
#if defined(ESTATE_NATIVE_WAKER)
#include <estate/waker.hpp>
#endif
