// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/ip_address_v4.hpp>
#include <estate/net/ip_address_v6.hpp>
