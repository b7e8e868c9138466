// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/error.hpp>
#include <string>
#include <system_error>

namespace boost::system {
class error_code;
}

namespace estate {

/// The category of estate's own errors; the system's stay in std::generic_category().
class ErrorCategory final : public std::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "estate"; }
    [[nodiscard]] std::string message(int code) const override {
        return detail::entry(static_cast<errc>(code)).message;
    }
    [[nodiscard]] std::error_condition default_error_condition(int code) const noexcept override {
        const int posix = detail::entry(static_cast<errc>(code)).posix;
        return posix == 0 ? std::error_condition(code, *this)
                          : std::error_condition(posix, std::generic_category());
    }
};

[[nodiscard]] inline const std::error_category& error_category() noexcept {
    static const ErrorCategory category;
    return category;
}

/// A std::error_code that Boost.System takes too. Both libraries ask argument-dependent lookup for one
/// make_error_code(), and this is what serves both.
class ErrorCode : public std::error_code {
public:
    explicit ErrorCode(Error error) noexcept
        : std::error_code(error.is_system() ? std::error_code(error.raw(), std::generic_category())
                                            : std::error_code(-error.raw(), error_category())) {}
    /// These two need <estate/error/boost_error_code.hpp>.
    operator boost::system::error_code() const noexcept;
    friend bool operator==(const boost::system::error_code& left, const ErrorCode& right) noexcept;
};

/// The code of a caught std::system_error compares with errc by this.
[[nodiscard]] inline ErrorCode make_error_code(errc code) noexcept { return ErrorCode(code); }

}  // namespace estate

template <>
struct std::is_error_code_enum<estate::errc> : std::true_type {};
