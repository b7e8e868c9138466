// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/ip_pool.hpp>
#include <string_view>

#include "pool/manual_clock.hpp"

namespace estate::test {

/// The clock of every TimedPool.
struct Time : ManualClock<Time> {};

template <class F, class Select = NextFit>
using TimedPool = IpPool<F, Select, Time>;

/// A lease of red's.
template <class Pool>
auto take(Pool& pool, std::string_view resource = "web") {
    return pool.allocate("red", resource, {});
}

}  // namespace estate::test
