// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/transport/setting.hpp>

namespace estate::option {

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

}  // namespace estate::option
