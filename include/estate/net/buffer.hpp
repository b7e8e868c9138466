// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace estate {

/// Bytes to send, and room to receive. Text is sent as std::string_view: no terminator, no copy.
using ConstBuffer = std::span<const std::byte>;
using MutableBuffer = std::span<std::byte>;

[[nodiscard]] inline ConstBuffer as_buffer(std::string_view text) noexcept {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// The received bytes as text, where the protocol says that they are.
[[nodiscard]] inline std::string_view as_text(ConstBuffer bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace estate
