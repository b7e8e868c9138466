// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/admissible.hpp>
#include <estate/socket/part.hpp>

namespace estate {

namespace detail {
template <class T, class Handle>
result<void> bind_checked(Handle& handle, const typename T::address& address) noexcept {
    if constexpr (Stream<T>) {
        if (auto fit = check_stream_bind(address, typename T::family()); !fit) return fit;
    } else {
        if (auto fit = check_datagram_bind(address, typename T::family()); !fit) return fit;
    }
    return T::backend::bind(handle, address);
}
}  // namespace detail

/// bind(): gives the socket its local address. On Linux a zoned one ties the socket to that interface even where
/// bind() fails; make a new socket then.
///
/// From      Created, which is consumed.
/// Leaves    Bound. On failure Created, so that another port can be tried; a hold that was given comes
///           back inside it (detach_hold()).
/// Errors    errc::bind_multicast, address_v4_mapped, moved_from (of a hold too); address_in_use,
///           address_not_available, permission_denied (ports below 1024), or the system's own.
/// Source    POSIX bind(); wasi:sockets start-bind, finish-bind.
template <class S, class T>
struct ESTATE_CONSUMABLE lifecycle::operation<op::bind, Socket<S, T, NoHold>>
    : detail::SocketPart<op::bind, S, T, NoHold> {
    using Self = Socket<S, T, NoHold>;
    using Address = typename T::address;
    using F = typename Address::family;

    /// Port 0 asks for an ephemeral port; local_port() returns it.
    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::bind, Self> bind(Address address) && noexcept {
        auto& self = this->whole();
        return lifecycle::conclude<op::bind>(self, detail::bind_checked<T>(this->owned_handle(), address));
    }
    ESTATE_CONSUMES [[nodiscard]]
    lifecycle::transition<op::bind, Self> bind_to_ip(IpAddress<F> ip, Port port) && noexcept {
        return std::move(*this).bind(Address(ip, port));
    }
    /// An ephemeral port on every address of the host.
    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::bind, Self> bind_any() && noexcept {
        return std::move(*this).bind(Address(IpAddress<F>::any(), Port()));
    }

    /// Binds to the address of a lease and holds it as long as the socket, and what it accepts, lives.
    template <AddressHold<F> Hold>
    ESTATE_CONSUMES [[nodiscard]]
    lifecycle::transition<op::bind, Socket<S, T, Hold>> bind(Hold&& hold, Port port) && noexcept {
        auto held = detail::make_socket<S, T, Hold>(std::move(this->owned_handle()), std::forward<Hold>(hold));
        return std::move(held).bind(port);
    }

    /// Becomes a further user of a lease that somebody holds, and binds to its address.
    /// Errors  errc::stale_binding besides; the socket that is left then holds nothing.
    template <AddressBinding<F> Binding>
    ESTATE_CONSUMES [[nodiscard]] auto bind_with_binding(const Binding& binding, Port port) && noexcept(
        noexcept(binding.share())) {
        using Hold = std::remove_cvref_t<decltype(binding.share().assume_value())>;
        using Answer = transition_result<Socket<Bound, T, Hold>, TransitionError<Self>>;
        auto& self = this->whole();
        auto hold = binding.share();
        if (!hold) return Answer(TransitionError<Self>{hold.assume_error(), std::move(self)});
        auto bound = std::move(*this).bind(std::move(hold).assume_value(), port);
        if (bound) return Answer(std::move(bound).assume_value());
        return Answer(TransitionError<Self>{bound.assume_error().code,
                                            std::move(bound.assume_error().socket).detach_hold().socket});
    }

    void bind(Address) & = delete;  // transitions consume: std::move(socket).bind(address)
    void bind_to_ip(IpAddress<F>, Port) & = delete;
    void bind_any() & = delete;
    template <class Hold>
    void bind(Hold&&, Port) & = delete;
    template <class Binding>
    void bind_with_binding(const Binding&, Port) & = delete;
};

/// bind(), of a socket that holds an address already: a failed bind of a lease leaves one.
///
/// From      Created, with a hold; consumed.
/// Leaves    Bound. On failure Created; the hold stays in it.
/// Errors    as bind() without a hold; errc::moved_from of the hold too.
/// Source    POSIX bind(); wasi:sockets start-bind, finish-bind.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::bind, Socket<S, T, H>> : detail::SocketPart<op::bind, S, T, H> {
    using Self = Socket<S, T, H>;

    /// Binds to the held address.
    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::bind, Self> bind(Port port) && noexcept {
        auto& self = this->whole();
        const typename T::address address(lifecycle::machine::body(self).hold.address(), port);
        // A moved-from hold has no address: binding to it would mean every address of the host.
        if (address.address().is_unspecified()) return lifecycle::fail<op::bind>(self, errc::moved_from);
        return lifecycle::conclude<op::bind>(self, detail::bind_checked<T>(this->owned_handle(), address));
    }
    void bind(Port) & = delete;  // transitions consume: std::move(socket).bind(port)
};

}  // namespace estate
