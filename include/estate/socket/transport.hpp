// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/absent.hpp>
#include <estate/backend/native.hpp>
#include <estate/transport/setting.hpp>
#include <estate/transport/tcp.hpp>
#include <estate/transport/udp.hpp>
#include <estate/lifecycle/without.hpp>
#include <estate/net/family.hpp>

namespace estate {

/// TCP over one address family. A transport is a lifecycle, its options and the backend that acts.
/// Source  RFC 9293.
template <Family F, class B = native_stream>
struct Tcp {
    using family = F;
    using backend = B;
    using lifecycle = without<tcp_table, decltype(absent_operations<B>)>;
    using settings = tcp_settings;
    static constexpr bool is_stream = true;
    static constexpr const char* name = "TCP";
};

/// UDP over one address family. Source: RFC 768.
template <Family F, class B = native_datagram>
struct Udp {
    using family = F;
    using backend = B;
    using lifecycle = without<udp_table, decltype(absent_operations<B>)>;
    using settings = udp_settings;
    static constexpr bool is_stream = false;
    static constexpr const char* name = "UDP";
};

template <class T>
concept Stream = T::is_stream;
template <class T>
concept Datagram = !T::is_stream;

}  // namespace estate
