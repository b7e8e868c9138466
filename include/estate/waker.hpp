// SPDX-License-Identifier: BSL-1.0
#pragma once

// Waker on the platform's backend: ends a blocked call from another thread or a signal handler.

#include <estate/backend/native.hpp>
#include <estate/version.hpp>
#if !defined(ESTATE_NATIVE_WAKER)
#error "estate: a component has no second thread to wake from; give the call a deadline"
#else
#include ESTATE_NATIVE_WAKER
#include <estate/socket/waker.hpp>
#endif
