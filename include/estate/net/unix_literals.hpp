// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/literals.hpp>
#include <estate/net/unix_address.hpp>

namespace estate {

namespace detail {
// Not constexpr: calling one ends a constant evaluation, and the compiler prints its name.
void a_path_of_a_socket_is_not_empty_and_has_no_nul_in_it();
void the_name_of_a_unix_socket_has_107_bytes_at_most();
void an_abstract_name_is_not_empty();

constexpr UnixAddress unix_path_literal(std::string_view text) {
    const auto address = UnixAddress::path(text);
    if (!address) {
        if (address.assume_error() == unix_errc::path_too_long) the_name_of_a_unix_socket_has_107_bytes_at_most();
        a_path_of_a_socket_is_not_empty_and_has_no_nul_in_it();
    }
    return address.assume_value();
}
constexpr UnixAddress unix_abstract_literal(std::string_view name) {
    const auto address = UnixAddress::abstract(name);
    if (!address) {
        if (address.assume_error() == unix_errc::path_too_long) the_name_of_a_unix_socket_has_107_bytes_at_most();
        an_abstract_name_is_not_empty();
    }
    return address.assume_value();
}
}  // namespace detail

inline namespace literals {

#if defined(__clang__) && __clang_major__ < 15
template <LiteralText Text>
constexpr UnixAddress operator""_unix_path() {
    constexpr auto address = detail::unix_path_literal(Text.view());
    return address;
}
template <LiteralText Text>
constexpr UnixAddress operator""_unix_abstract() {
    constexpr auto address = detail::unix_abstract_literal(Text.view());
    return address;
}
#else
/// `"/run/greeter"_unix_path`
consteval UnixAddress operator""_unix_path(const char* text, std::size_t size) {
    return detail::unix_path_literal({text, size});
}
/// `"greeter"_unix_abstract`
consteval UnixAddress operator""_unix_abstract(const char* text, std::size_t size) {
    return detail::unix_abstract_literal({text, size});
}
#endif

}  // namespace literals
}  // namespace estate
