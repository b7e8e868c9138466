// SPDX-License-Identifier: BSL-1.0
#pragma once

// The address pools and their leases. Sockets are <estate/estate.hpp>.

// First, so that compilers show a short way to them.
#include <estate/pool/lease.hpp>
#include <estate/pool/pool_ranges.hpp>

#include <boost/outcome/try.hpp>
#include <estate/net/literals.hpp>
#include <estate/pool/ip_pool.hpp>
#include <estate/pool/prefix_pool.hpp>
#include <estate/pool/static_ip_pool.hpp>
#include <estate/version.hpp>
