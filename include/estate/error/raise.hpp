// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <estate/base/attributes.hpp>
#include <estate/error/error.hpp>
#if defined(__cpp_exceptions)
#include <estate/error/category.hpp>
#endif

namespace estate::detail {

[[noreturn]] ESTATE_COLD inline void terminate_with(const char* text) noexcept {
    (void)std::fputs(text, stderr);
    (void)std::fputc('\n', stderr);
    std::abort();
}

/// Where a failing value() ends.
template <bool Throws>
[[noreturn]] ESTATE_COLD void raise(Error error) {
#if defined(__cpp_exceptions)
    if constexpr (Throws) throw std::system_error(ErrorCode(error));
#endif
    terminate_with(error.message());
}

}  // namespace estate::detail
