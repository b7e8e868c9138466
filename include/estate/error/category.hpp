// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/error/error.hpp>
#include <string>
#include <system_error>
#include <utility>

namespace boost::system {
class error_code;
}

namespace estate {

namespace detail {

inline constexpr ErrorTable own_table{Error::own_domain, "estate", errc_rows, errc_count};
inline constexpr ErrorTable unknown_table{0, "unknown", nullptr, 0};

/// Places for the categories of the domains: of errc, of each place of the registry, and one for what is not in it.
inline constexpr std::size_t category_count = DomainRegistry::capacity + 2;
inline std::size_t category_index(Error error) noexcept {
    return error.domain() == Error::own_domain ? 0 : 1 + domain_registry.find(error.domain());
}
inline const ErrorTable& category_table(std::size_t index) noexcept {
    const ErrorTable* const table = index == 0 ? &own_table : domain_registry.at(index - 1);
    return table != nullptr ? *table : unknown_table;
}

}  // namespace detail

/// The category of a domain: of estate's own errors, of another layer's. The system's stay in std::generic_category().
class ErrorCategory final : public std::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return table().name; }
    [[nodiscard]] std::string message(int code) const override { return table().row(code).message(); }
    [[nodiscard]] std::error_condition default_error_condition(int code) const noexcept override {
        const int posix = table().row(code).posix();
        return posix == 0 ? std::error_condition(code, *this) : std::error_condition(posix, std::generic_category());
    }

    constexpr explicit ErrorCategory(std::size_t index) noexcept : index_{index} {}

private:
    [[nodiscard]] const ErrorTable& table() const noexcept { return detail::category_table(index_); }
    std::size_t index_;
};

namespace detail {

/// A category for each domain that there can be, made while compiling and never destroyed: an error code may be looked
/// at before main() and after it.
template <class Category>
union Categories {
    struct All {
        template <std::size_t... Index>
        constexpr explicit All(std::index_sequence<Index...>) noexcept : each{Category(Index)...} {}
        Category each[category_count];
    } all;
    constexpr Categories() noexcept : all(std::make_index_sequence<category_count>()) {}
    constexpr ~Categories() {}
};
inline const ErrorCategory& std_category(std::size_t index) noexcept {
    static constinit const Categories<ErrorCategory> categories;
    return categories.all.each[index];
}

}  // namespace detail

/// The category of errc.
[[nodiscard]] inline const std::error_category& error_category() noexcept { return detail::std_category(0); }

/// A std::error_code that Boost.System takes too. Both libraries ask argument-dependent lookup for one
/// make_error_code(), and this is what serves both.
class ErrorCode : public std::error_code {
public:
    explicit ErrorCode(Error error) noexcept : std::error_code(error.code(), category_of(error)) {}
    /// These two need <estate/error/boost_error_code.hpp>.
    operator boost::system::error_code() const noexcept;
    friend bool operator==(const boost::system::error_code& left, const ErrorCode& right) noexcept;

private:
    static const std::error_category& category_of(Error error) noexcept {
        if (error.is_system()) return std::generic_category();
        return detail::std_category(detail::category_index(error));
    }
};

/// The code of a caught std::system_error compares with errc by this.
[[nodiscard]] inline ErrorCode make_error_code(errc code) noexcept { return ErrorCode(code); }

}  // namespace estate

template <>
struct std::is_error_code_enum<estate::errc> : std::true_type {};
