// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <estate/error/attributes.hpp>
#include <estate/error/error.hpp>
#if defined(__cpp_exceptions)
#include <estate/error/std_error_code.hpp>
#endif

namespace estate::detail {

[[noreturn]] ESTATE_COLD inline void terminate_with(const char* text) noexcept {
    (void)std::fputs(text, stderr);
    (void)std::fputc('\n', stderr);
    std::abort();
}

/// Where a failing value() ends.
[[noreturn]] ESTATE_COLD inline void raise(Error error) {
#if defined(__cpp_exceptions)
    throw std::system_error(make_error_code(error));
#else
    terminate_with(error.message());
#endif
}

}  // namespace estate::detail
