// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/admissible.hpp>
#include <estate/net/datagram.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// send_batch(): sends several datagrams in one call: OutgoingDatagram, each with its peer, or ConstBuffer to the peer
/// that is fixed.
///
/// From      Bound UDP, Connected; stays.
/// Returns   how many were sent, from the first on: at most 64 in a call, and fewer where the next one could not go;
///           the call that begins with it reports why; but no call reports a connection_refused that came meanwhile.
///           Without a deadline it waits for space for each, with one for the first only.
/// Errors    of the first datagram, as send_to() and send().
/// Source    sendmmsg(2), 5.2 KiB of stack; elsewhere (macOS, FreeBSD, WASI, a simulation) one send after the other.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::send_batch, Socket<S, T, H>>
    : detail::SocketPart<op::send_batch, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;
    using Address = typename T::address;
    static constexpr bool is_fixed = std::is_same_v<S, Connected>;
    using Item = std::conditional_t<is_fixed, ConstBuffer, OutgoingDatagram<Address>>;
    using Other = std::conditional_t<is_fixed, OutgoingDatagram<Address>, ConstBuffer>;

    ESTATE_USES [[nodiscard]] result<std::size_t> send_batch(std::span<const Item> datagrams,
                                                             Until until = Until::never()) const noexcept {
        if constexpr (is_fixed) {
            return T::backend::send_batch(this->owned_handle(), datagrams, until);
        } else {
            std::size_t good = 0;
            while (good < datagrams.size() && is_datagram_peer(datagrams[good].peer, typename T::family())) ++good;
            if (good == 0 && !datagrams.empty()) return why_not_peer(datagrams[0].peer, typename T::family());
            return T::backend::send_batch(this->owned_handle(), datagrams.first(good), until);
        }
    }
    // A socket with a fixed peer names none.
    void send_batch(std::span<const Other>, Until = Until::never()) const = delete;
};

}  // namespace estate
