// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/base/lazy.hpp>
#include <span>
#include <string_view>

namespace estate {

/// Bytes to send, and room to receive. Text is sent as std::string_view: no terminator, no copy; a literal
/// ends at its first NUL.
using ConstBuffer = std::span<const std::byte>;
using MutableBuffer = std::span<std::byte>;

/// The bytes of a text.
template <class Self = void>
[[nodiscard]] detail::lazy<ConstBuffer, Self> as_buffer(std::string_view text) noexcept {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// The received bytes as text, where the protocol says that they are.
[[nodiscard]] inline std::string_view as_text(ConstBuffer bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

namespace detail {
/// What follows the first `count` bytes. Not constexpr, or Clang would instantiate it where it is named.
template <class Byte>
std::span<Byte> behind(std::span<Byte> bytes, std::size_t count) noexcept {
    return bytes.subspan(count);
}
}  // namespace detail

}  // namespace estate
