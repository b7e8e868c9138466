// SPDX-License-Identifier: BSL-1.0
#pragma once

// IP pools: IpPool grows, StaticIpPool is fixed and without heap.

#include <estate/pool/ip_pool.hpp>
#include <estate/pool/static_ip_pool.hpp>
