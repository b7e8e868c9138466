// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/bsd.hpp>
#include <estate/backend/posix/posix2024.hpp>

namespace estate::posix {

/// FreeBSD 13 or later. Source  its manual pages of section 2 and 4.
class FreeBsd : public Posix2024<Bsd> {
public:
    static constexpr int domain_option = SO_DOMAIN;
    static constexpr int protocol_option = SO_PROTOCOL;
    using TcpInfo = tcp_info;
    static constexpr int tcp_info_option = TCP_INFO;
};

template <class F> inline constexpr OptionName name_of<option::reuse_port, F>{SOL_SOCKET, SO_REUSEPORT_LB};
template <class F> inline constexpr OptionName name_of<option::linger, F>{SOL_SOCKET, SO_LINGER};
template <class F> inline constexpr OptionName name_of<option::keep_alive_idle, F>{IPPROTO_TCP, TCP_KEEPIDLE};

using Kernel = FreeBsd;

}  // namespace estate::posix
