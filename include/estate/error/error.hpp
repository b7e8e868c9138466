// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <estate/error/errc.hpp>
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

/// Why an operation failed: an errc of estate's own, or the number the system gave (errno).
///
/// Compares with errc, and with std::errc by meaning: errc::deadline_exceeded equals
/// std::errc::timed_out. Always an error: there is no empty Error.
class Error {
public:
    constexpr Error(errc code) noexcept : value_{-static_cast<std::int32_t>(code)} {}

    /// Pre  number > 0, as errno after a failed call.
    [[nodiscard]] static constexpr Error system(int number) noexcept { return Error{number}; }

    [[nodiscard]] constexpr bool is_system() const noexcept { return value_ > 0; }

    /// The system's number; for an errc the errno it is closest to, 0 where there is none.
    [[nodiscard]] constexpr int posix() const noexcept {
        return is_system() ? value_ : detail::entry(own()).posix;
    }

    /// English text with static lifetime; never allocates. Thread-safe.
    [[nodiscard]] const char* message() const noexcept {
        if (!is_system()) return detail::entry(own()).message;
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 32)
        if (const char* text = ::strerrordesc_np(value_)) return text;
#endif
#if defined(__wasi__)
        return std::strerror(value_);  // wasi-libc's is a table
#else
        return "system error";
#endif
    }

    friend constexpr bool operator==(Error, Error) noexcept = default;
    friend constexpr bool operator==(Error left, errc right) noexcept { return left == Error{right}; }
    template <PosixErrorEnum E>
    friend constexpr bool operator==(Error left, E right) noexcept {
        return left.posix() != 0 && left.posix() == static_cast<int>(right);
    }

    /// The number itself: positive for the system's, negative for an errc. For bridges to other libraries.
    [[nodiscard]] constexpr std::int32_t raw() const noexcept { return value_; }

private:
    explicit constexpr Error(int number) noexcept : value_{number} {}
    [[nodiscard]] constexpr errc own() const noexcept { return static_cast<errc>(-value_); }

    std::int32_t value_;
};
static_assert(sizeof(Error) <= 8 && std::is_trivially_copyable_v<Error>);

}  // namespace estate
