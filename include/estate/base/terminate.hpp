// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <estate/base/attributes.hpp>

namespace estate::detail {

/// Ends the program with a line on stderr.
[[noreturn]] ESTATE_COLD inline void terminate_with(const char* text) noexcept {
    (void)std::fputs(text, stderr);
    (void)std::fputc('\n', stderr);
    std::abort();
}

}  // namespace estate::detail
