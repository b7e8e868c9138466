// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/error/result.hpp>
#include <estate/lifecycle/setting.hpp>
#include <string_view>

namespace estate::option {

/// An IPv6 socket that carries no IPv4. On by default, whatever the system's default is; IPv6 only.
/// Source  ipv6(7) IPV6_V6ONLY, RFC 3493 section 5.3.
struct v6_only {
    using key = v6_only;
    bool value = true;
};

/// Binds to an address that no interface has yet. Off by default.
/// Source  ip(7) IP_FREEBIND, IPV6_FREEBIND.
struct freebind {
    using key = freebind;
    bool value = true;
};

/// Binds to addresses of others, for transparent proxies. Needs CAP_NET_ADMIN or CAP_NET_RAW.
/// Source  ip(7) IP_TRANSPARENT, IPV6_TRANSPARENT.
struct transparent {
    using key = transparent;
    bool value = true;
};

/// bind() to port 0 leaves the port to connect(), so that one address serves 64 k connections to each peer.
/// Until then local_port() is 0.
/// Source  ip(7) IP_BIND_ADDRESS_NO_PORT.
struct bind_address_no_port {
    using key = bind_address_no_port;
    bool value = true;
};

/// Sends and receives through one network interface only. Without a name: through any.
/// Source  socket(7) SO_BINDTODEVICE.
struct bind_to_device {
    using key = bind_to_device;
    static constexpr std::size_t max_length = 15;  // IFNAMSIZ less the terminator

    /// Errors  errc::invalid_argument for a name longer than max_length bytes or with a NUL in it.
    [[nodiscard]] static constexpr result<bind_to_device> to(std::string_view name) noexcept {
        if (name.size() > max_length || name.find('\0') != std::string_view::npos) return errc::invalid_argument;
        bind_to_device made;
        for (const char c : name) made.device[made.length++] = c;
        return made;
    }
    [[nodiscard]] constexpr std::string_view name() const noexcept { return {device, length}; }

    char device[max_length + 1] = {};
    unsigned length = 0;
};

}  // namespace estate::option
