// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <estate/error/result.hpp>
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
    consteval Port(int literal) : number_{static_cast<std::uint16_t>(literal)} {
        if (literal < 0 || literal > 65535) detail::a_port_is_0_to_65535();
    }
    template <std::same_as<std::uint16_t> T>
    constexpr Port(T number) noexcept : number_{number} {}

    /// Reads decimal digits: no sign, no leading zeros, nothing before or after.
    /// Errors  errc::malformed_port.
    [[nodiscard]] static constexpr result<Port> parse(std::string_view text) noexcept {
        if (text.empty() || text.size() > 5 || (text[0] == '0' && text.size() > 1)) return errc::malformed_port;
        std::uint32_t number = 0;
        for (const char digit : text) {
            if (digit < '0' || digit > '9') return errc::malformed_port;
            number = number * 10 + static_cast<std::uint32_t>(digit - '0');
        }
        if (number > 65535) return errc::malformed_port;
        return Port(static_cast<std::uint16_t>(number));
    }

    [[nodiscard]] constexpr std::uint16_t number() const noexcept { return number_; }
    friend constexpr auto operator<=>(Port, Port) noexcept = default;

private:
    std::uint16_t number_ = 0;
};

}  // namespace estate
