// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/attributes.hpp>
#include <estate/lifecycle/members.hpp>
#include <estate/net/address_hold.hpp>
#include <estate/socket/transport.hpp>
#include <type_traits>
#include <utility>

namespace estate {

namespace detail {
struct socket_access;
}

/// A socket of Transport in State. Its members are the operations that the transport's lifecycle table
/// lists for the state: socket/operation/ has one header for each.
///
/// Move-only; the destructor closes and drops the error. A Hold (a pool's Lease) keeps the local address
/// taken for as long as the socket lives. A moved-from socket answers the
/// calls that reach the system with errc::moved_from; refused arguments come first, handle() and release() give -1.
///
/// Thread safety: distinct sockets are independent. One socket may send in one thread and receive in
/// another; accept may run in several. What consumes the socket (the && members) needs it alone.
template <class State, class Transport, class Hold = NoHold>
class ESTATE_CONSUMABLE Socket
    : public members_of<typename Transport::lifecycle, State, Socket<State, Transport, Hold>> {
public:
    using state = State;
    using transport = Transport;
    using hold = Hold;

    Socket(Socket&&) noexcept = default;
    ESTATE_FILLS Socket& operator=(Socket&& other) noexcept {
        if (this == &other) return *this;
        owned_ = std::move(other.owned_);  // first: an address is given back after the socket on it has closed
        hold_ = std::move(other.hold_);
        return *this;
    }
    ~Socket() = default;

    static constexpr bool is_bound() noexcept { return std::is_same_v<State, Bound>; }
    static constexpr bool is_listening() noexcept { return std::is_same_v<State, Listening>; }
    static constexpr bool is_connected() noexcept { return std::is_same_v<State, Connected>; }

    /// "TCP" or "UDP"; "IPv4" or "IPv6".
    static constexpr const char* protocol() noexcept { return Transport::name; }
    static constexpr const char* family() noexcept { return Transport::family::name; }

    /// The token that keeps the address, where there is one.
    [[nodiscard]] const Hold& held() const noexcept ESTATE_LIFETIMEBOUND
        requires(!std::is_same_v<Hold, NoHold>)
    {
        return hold_;
    }

private:
    friend struct detail::socket_access;

    Socket(typename Transport::backend::handle&& from, Hold&& keeps) noexcept
        : hold_{std::move(keeps)}, owned_{std::move(from)} {}

    [[no_unique_address]] Hold hold_;            // before the handle, so that it is destroyed after it
    typename Transport::backend::handle owned_;  // not handle_: GCC would offer it where handle() is absent
};

template <class Transport, class Hold = NoHold>
using CreatedSocket = Socket<Created, Transport, Hold>;
template <class Transport, class Hold = NoHold>
using BoundSocket = Socket<Bound, Transport, Hold>;
template <class Transport, class Hold = NoHold>
using ListeningSocket = Socket<Listening, Transport, Hold>;
template <class Transport, class Hold = NoHold>
using ConnectingSocket = Socket<Connecting, Transport, Hold>;
template <class Transport, class Hold = NoHold>
using ConnectedSocket = Socket<Connected, Transport, Hold>;
template <class Transport, class Hold = NoHold>
using SendClosedSocket = Socket<SendClosed, Transport, Hold>;
template <class Transport, class Hold = NoHold>
using ReceiveClosedSocket = Socket<ReceiveClosed, Transport, Hold>;
template <class Transport, class Hold = NoHold>
using ClosedSocket = Socket<Closed, Transport, Hold>;

}  // namespace estate
