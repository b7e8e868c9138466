// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/category.hpp>

namespace boost::system {
class error_code;
}

namespace estate {

/// The category of a domain: of estate's own errors, or of another layer's. The system's are in generic_category().
using ErrorCategory = detail::StdCategory;

/// The category of errc.
[[nodiscard]] inline const std::error_category& error_category() noexcept {
    return detail::category_at<ErrorCategory>(0);
}

/// A std::error_code that Boost.System takes too. Both libraries ask argument-dependent lookup for one
/// make_error_code(), and this is what serves both.
class ErrorCode : public std::error_code {
public:
    explicit ErrorCode(Error error) noexcept : std::error_code(detail::std_code(error)) {}
    /// These two need <estate/error/boost_error_code.hpp>.
    operator boost::system::error_code() const noexcept;
    friend bool operator==(const boost::system::error_code& left, const ErrorCode& right) noexcept;
};

/// The code of a caught std::system_error compares with errc by this.
[[nodiscard]] inline ErrorCode make_error_code(errc code) noexcept { return ErrorCode(code); }
/// Lets an Error enter std::error_code, and BOOST_OUTCOME_TRY a function that returns std_result<T>.
[[nodiscard]] inline ErrorCode make_error_code(Error error) noexcept { return ErrorCode(error); }

}  // namespace estate

template <>
struct std::is_error_code_enum<estate::errc> : std::true_type {};
template <>
struct std::is_error_code_enum<estate::Error> : std::true_type {};
