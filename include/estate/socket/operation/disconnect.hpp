// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

/// disconnect(): dissolves the association with the peer. The interface of a zoned peer stays: Linux does not
/// distinguish it from option::bind_to_device.
///
/// From      Connected UDP, which is consumed.
/// Leaves    Bound, with the local address it had; on failure Closed.
/// Errors    the system's own; address_in_use where somebody took an ephemeral port meanwhile.
/// Source    POSIX connect() with AF_UNSPEC; wasi:sockets/udp stream(none).
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::disconnect, Socket<S, T, H>>
    : detail::SocketPart<op::disconnect, S, T, H> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::disconnect, Self> disconnect() && noexcept {
        return lifecycle::conclude<op::disconnect>(
            this->whole(), T::backend::template disconnect<typename T::address>(this->owned_handle()));
    }
    void disconnect() & = delete;  // transitions consume: std::move(socket).disconnect()
};

}  // namespace estate
