// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/error/error.hpp>
#include <string>
#include <system_error>
#include <utility>

// What a thrown std::system_error needs. result.hpp includes this header only if exceptions are on, so it has no public
// name: those are in <estate/error/std_error_code.hpp>.

namespace estate::detail {

inline constexpr ErrorTable own_table{Error::own_domain, "estate", errc_rows, errc_count};
inline constexpr ErrorTable unknown_table{0, "unknown", nullptr, 0};

/// One category for errc, one for each place in the registry of domains, and one for a domain that is not in it.
inline constexpr std::size_t category_count = DomainRegistry::capacity + 2;
inline std::size_t category_index(Error error) noexcept {
    return error.domain() == Error::own_domain ? 0 : 1 + domain_registry.find(error.domain());
}
inline const ErrorTable& category_table(std::size_t index) noexcept {
    const ErrorTable* const table = index == 0 ? &own_table : domain_registry.at(index - 1);
    return table != nullptr ? *table : unknown_table;
}

/// The category of the domain at a place in the registry.
class StdCategory final : public std::error_category {
public:
    constexpr explicit StdCategory(std::size_t index) noexcept : index_{index} {}

    [[nodiscard]] const char* name() const noexcept override { return table().name; }
    [[nodiscard]] std::string message(int code) const override { return table().row(code).message(); }
    [[nodiscard]] std::error_condition default_error_condition(int code) const noexcept override {
        const int posix = table().row(code).posix();
        return posix == 0 ? std::error_condition(code, *this) : std::error_condition(posix, std::generic_category());
    }

private:
    [[nodiscard]] const ErrorTable& table() const noexcept { return category_table(index_); }
    std::size_t index_;
};

/// A category for each domain that there can be. Made while compiling and never destroyed: an error code may be looked
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
template <class Category>
const Category& category_at(std::size_t index) noexcept {
    static const Categories<Category> categories;
    return categories.all.each[index];
}

template <class Category = StdCategory>  // a template, as category_at(): only what throws makes the categories
std::error_code std_code(Error error) noexcept {
    if (error.is_system()) return {error.code(), std::generic_category()};
    return {error.code(), category_at<Category>(category_index(error))};
}

}  // namespace estate::detail
