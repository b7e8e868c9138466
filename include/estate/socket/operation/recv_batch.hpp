// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/datagram.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// recv_batch(): receives the datagrams that are there, in one call: waits for the first, takes what else has come.
///
/// From      Bound UDP, Connected; stays.
/// Returns   how many came, 1 at least and 64 at most: their number of places was filled in, from the first on.
/// Errors    errc::invalid_argument where there is no place, or the first has an empty buffer; one further on ends the
///           batch before it. Else as recv_from() of the first.
/// Source    recvmmsg(2) with MSG_WAITFORONE, 7 KiB of stack; elsewhere (macOS, FreeBSD, WASI, a simulation) one
///           receive after the other.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::recv_batch, Socket<S, T, H>>
    : detail::SocketPart<op::recv_batch, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;
    using Address = typename T::address;

    ESTATE_USES [[nodiscard]] result<std::size_t> recv_batch(std::span<IncomingDatagram<Address>> places,
                                                             Until until = Until::never()) const noexcept {
        std::size_t good = 0;
        while (good < places.size() && !places[good].buffer.empty()) ++good;
        if (good == 0) return errc::invalid_argument;
        return T::backend::recv_batch(this->owned_handle(), places.first(good), until);
    }
};

}  // namespace estate
