// SPDX-License-Identifier: BSL-1.0
#pragma once

// Sockets that were made elsewhere, on the platform's backend: adopt() and Activation.

#include <estate/backend/native.hpp>
#include <estate/version.hpp>
#if !defined(ESTATE_NATIVE_DESCRIPTORS)
#error "estate: this platform has no descriptors to adopt; make the socket here"
#else
#include ESTATE_NATIVE_DESCRIPTORS
#include <estate/socket/activation.hpp>
#include <estate/socket/adopt.hpp>
#include <estate/tcp.hpp>
#include <estate/udp.hpp>
#endif
