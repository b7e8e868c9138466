// SPDX-License-Identifier: BSL-1.0
#pragma once

// The network interfaces of the host, and their addresses.

#include <estate/backend/native_sockets.hpp>
#if !defined(ESTATE_NATIVE_INTERFACES)
#error "estate: a component has no list of interfaces; its host binds it to where it may"
#else
#include ESTATE_NATIVE_INTERFACES
#include <estate/socket/interfaces.hpp>
#include <estate/version.hpp>
#endif
