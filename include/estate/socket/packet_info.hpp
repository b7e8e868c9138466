// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/packet_info.hpp>
#include <estate/socket/part.hpp>
#include <estate/socket/segmented.hpp>

namespace estate {

/// A datagram transport whose sockets report where each datagram was sent to, and take an address to send it from: what
/// with_packet_info() makes of one. It stands outside of Segmented where both are wanted.
template <class T>
struct Informed : T {
    using facts = detail::swapped<typename T::facts, fact::bare, fact::packet_info>;
};

namespace detail {
template <class Op, class Self>
[[nodiscard]] lifecycle::transition<Op, Self> ask_packet_info(Self& self) noexcept {
    using T = typename Self::transport;
    return lifecycle::conclude<Op>(
        self, T::backend::template tell_destination<typename T::address>(lifecycle::machine::body(self).handle));
}
}  // namespace detail

}  // namespace estate
