// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/attributes.hpp>
#include <estate/base/terminate.hpp>
#include <estate/error/error.hpp>
#if defined(__cpp_exceptions)
#include <estate/error/category.hpp>
#endif

namespace estate::detail {

/// What a failing value() ends in.
template <bool Throws>
[[noreturn]] ESTATE_COLD void raise(Error error) {
#if defined(__cpp_exceptions)
    if constexpr (Throws) throw std::system_error(std_code(error));
#endif
    terminate_with(error.message());
}

}  // namespace estate::detail
