// SPDX-License-Identifier: BSL-1.0
#include "uses.hpp"

Seen seen_by_b() { return look(); }
