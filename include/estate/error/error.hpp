// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstdint>
#include <estate/error/errc.hpp>
#include <estate/error/error_table.hpp>
#include <estate/error/system_text.hpp>
#include <iosfwd>
#include <type_traits>

namespace estate {

/// An enumeration of errno values: std::errc, boost::system::errc::errc_t. Named by its shape: no
/// <system_error> here.
template <class E>
concept PosixErrorEnum = std::is_enum_v<E> && !std::same_as<E, errc> && requires {
    E::address_in_use;
    E::connection_refused;
    E::no_such_process;
};

/// What an Error compares with, besides errc.
template <class E>
concept ComparesWithError = std::is_enum_v<E> && (ErrorEnum<E> || PosixErrorEnum<E>);

/// Why an operation failed: an errc of estate's own, the number that the system gave (errno), or an error of another
/// layer's domain (see ErrorDomain).
///
/// Compares with errc, with the enumeration of each domain, and with std::errc by meaning: errc::deadline_exceeded
/// equals std::errc::timed_out. Always an error: there is no empty Error.
class Error {
public:
    constexpr Error(errc code) noexcept : Error(own_domain, static_cast<int>(code), detail::row_of(code).posix()) {}
    template <ErrorEnum E>
    constexpr Error(E code) noexcept : Error(table_of<E>::table, static_cast<int>(code)) {}

    /// Pre  0 < number < 2^24, as errno after a failed call. 0 and negative numbers make unknown errors.
    [[nodiscard]] static constexpr Error system(int number) noexcept {
        return Error{static_cast<std::uint32_t>(number)};
    }

    [[nodiscard]] constexpr bool is_system() const noexcept { return domain() == system_domain; }

    /// The errno that means the same, 0 where there is none; of a system error its number.
    [[nodiscard]] constexpr int posix() const noexcept {
        return static_cast<int>(is_system() ? bits_ : bits_ & 0xFF);
    }

    /// English text with static lifetime; never allocates. Thread-safe.
    [[nodiscard]] const char* message() const noexcept {
        return is_system() ? detail::system_message(posix()) : row().message();
    }
    /// The name of the enumerator, "deadline_exceeded", or of the system's number, "ECONNREFUSED"; "unknown" for other
    /// numbers. As message().
    [[nodiscard]] const char* name() const noexcept {
        return is_system() ? detail::system_name(posix()) : row().name();
    }

    template <class Char, class Traits>
    friend void operator<<(std::basic_ostream<Char, Traits>&, Error) = delete;  // write error.message()

    friend constexpr bool operator==(Error, Error) noexcept = default;
    friend constexpr bool operator==(Error left, errc right) noexcept { return left == Error{right}; }
    template <ComparesWithError E>
    friend constexpr bool operator==(Error left, E right) noexcept {
        if constexpr (ErrorEnum<E>) {
            return left == Error{right};
        } else {
            return left.posix() != 0 && left.posix() == static_cast<int>(right);
        }
    }

    // For bridges to other libraries.
    static constexpr unsigned system_domain = 0;
    static constexpr unsigned own_domain = 1;
    /// The number of the domain.
    [[nodiscard]] constexpr unsigned domain() const noexcept { return bits_ >> 24; }
    /// The system's number, or the value of the enumerator.
    [[nodiscard]] constexpr int code() const noexcept {
        return is_system() ? posix() : static_cast<std::int16_t>(bits_ >> 8 & 0xFFFF);
    }

private:
    template <class E>
    using table_of = std::remove_cvref_t<decltype(error_domain(E{}))>;

    constexpr Error(const ErrorTable& table, int code) noexcept
        : Error(table.number, code == static_cast<std::int16_t>(code) ? code : 0, table.row(code).posix()) {}
    constexpr Error(unsigned domain, int code, unsigned posix) noexcept
        : bits_{domain << 24 | (static_cast<std::uint32_t>(code) & 0xFFFF) << 8 | posix} {}
    explicit constexpr Error(std::uint32_t bits) noexcept : bits_{bits} {}

    [[nodiscard]] const ErrorRow& row() const noexcept {
        if (domain() == own_domain) return detail::row_of(static_cast<errc>(code()));
        const ErrorTable* const table = detail::domain_registry.at(detail::domain_registry.find(domain()));
        return table != nullptr ? table->row(code()) : detail::unknown_error;
    }

    // 8 bits of domain; then the system's number in 24 bits, or 16 bits of code and 8 bits of the errno that means the
    // same: a comparison by meaning needs no table, and so can be done while compiling.
    std::uint32_t bits_;
};
static_assert(sizeof(Error) == 4 && std::is_trivially_copyable_v<Error>);

}  // namespace estate
