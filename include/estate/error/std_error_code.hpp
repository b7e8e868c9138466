// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/category.hpp>

namespace estate {

/// Lets an Error enter std::error_code, and BOOST_OUTCOME_TRY a function that returns std_result<T>.
[[nodiscard]] inline ErrorCode make_error_code(Error error) noexcept { return ErrorCode(error); }

}  // namespace estate

template <>
struct std::is_error_code_enum<estate::Error> : std::true_type {};
