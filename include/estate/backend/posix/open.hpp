// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/address.hpp>

namespace estate::posix {

/// Creation and the local end.
struct Open {
    /// CLOEXEC always, atomically. IPv6 sockets never carry IPv4 unless option::v6_only says so.
    template <Family F>
    ESTATE_INLINE static result<Descriptor> open_stream() noexcept {
        return open<F>(SOCK_STREAM, IPPROTO_TCP);
    }
    template <Family F>
    ESTATE_INLINE static result<Descriptor> open_datagram() noexcept {
        return open<F>(SOCK_DGRAM, IPPROTO_UDP);
    }

    template <Family F>
    static result<void> bind(const Descriptor& socket, const SocketAddress<F>& address) noexcept {
        const auto native = Native<F>::from(address);
        if (::bind(socket.number(), generic(native), sizeof native) != 0) return failure(socket.number());
        return success();
    }

    static int number(const Descriptor& socket) noexcept { return socket.number(); }
    static int forget(Descriptor& socket) noexcept { return socket.forget(); }

    template <Family F>
    static result<SocketAddress<F>> local_addr(const Descriptor& socket) noexcept {
        return ask_address<F>(socket.number(), ::getsockname);
    }
    template <Family F>
    static result<SocketAddress<F>> remote_addr(const Descriptor& socket) noexcept {
        return ask_address<F>(socket.number(), ::getpeername);
    }

private:
    template <Family F>
    ESTATE_INLINE static result<Descriptor> open(int type, int protocol) noexcept {
        Descriptor socket(::socket(Native<F>::domain, type | SOCK_CLOEXEC, protocol));
        if (socket.number() < 0) return Error::system(errno);
        if constexpr (std::same_as<F, V6>) {
            const int on = 1;
            if (::setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) {
                return failure(socket.number());
            }
        }
        return socket;
    }
};

}  // namespace estate::posix
