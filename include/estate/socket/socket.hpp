// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/attributes.hpp>
#include <estate/lifecycle/members.hpp>
#include <estate/net/address_hold.hpp>
#include <estate/error/transition_error.hpp>
#include <estate/socket/transport.hpp>
#include <type_traits>
#include <utility>

namespace estate {

template <class State, class Transport, class Hold = NoHold>
class Socket;
template <class Transport>
struct NonBlocking;

namespace detail {

/// What goes along from state to state, and from transport to transport of one backend.
template <class Handle, class H>
struct SocketBody {
    ESTATE_INLINE SocketBody(H&& keeps, Handle&& owned) noexcept : hold{std::move(keeps)}, handle{std::move(owned)} {}
    SocketBody(SocketBody&&) noexcept = default;
    SocketBody& operator=(SocketBody&& other) noexcept {
        if (this == &other) return *this;
        handle = std::move(other.handle);  // first: an address is given back after the socket on it has closed
        hold = std::move(other.hold);
        return *this;
    }
#if __cpp_concepts >= 202002L
    ~SocketBody() requires std::is_same_v<H, NoHold> = default;  // which a compiler weighs, since text grows with it
#endif
    ESTATE_INLINE ~SocketBody() {}

    [[no_unique_address]] H hold;  // before the handle, so that it is destroyed after it
    Handle handle;
};
template <class T, class H>
using body_of = SocketBody<typename T::backend::handle, H>;

template <class T, class H, class Place>
struct socket_in {
    using type = Socket<Place, T, H>;
};
template <class T, class H, class State>
struct socket_in<T, H, lifecycle::with<fact::plain, State>> {
    using type = Socket<State, T, NoHold>;
};
template <class T, class H, class State>
struct socket_in<T, H, lifecycle::with<fact::segments, State>> {
    using type = Socket<State, Segmented<T>, H>;
};
template <class T, class H, class State>
struct socket_in<Informed<T>, H, lifecycle::with<fact::segments, State>> {
    using type = Socket<State, Informed<Segmented<T>>, H>;
};
template <class T, class H, class State>
struct socket_in<T, H, lifecycle::with<fact::packet_info, State>> {
    using type = Socket<State, Informed<T>, H>;
};

template <class T, class H, class State>
struct socket_in<T, H, lifecycle::with<fact::nonblocking, State>> {
    using type = Socket<State, NonBlocking<T>, H>;
};

template <class H>
using fact_of_hold = std::conditional_t<std::is_same_v<H, NoHold>, fact::plain, fact::held>;

/// The table of a transport as the facts of the hold and its own, if it has any, make it.
template <class T, class H, class... Facts>
lifecycle::given<typename T::lifecycle, fact_of_hold<H>, Facts...> table_with(lifecycle::list<Facts...>);
template <class T, class H>
struct table_of {
    using type = lifecycle::given<typename T::lifecycle, fact_of_hold<H>>;
};
template <class T, class H>
    requires requires { typename T::facts; }
struct table_of<T, H> {
    using type = decltype(table_with<T, H>(typename T::facts()));
};

}  // namespace detail

namespace lifecycle {
template <class S, class T, class H>
struct object<Socket<S, T, H>> {
    using table = typename detail::table_of<T, H>::type;
    using state = S;
    using body = detail::body_of<T, H>;
    template <class Place>
    using in = typename detail::socket_in<T, H, Place>::type;
    template <class Left>
    using failure = TransitionError<Left>;

    /// A closed socket gives its handle up, and keeps its hold.
    template <class Next>
    ESTATE_INLINE static auto enter(body&& from) noexcept {
        if constexpr (std::is_same_v<Next, Closed>) {
            typename T::backend::handle ended(std::move(from.handle));
        }
        return std::move(from);
    }
    static body nothing(const body& here) noexcept { return body(here.hold.share(), typename T::backend::handle()); }
};
}  // namespace lifecycle

/// A socket of Transport in State. Its members are the operations that the transport's lifecycle table
/// lists for the state: socket/operation/ has one header for each.
///
/// Move-only; the destructor closes and drops the error. A Hold (a pool's Lease) keeps the local address
/// taken for as long as the socket lives. A moved-from socket answers the
/// calls that reach the system with errc::moved_from; refused arguments come first, handle() and release() give -1.
///
/// Thread safety: distinct sockets are independent. One socket may send in one thread and receive in
/// another; accept may run in several. What consumes the socket (the && members) needs it alone. split() gives each
/// direction an object of its own.
template <class State, class Transport, class Hold>
class ESTATE_CONSUMABLE Socket : public lifecycle::members<Socket<State, Transport, Hold>> {
public:
    using state = State;
    using transport = Transport;
    using hold = Hold;

    Socket(Socket&&) noexcept = default;
    ESTATE_FILLS Socket& operator=(Socket&& other) noexcept {
        body_ = std::move(other.body_);
        return *this;
    }
    ~Socket() = default;

    static constexpr bool is_created() noexcept { return std::is_same_v<State, Created>; }
    static constexpr bool is_bound() noexcept { return std::is_same_v<State, Bound>; }
    static constexpr bool is_listening() noexcept { return std::is_same_v<State, Listening>; }
    static constexpr bool is_connecting() noexcept { return std::is_same_v<State, Connecting>; }
    static constexpr bool is_connected() noexcept { return std::is_same_v<State, Connected>; }
    static constexpr bool is_send_closed() noexcept { return std::is_same_v<State, SendClosed>; }
    static constexpr bool is_receive_closed() noexcept { return std::is_same_v<State, ReceiveClosed>; }
    static constexpr bool is_closed() noexcept { return std::is_same_v<State, Closed>; }

    /// "TCP", "UDP", "UnixStream" and so on; "IPv4", "IPv6", "IPv4 and IPv6" or "Unix".
    static constexpr const char* protocol() noexcept { return Transport::name; }
    static constexpr const char* family() noexcept { return Transport::family::name; }

    /// The token that keeps the address, where there is one.
    [[nodiscard]] const Hold& held() const noexcept ESTATE_LIFETIMEBOUND
        requires(!std::is_same_v<Hold, NoHold>)
    {
        return body_.hold;
    }

private:
    friend struct lifecycle::machine;
    using Body = detail::body_of<Transport, Hold>;

    explicit Socket(Body&& body) noexcept : body_{std::move(body)} {}

    Body body_;
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
