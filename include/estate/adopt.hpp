// SPDX-License-Identifier: BSL-1.0
#pragma once

#if defined(__wasi__)
#error "estate: WASI has no descriptors to adopt; make the socket here"
#endif

// Sockets that were made elsewhere, on the platform's backend: adopt() and Activation.

#include <estate/backend/posix/activation.hpp>
#include <estate/backend/posix/observe.hpp>
#include <estate/socket/activation.hpp>
#include <estate/socket/adopt.hpp>
#include <estate/tcp.hpp>
#include <estate/udp.hpp>
