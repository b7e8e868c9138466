// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/system/error_code.hpp>
#include <estate/error/std_error_code.hpp>
#include <string>

namespace estate {

/// The category of estate's own errors for Boost.System; see ErrorCategory for <system_error>.
/// Its identifier, which makes the category the same one in every shared library, is a random number.
class BoostErrorCategory final : public boost::system::error_category {
public:
    constexpr BoostErrorCategory() noexcept : error_category(0x8A41C35E07D2B96F) {}
    [[nodiscard]] const char* name() const noexcept override { return "estate"; }
    [[nodiscard]] std::string message(int code) const override {
        return detail::entry(static_cast<errc>(code)).message;
    }
    [[nodiscard]] boost::system::error_condition default_error_condition(int code) const noexcept override {
        const int posix = detail::entry(static_cast<errc>(code)).posix;
        return posix == 0 ? boost::system::error_condition(code, *this)
                          : boost::system::error_condition(posix, boost::system::generic_category());
    }
};

[[nodiscard]] inline const boost::system::error_category& boost_error_category() noexcept {
    static const BoostErrorCategory category;
    return category;
}

/// Lets an Error enter boost::system::error_code as one of its own (not a wrapped std::error_code, whose
/// value() is another number), and BOOST_OUTCOME_TRY a function that returns outcome::result<T>.
inline ErrorCode::operator boost::system::error_code() const noexcept {
    return category() == error_category() ? boost::system::error_code(value(), boost_error_category())
                                          : boost::system::error_code(value(), boost::system::generic_category());
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
