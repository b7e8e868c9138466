// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/accepted_from.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// A backend that reports the peer's address of a connection that it accepts.
template <class B, class Address>
concept NamingBackend = requires(const typename B::handle& listener, typename B::until until) {
    { B::template accept_from<Address>(listener, until) } noexcept
        -> std::same_as<result<AcceptedFrom<typename B::handle, Address>>>;
};

/// accept_from(): takes the next connection, and returns its peer's address. The address comes with the connection: no
/// further call is made, and the address is there even if the peer has gone meanwhile, of which remote_addr() could say
/// nothing.
///
/// From      Listening, which it stays whatever happens; may be called from several threads.
/// Yields    Connected, as accept(), with the peer's address.
/// Errors    as accept().
/// Source    accept4(2). Not in WASI, whose accept gives no address.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::accept_from, Socket<S, T, H>>
    : detail::SocketPart<op::accept_from, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;
    using Address = typename T::address;
    using Yield = lifecycle::yield_of<op::accept_from, Self>;
    using Accepted = AcceptedFrom<Yield, Address>;

    ESTATE_USES [[nodiscard]] result<Accepted> accept_from(Until until = Until::never()) const noexcept {
        auto accepted = T::backend::template accept_from<Address>(this->owned_handle(), until);
        if (!accepted) return accepted.assume_error();
        auto& [handle, peer] = accepted.assume_value();
        return Accepted{detail::make_socket<typename Yield::state, T, H>(
                            std::move(handle), lifecycle::machine::body(this->whole()).hold.share()),
                        peer};
    }
};

}  // namespace estate
