// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/address.hpp>
#include <estate/backend/posix/kernel.hpp>

namespace estate::posix {

/// Creation and the local end.
template <System S>
struct Open {
    using Descriptor = BasicDescriptor<S>;

    /// Closed on exec always. Whether an IPv6 socket carries IPv4 is set always: the system's default can be changed. A
    /// datagram socket hears no group that another one joined unless option::multicast_all says so; a kernel without
    /// that option lets it.
    template <SocketFamily F>
    ESTATE_INLINE static result<Descriptor> open_stream(S system = {}) noexcept {
        return open<F>(system, SOCK_STREAM, IPPROTO_TCP);
    }
    template <SocketFamily F>
    ESTATE_INLINE static result<Descriptor> open_datagram(S system = {}) noexcept {
        auto socket = open<F>(system, SOCK_DGRAM, IPPROTO_UDP);
        if (socket) {
            if constexpr (!std::same_as<F, V6>) hear_own_groups<V4>(socket.assume_value());
            if constexpr (!std::same_as<F, V4>) hear_own_groups<V6>(socket.assume_value());
        }
        return socket;
    }

    template <SocketFamily F>
    static result<Descriptor> open_multipath(S system = {}) noexcept
        requires(Kernel::multipath_protocol >= 0)
    {
        return open<F>(system, SOCK_STREAM, Kernel::multipath_protocol);
    }

    template <class Address>
    static result<void> bind(const Descriptor& socket, const Address& address) noexcept {
        const auto native = Native<typename Address::family>::from(address);
        if (socket.system().bind(socket.number(), generic(native), sizeof native) != 0) return failure(socket);
        return success();
    }

    static result<void> set_nonblocking(const Descriptor& socket, bool on) noexcept {
        if (socket.system().set_nonblocking(socket.number(), on) != 0) return failure(socket);
        return success();
    }

    /// A second descriptor of the same open file. Source: POSIX fcntl(F_DUPFD_CLOEXEC).
    static result<Descriptor> duplicate(const Descriptor& socket) noexcept
        requires DuplicatingSystem<S>
    {
        Descriptor second(socket.system().duplicate(socket.number()), socket.system());
        if (second.number() < 0) return failure(socket);
        return second;
    }

    /// Descriptors of one system; simulated hosts have their own numbers each.
    static bool has_same_numbers(const Descriptor& one, const Descriptor& other) noexcept {
        if constexpr (std::is_empty_v<S>) {
            return true;
        } else {
            return one.system() == other.system();
        }
    }

    static int number(const Descriptor& socket) noexcept { return socket.number(); }
    static int forget(Descriptor& socket) noexcept { return socket.forget(); }

    template <class Address>
    static result<Address> local_addr(const Descriptor& socket) noexcept {
        return ask_address<Address, End::local>(socket.system(), socket.number());
    }
    template <class Address>
    static result<Address> remote_addr(const Descriptor& socket) noexcept {
        return ask_address<Address, End::remote>(socket.system(), socket.number());
    }

private:
    template <Family F>
    static void hear_own_groups(const Descriptor& socket) noexcept {
        constexpr OptionName all = name_of<option::multicast_all, F>;
        if constexpr (all.level >= 0) {
            const int off = 0;
            static_cast<void>(socket.system().setsockopt(socket.number(), all.level, all.name, &off, sizeof off));
        }
    }
    template <SocketFamily F>
    ESTATE_INLINE static result<Descriptor> open(S system, int type, int protocol) noexcept {
        Descriptor socket(system.socket(Native<F>::domain, type, protocol), system);
        if (socket.number() < 0) return Error::system(system.error());
        if constexpr (!std::same_as<F, V4>) {
            const int only = std::same_as<F, V6> ? 1 : 0;
            if (system.setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) != 0) {
                return failure(socket);
            }
        }
        return socket;
    }
};

}  // namespace estate::posix
