// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/base/attributes.hpp>
#include <estate/error/result.hpp>
#include <estate/transport/setting.hpp>
#include <string_view>

namespace estate::option {

/// Sends and receives through one network interface only. Without a name: through any.
/// Source  socket(7) SO_BINDTODEVICE.
struct bind_to_device {
    using key = bind_to_device;
    static constexpr std::size_t max_length = 15;  // IFNAMSIZ less the terminator

    /// Errors  errc::invalid_argument for a name longer than max_length bytes or with a NUL in it.
    [[nodiscard]] static constexpr result<bind_to_device> to(std::string_view name) noexcept {
        if (name.size() > max_length || name.find('\0') != std::string_view::npos) return errc::invalid_argument;
        bind_to_device made;
        for (const char c : name) made.device_[made.length_++] = c;
        return made;
    }
    [[nodiscard]] constexpr std::string_view name() const noexcept ESTATE_LIFETIMEBOUND {
        return {device_, length_};
    }

private:
    char device_[max_length + 1] = {};
    unsigned length_ = 0;
};

}  // namespace estate::option
