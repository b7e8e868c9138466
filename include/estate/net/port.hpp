// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <estate/error/result.hpp>
#include <estate/net/detail/decimal.hpp>
#include <string_view>

namespace estate {

namespace detail {
void a_port_is_0_to_65535();  // not constexpr: calling it ends a constant evaluation, by name
}

/// A TCP or UDP port.
///
/// Units   host byte order, 0 to 65535. 0 asks bind for an ephemeral port and is no destination.
/// A literal is checked while compiling: Port{70000} is an error. A run-time number must be a
/// std::uint16_t, or go through parse().
class Port {
public:
    constexpr Port() noexcept = default;
#if defined(__clang__) && __clang_major__ < 15  // crashes on two casts to a consteval constructor: Port{80}
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgcc-compat"
    constexpr Port(int literal) noexcept
        __attribute__((enable_if(literal >= 0 && literal <= 65535, "a port is a constant of 0 to 65535")))
        : number_{static_cast<std::uint16_t>(literal)} {}
#pragma clang diagnostic pop
#else
    template <std::same_as<int> T>
    consteval Port(T literal) : number_{static_cast<std::uint16_t>(literal)} {
        if (literal < 0 || literal > 65535) detail::a_port_is_0_to_65535();
    }
#endif
    template <std::same_as<std::uint16_t> T>
    constexpr Port(T number) noexcept : number_{number} {}

    /// Reads decimal digits: no sign, no leading zeros, nothing before or after.
    /// Errors  errc::malformed_port.
    template <class Self = Port>
    [[nodiscard]] static constexpr result<Self> parse(std::string_view text) noexcept {
        const std::uint64_t number = detail::decimal(text);
        if (number > 65535) return errc::malformed_port;
        return Port(static_cast<std::uint16_t>(number));
    }

    [[nodiscard]] constexpr std::uint16_t number() const noexcept { return number_; }
    friend constexpr bool operator==(Port, Port) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(Port, Port) noexcept = default;

private:
    std::uint16_t number_ = 0;
};

}  // namespace estate
