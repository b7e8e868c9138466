// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/system/error_code.hpp>
#include <estate/error/std_error_code.hpp>
#include <string>

namespace estate {

/// As ErrorCategory, for Boost.System. The identifier of errc's, which makes the category the same one in every shared
/// library, is a random number.
class BoostErrorCategory final : public boost::system::error_category {
public:
    constexpr explicit BoostErrorCategory(std::size_t index) noexcept
        : error_category(index == 0 ? 0x8A41C35E07D2B96F : 0), index_{index} {}
    [[nodiscard]] const char* name() const noexcept override { return table().name; }
    [[nodiscard]] std::string message(int code) const override { return table().row(code).message(); }
    [[nodiscard]] boost::system::error_condition default_error_condition(int code) const noexcept override {
        const int posix = table().row(code).posix();
        return posix == 0 ? boost::system::error_condition(code, *this)
                          : boost::system::error_condition(posix, boost::system::generic_category());
    }

private:
    [[nodiscard]] const ErrorTable& table() const noexcept { return detail::category_table(index_); }
    std::size_t index_;
};

/// The category of errc.
[[nodiscard]] inline const boost::system::error_category& boost_error_category() noexcept {
    return detail::category_at<BoostErrorCategory>(0);
}

/// Lets an Error enter boost::system::error_code as one of its own (not a wrapped std::error_code, whose
/// value() is another number), and BOOST_OUTCOME_TRY a function that returns outcome::result<T>.
inline ErrorCode::operator boost::system::error_code() const noexcept {
    for (std::size_t index = 0; index < detail::category_count; ++index) {
        if (category() == detail::category_at<ErrorCategory>(index)) {
            return {value(), detail::category_at<BoostErrorCategory>(index)};
        }
    }
    return {value(), boost::system::generic_category()};
}

/// What Boost makes of an ErrorCode, which it would wrap as the std::error_code that it is as well (GCC 16 does).
[[nodiscard]] inline boost::system::error_code make_error_code(const ErrorCode& code) noexcept {
    return code.operator boost::system::error_code();
}

/// Boost compares a code with an enumerator by way of make_error_code.
inline bool operator==(const boost::system::error_code& left, const ErrorCode& right) noexcept {
    return left == right.operator boost::system::error_code();
}

}  // namespace estate

template <>
struct boost::system::is_error_code_enum<estate::errc> : std::true_type {};
template <>
struct boost::system::is_error_code_enum<estate::Error> : std::true_type {};
template <>
struct boost::system::is_error_code_enum<estate::ErrorCode> : std::true_type {};
