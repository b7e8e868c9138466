// SPDX-License-Identifier: BSL-1.0
#pragma once

// A Waker that a std::stop_token raises. Apart from <estate/waker.hpp>, since <stop_token> brings 14,000 lines.

#include <estate/socket/stop_token.hpp>
#include <estate/waker.hpp>
#include <estate/version.hpp>
