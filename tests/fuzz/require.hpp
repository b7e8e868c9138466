// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdio>
#include <cstdlib>

namespace estate::test {

/// Ends the process where a claim does not hold: libFuzzer keeps the input.
inline void require(bool holds, const char* claim) {
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", claim);
    std::abort();
}

}  // namespace estate::test
