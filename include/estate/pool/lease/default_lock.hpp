// SPDX-License-Identifier: BSL-1.0
#pragma once

#if defined(__wasi__)
#include <estate/pool/lock.hpp>
#else
#include <mutex>
#endif

namespace estate::detail {

/// What an IpPool is locked by.
#if defined(__wasi__)
using DefaultLock = NoLock;  // a component has one thread, and its library no mutex
#else
using DefaultLock = std::mutex;
#endif

}  // namespace estate::detail
