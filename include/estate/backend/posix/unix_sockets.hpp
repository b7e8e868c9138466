// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/sockets.hpp>
#include <estate/backend/posix/unix_bind.hpp>
#include <estate/backend/posix/unix_connect.hpp>
#include <estate/backend/posix/unix_passing.hpp>

namespace estate::posix {

template <UnixSystem S, int Type>
struct UnixObserve;

/// Unix-domain sockets of one type: SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET. What is not here is as of every socket.
template <UnixSystem S, int Type>
struct UnixSockets : BasicSockets<S>, UnixBind<S>, UnixConnect<S>, UnixPassing<S> {
    using Descriptor = BasicDescriptor<S>;
    using handle = UnixHandle<S>;
    using observer = UnixObserve<S, Type>;
    using Base = BasicSockets<S>;
    using Until = posix::Until<S>;
    using UnixBind<S>::bind;
    using UnixConnect<S>::connect;
    using UnixConnect<S>::send_to;

    struct Pair {
        handle first;
        handle second;
    };

    /// Closed on exec always.
    template <class>
    static result<handle> open_stream(S system = {}) noexcept {
        return open(system);
    }
    template <class>
    static result<handle> open_datagram(S system = {}) noexcept {
        return open(system);
    }
    /// Source  socketpair().
    static result<Pair> pair(S system = {}) noexcept {
        int ends[2] = {-1, -1};
        if (UnixCalls<S>(system).pair(Type, ends) != 0) return Error::system(system.error());
        return Pair{Descriptor(ends[0], system), Descriptor(ends[1], system)};
    }

    template <class>
    static result<UnixAddress> local_addr(const Descriptor& socket) noexcept {
        return ask_unix_address<End::local>(socket.system(), socket.number());
    }
    template <class>
    static result<UnixAddress> remote_addr(const Descriptor& socket) noexcept {
        return ask_unix_address<End::remote>(socket.system(), socket.number());
    }
    static result<PeerCredentials> peer_credentials(const Descriptor& socket) noexcept {
        PeerCredentials peer{};
        if (UnixCalls<S>(socket.system()).credentials(socket.number(), peer) != 0) return failure(socket);
        return peer;
    }

    static int forget(handle& socket) noexcept { return socket.forget(); }
    static result<void> close(handle& socket) noexcept { return socket.close(); }
    /// There is no reset to send: to close is all, and a peer that has not read our last bytes still can.
    static result<void> abort(handle& socket) noexcept { return socket.close(); }

    /// A receiver cannot tell an empty packet from the end, so none is sent.
    static result<std::size_t> send(const Descriptor& socket, ConstBuffer bytes) noexcept {
        if (Type == SOCK_SEQPACKET && bytes.empty()) return errc::invalid_argument;
        return Base::send(socket, bytes);
    }
    static result<std::size_t> send(const Descriptor& socket, ConstBuffer bytes, Until until) noexcept {
        if (Type == SOCK_SEQPACKET && bytes.empty()) return errc::invalid_argument;
        return Base::send(socket, bytes, until);
    }
    template <class Handle = Descriptor>
    static result<std::size_t> send_at_once(const Handle& socket, ConstBuffer bytes) noexcept {
        if (Type == SOCK_SEQPACKET && bytes.empty()) return errc::invalid_argument;
        return Base::send_at_once(socket, bytes);
    }
    template <class Handle>
    static void send_first(const Handle& socket, ConstBuffer bytes) = delete;  // which knows nothing of empty packets

    /// Errors  errc::end_of_stream of sequenced packets.
    static result<Received> recv_datagram(const Descriptor& socket, MutableBuffer buffer, Until until) noexcept {
        auto got = Base::recv_datagram(socket, buffer, until);
        if constexpr (Type == SOCK_SEQPACKET) {
            if (got && got.assume_value().length == 0 && has_ended(socket)) return errc::end_of_stream;
        }
        return got;
    }
    /// Errors  errc::end_of_stream of streams and sequenced packets.
    static result<ReceivedDescriptor<S>> recv_descriptor(const Descriptor& socket, MutableBuffer buffer,
                                                         Until until) noexcept {
        auto got = UnixPassing<S>::recv_descriptor(socket, buffer, until);
        if (Type == SOCK_DGRAM || !got || !got.assume_value().is_nothing()) return got;
        if (Type == SOCK_STREAM || has_ended(socket)) return errc::end_of_stream;
        return got;
    }
    template <class>
    static result<ReceivedFrom<UnixAddress>> recv_from(const Descriptor& socket, MutableBuffer buffer,
                                                       Until until) noexcept {
        UnixName sender;
        sender.size = sizeof sender.name;
        const auto got = Base::recv_flagged(socket, buffer, until, 0, &sender.name, sender.size);
        if (!got) return got.assume_error();
        return ReceivedFrom<UnixAddress>{got.assume_value(), sender.to()};
    }

private:
    static result<handle> open(S system) noexcept {
        Descriptor socket(system.socket(AF_UNIX, Type, 0), system);
        if (socket.number() < 0) return Error::system(system.error());
        return handle(std::move(socket));
    }
    /// A packet of no bytes, which only others send, reads like the end: only after the end poll() says that the other
    /// side is shut.
    ESTATE_COLD static bool has_ended(const Descriptor& socket) noexcept {
        pollfd one{socket.number(), Kernel::peer_closed, 0};
        return socket.system().poll(&one, 1, 0) > 0 && (one.revents & (Kernel::peer_closed | POLLHUP)) != 0;
    }
};

struct UnixStreams : UnixSockets<Kernel, SOCK_STREAM> {};
struct UnixDatagrams : UnixSockets<Kernel, SOCK_DGRAM> {};
struct UnixSeqpackets : UnixSockets<Kernel, SOCK_SEQPACKET> {};

}  // namespace estate::posix
