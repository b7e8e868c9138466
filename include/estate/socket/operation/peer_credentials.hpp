// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/peer_credentials.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// peer_credentials(): the process, user and group at the other end, as the kernel knows them.
///
/// From      Connected, SendClosed, ReceiveClosed of Unix-domain streams and sequenced packets; stays.
/// Returns   those of the call that connected the sockets: connect(), listen(), or the making of a pair.
/// Errors    the system's own.
/// Source    unix(7) SO_PEERCRED; getpeereid(3).
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::peer_credentials, Socket<S, T, H>>
    : detail::SocketPart<op::peer_credentials, S, T, H> {
    using Self = Socket<S, T, H>;

    ESTATE_USES [[nodiscard]] result<PeerCredentials> peer_credentials() const noexcept {
        return T::backend::peer_credentials(this->owned_handle());
    }
};

}  // namespace estate
