// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/observed.hpp>
#include <estate/backend/posix/activation.hpp>
#include <estate/backend/posix/address.hpp>
#include <estate/backend/posix/kernel.hpp>
#include <estate/lifecycle/list.hpp>
#include <estate/net/port.hpp>
#include <estate/transport/state.hpp>

namespace estate::posix {

/// What the kernel knows of a descriptor that came from elsewhere.
template <System S>
struct Observe {
    using Descriptor = BasicDescriptor<S>;

    /// Errors  errc::not_a_socket, wrong_family, wrong_transport; EBADF for a closed descriptor.
    template <SocketFamily F>
    static result<Observed> observe_stream(int descriptor, S system) noexcept {
        if (auto right = check<F>(system, descriptor, SOCK_STREAM, IPPROTO_TCP); !right) return right.assume_error();
        Kernel::TcpInfo info{};
        socklen_t size = sizeof info;
        if (system.getsockopt(descriptor, IPPROTO_TCP, Kernel::tcp_info_option, &info, &size) != 0) {
            return failure(system, descriptor);
        }
        const Observed seen = Kernel::observed(info.tcpi_state);
        return seen == Observed::created ? has_address<F>(system, descriptor) : seen;
    }

    template <SocketFamily F>
    static result<Observed> observe_datagram(int descriptor, S system) noexcept {
        if (auto right = check<F>(system, descriptor, SOCK_DGRAM, IPPROTO_UDP); !right) return right.assume_error();
        const auto peer = ask_address<typename F::address, End::remote>(system, descriptor);
        if (!peer) {
            if (peer.assume_error() != Error::system(ENOTCONN)) return peer.assume_error();  // no answer is not a "no"
            return has_address<F>(system, descriptor);
        }
        if constexpr (std::same_as<F, V6>) {  // disconnect() would open it to both families again
            if (!has_option(system, descriptor, IPPROTO_IPV6, IPV6_V6ONLY)) return errc::wrong_family;
        }
        return Observed::connected;
    }

    /// Whether the descriptor does what the type says, which decides what a receive gives.
    /// Errors  errc::wrong_transport.
    template <class F, class... Facts>
    static result<void> check_facts(int descriptor, S system, lifecycle::list<Facts...>) noexcept {
        constexpr bool joins = (std::is_same_v<Facts, fact::segments> || ...);
        constexpr bool tells = (std::is_same_v<Facts, fact::packet_info> || ...);
        if constexpr (Kernel::join_option >= 0) {
            if (has_option(system, descriptor, IPPROTO_UDP, Kernel::join_option) != joins) return errc::wrong_transport;
            if (has_option(system, descriptor, IPPROTO_UDP, Kernel::segment_option)) return errc::wrong_transport;
            if (has_option(system, descriptor, IPPROTO_UDP, Kernel::hold_back_option)) return errc::wrong_transport;
            int offset = -1;  // where peek() begins: the kernel would report a length that it did not copy
            socklen_t size = sizeof offset;
            const int asked = system.getsockopt(descriptor, SOL_SOCKET, Kernel::look_offset_option, &offset, &size);
            if (asked == 0 && offset >= 0) return errc::wrong_transport;
        }
        if constexpr (tells) {
            using Form = typename Kernel::template PacketForm<typename F::address::family>;
            if (!has_option(system, descriptor, Form::level, Form::asked)) return errc::wrong_transport;
        }
        return success();
    }

    /// Takes the descriptor over as what it was found to be: from here on it is closed on exec, and a listening or
    /// connecting one is non-blocking, as ours are. The mode of any other stays: each call works in both. One that has
    /// no address yet carries the families of its type from here on. A failure leaves it as it was.
    template <class F>
    static result<Descriptor> adopt(int descriptor, Observed as, S system) noexcept {
        if constexpr (SocketFamily<F> && !std::same_as<F, V4>) {
            if (as == Observed::created) return adopt_created<F>(descriptor, system);
        }
        return take_over(descriptor, as, system);
    }

protected:
    static result<Descriptor> take_over(int descriptor, Observed as, S system) noexcept {
        const bool waits = as != Observed::listening && as != Observed::connecting;
        const int nonblocking = waits ? 1 : system.nonblocking(descriptor);
        if (nonblocking < 0) return Error::system(system.error());
        if (nonblocking == 0 && system.set_nonblocking(descriptor, true) != 0) return Error::system(system.error());
        if (system.set_close_on_exec(descriptor) < 0) {
            const Error why = Error::system(system.error());
            if (nonblocking == 0) system.set_nonblocking(descriptor, false);  // the caller keeps it as it was
            return why;
        }
        return Descriptor(descriptor, system);
    }
    template <SocketFamily F>
    static result<Descriptor> adopt_created(int descriptor, S system) noexcept {
        const int before = number_of_option(system, descriptor, IPPROTO_IPV6, IPV6_V6ONLY) != 0;
        const int only = !std::same_as<F, V46>;
        if (only == before) return take_over(descriptor, Observed::created, system);
        if (system.setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) != 0) {
            return errc::wrong_family;
        }
        auto taken = take_over(descriptor, Observed::created, system);
        if (!taken) static_cast<void>(system.setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &before, sizeof before));
        return taken;
    }

    /// MPTCP is TCP in all that estate calls.
    static bool is_same(int found, int protocol) noexcept {
        return found == protocol || (protocol == IPPROTO_TCP && found == Kernel::multipath_protocol);
    }
    /// A kernel that does not know the option (Linux before 5.0, a simulation) does not do it.
    static bool has_option(S system, int descriptor, int level, int name) noexcept {
        return number_of_option(system, descriptor, level, name) != 0;
    }
    static result<int> ask(S system, int descriptor, int name) noexcept {
        int value = 0;
        socklen_t size = sizeof value;
        if (system.getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0) return value;
        const int why = system.error();
        return why == ENOTSOCK ? Error(errc::not_a_socket) : Error::system(why);
    }
    /// macOS has no SO_DOMAIN, but each socket there has a local address from the beginning.
    static result<int> ask_domain(S system, int descriptor) noexcept {
        if constexpr (Kernel::domain_option >= 0) {
            return ask(system, descriptor, Kernel::domain_option);
        } else {
            sockaddr_storage local{};
            socklen_t size = sizeof local;
            if (system.getsockname(descriptor, generic(local), &size) == 0) return int{local.ss_family};
            return Error::system(system.error());
        }
    }
    template <SocketFamily F>
    static result<void> check(S system, int descriptor, int type, int protocol) noexcept {
        const auto real_type = ask(system, descriptor, SO_TYPE);
        if (!real_type) return real_type.assume_error();
        const auto real_domain = ask_domain(system, descriptor);
        if (!real_domain) return real_domain.assume_error();
        auto real_protocol = result<int>(protocol);
        if constexpr (Kernel::protocol_option >= 0) real_protocol = ask(system, descriptor, Kernel::protocol_option);
        if (!real_protocol) return real_protocol.assume_error();
        if (real_domain.assume_value() != Native<F>::domain) return errc::wrong_family;
        const bool fits = real_type.assume_value() == type && is_same(real_protocol.assume_value(), protocol);
        if (!fits) return errc::wrong_transport;
        if constexpr (!std::same_as<F, V4>) return check_families<F>(system, descriptor);
        return success();
    }
    /// Whether an IPv6 socket carries IPv4 as well: IPV6_V6ONLY says so of one on any address. A bind to another
    /// address sets it, and that address suffices: one that is v4-mapped is of V46, and another carries IPv6 alone and
    /// serves both types. One that has no address yet may become either.
    template <SocketFamily F>
    static result<void> check_families(S system, int descriptor) noexcept {
        constexpr bool wants_both = std::same_as<F, V46>;
        const auto local = ask_address<SocketAddress<V6>, End::local>(system, descriptor);
        if (!local) return local.assume_error();
        const SocketAddress<V6>& at = local.assume_value();
        if (at.address().is_v4_mapped()) return wants_both ? result<void>(success()) : errc::wrong_family;
        if (!at.address().is_unspecified()) return success();
        int only = 0;
        socklen_t size = sizeof only;
        if (system.getsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &only, &size) != 0) {
            return failure(system, descriptor);
        }
        if ((only == 0) == wants_both || at.port().number() == 0) return success();
        return errc::wrong_family;
    }
    template <SocketFamily F>
    static result<Observed> has_address(S system, int descriptor) noexcept {
        const auto local = ask_address<typename F::address, End::local>(system, descriptor);
        if (!local) return local.assume_error();
        const auto& at = local.assume_value();  // option::bind_address_no_port leaves the port open
        return at.port().number() == 0 && at.address().is_unspecified() ? Observed::created : Observed::bound;
    }
};

}  // namespace estate::posix
