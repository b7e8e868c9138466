// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace estate {

namespace detail {
// Not constexpr: calling one ends a constant evaluation, and the compiler prints its name.
void the_code_of_an_error_has_16_bits_and_is_not_0();
void the_posix_number_of_an_error_is_0_to_255();
}  // namespace detail

/// One error of a domain: its enumerator, its name, an English sentence, and the errno that means the same, or 0.
class ErrorRow {
public:
    template <class E>
        requires std::is_enum_v<E>
    constexpr ErrorRow(E code, const char* name, const char* message, int posix)
        : name_{name},
          message_{message},
          code_{static_cast<std::int16_t>(code)},
          posix_{static_cast<std::uint8_t>(posix)} {
        if (code_ == 0 || static_cast<E>(code_) != code) detail::the_code_of_an_error_has_16_bits_and_is_not_0();
        if (posix_ != posix) detail::the_posix_number_of_an_error_is_0_to_255();
    }
    /// An error that has no row.
    constexpr ErrorRow() noexcept = default;

    [[nodiscard]] constexpr std::int16_t code() const noexcept { return code_; }
    [[nodiscard]] constexpr const char* name() const noexcept { return name_; }
    [[nodiscard]] constexpr const char* message() const noexcept { return message_; }
    [[nodiscard]] constexpr std::uint8_t posix() const noexcept { return posix_; }

private:
    const char* name_ = "unknown";
    const char* message_ = "unknown error";
    std::int16_t code_ = 0;
    std::uint8_t posix_ = 0;
};

namespace detail {
inline constexpr ErrorRow unknown_error{};
}

/// What a domain says about its errors, without its type.
struct ErrorTable {
    std::uint8_t number;
    const char* name;
    const ErrorRow* rows;
    std::size_t count;

    /// The row of an unknown error where the domain has no such code. Time  linear in the number of rows.
    [[nodiscard]] constexpr const ErrorRow& row(int code) const noexcept {
        for (std::size_t i = 0; i < count; ++i) {
            if (rows[i].code() == code) return rows[i];
        }
        return detail::unknown_error;
    }
};

template <class D>
class ErrorDomain;

namespace detail {

/// The tables of the domains that are linked into the program; see ErrorDomain.
///
/// Constant-initialised, so that a domain can be added before any dynamic initialiser has run. Atomic, since a shared
/// library that is loaded later adds its domains while others read. Nothing is ever removed.
struct DomainRegistry {
    static constexpr std::size_t capacity = 32;
    const ErrorTable* tables[capacity];

    /// Null beyond the last. Volatile, or LLVM (GlobalOpt, seen in 19) runs the initialiser of a static object while it
    /// compiles, and takes the registry for empty, since it regards that of an inline variable as unordered.
    [[nodiscard]] const ErrorTable* at(std::size_t index) const noexcept {
        const ErrorTable* const volatile* const slots = tables;
        return index < capacity ? __atomic_load_n(slots + index, __ATOMIC_ACQUIRE) : nullptr;
    }
    /// The index of the table, `capacity` where there is none.
    [[nodiscard]] std::size_t find(unsigned number) const noexcept {
        for (std::size_t i = 0; at(i) != nullptr; ++i) {
            if (at(i)->number == number) return i;
        }
        return capacity;
    }
};
inline constinit DomainRegistry domain_registry{};

template <class D>
D domain_in(const ErrorDomain<D>&);

}  // namespace detail

/// An enumeration whose enumerators are errors of a domain: error_domain() in its namespace names the domain.
template <class E>
concept ErrorEnum = std::is_enum_v<E> && requires(E code) {
    requires std::same_as<E, typename decltype(detail::domain_in(error_domain(code)))::code>;
};

}  // namespace estate
