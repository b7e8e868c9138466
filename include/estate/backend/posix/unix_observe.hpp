// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/observe.hpp>
#include <estate/backend/posix/unix_sockets.hpp>

namespace estate::posix {

/// What the kernel knows of a Unix-domain descriptor that came from elsewhere.
template <UnixSystem S, int Type>
struct UnixObserve : Observe<S> {
    /// Errors  errc::not_a_socket, wrong_family, wrong_transport; EBADF for a closed descriptor.
    template <class>
    static result<Observed> observe_stream(int descriptor, S system) noexcept {
        return observe(descriptor, system);
    }
    template <class>
    static result<Observed> observe_datagram(int descriptor, S system) noexcept {
        return observe(descriptor, system);
    }

private:
    using Base = Observe<S>;

    static result<Observed> observe(int descriptor, S system) noexcept {
        const auto type = Base::ask(system, descriptor, SO_TYPE);
        if (!type) return type.assume_error();
        const auto domain = Base::ask_domain(system, descriptor);
        if (!domain) return domain.assume_error();
        if (domain.assume_value() != AF_UNIX) return errc::wrong_family;
        if (type.assume_value() != Type) return errc::wrong_transport;
        const auto listens = Base::ask(system, descriptor, SO_ACCEPTCONN);
        if (!listens) return listens.assume_error();
        if (listens.assume_value() != 0) return Observed::listening;
        const auto peer = ask_unix_address<End::remote>(system, descriptor);
        if (peer) return is_shut_to_send(system, descriptor) ? Observed::send_closed : Observed::connected;
        if (peer.assume_error() != Error::system(ENOTCONN)) return peer.assume_error();  // no answer is not a "no"
        const auto local = ask_unix_address<End::local>(system, descriptor);
        if (!local) return local.assume_error();
        return local.assume_value().is_unnamed() ? Observed::created : Observed::bound;
    }

    /// A stream that can send no more refuses even nothing; where it can, nothing is sent. Packets are not asked, since
    /// an empty one would be.
    static bool is_shut_to_send(S system, int descriptor) noexcept {
        if (Type != SOCK_STREAM) return false;
        const char nothing = 0;
        return system.send(descriptor, &nothing, 0, MSG_DONTWAIT) < 0 && system.error() == EPIPE;
    }
};

}  // namespace estate::posix
