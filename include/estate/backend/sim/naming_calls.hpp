// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/local_transfer_calls.hpp>

namespace estate::sim {

/// socket(), bind(), listen() and the addresses.
class NamingCalls : public LocalTransferCalls {
public:
    using LocalTransferCalls::LocalTransferCalls;

    int socket(int domain, int type, int protocol) const noexcept {
        return static_cast<int>(enter(Call::socket, -1, [&](const Injury&) -> std::int64_t {
            const int kind = type & ~(SOCK_CLOEXEC | SOCK_NONBLOCK);
            if (domain == AF_UNIX && !is_component()) return open_local(kind, protocol, (type & SOCK_NONBLOCK) != 0);
            if (domain != AF_INET && domain != AF_INET6) return -EAFNOSUPPORT;
            if (kind != SOCK_STREAM && kind != SOCK_DGRAM) return -ESOCKTNOSUPPORT;
            const int own = kind == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
            if (protocol != 0 && protocol != own) return -EPROTONOSUPPORT;
            if (const int refused = refuse_descriptor(); refused != 0) return -refused;
            int why = 0;
            const SocketId id =
                engine().new_socket(host(), kind == SOCK_STREAM ? Protocol::tcp : Protocol::udp, domain, why);
            if (id == none) return -why;
            engine().sockets[id].is_nonblocking = (type & SOCK_NONBLOCK) != 0;
            return give_descriptor(engine().sockets[id]);
        }));
    }

    int bind(int descriptor, const sockaddr* address, socklen_t size) const noexcept {
        return static_cast<int>(enter(Call::bind, descriptor, [&](const Injury&) -> std::int64_t {
            int why = 0;
            Socket* const found = find(descriptor, why);
            if (found == nullptr) return -why;
            if (found->is_local()) return -bind_local(*found, address, size);
            Endpoint wanted;
            if (const int wrong = Endpoint::read(address, size, found->domain, wanted); wrong != 0) return -wrong;
            if (is_component() && found->is_stream()) found->settings.put(find_setting(SOL_SOCKET, SO_REUSEADDR), 1);
            return -bind_to(*found, wanted);
        }));
    }

    int listen(int descriptor, int backlog) const noexcept {
        return static_cast<int>(enter(Call::listen, descriptor, [&](const Injury&) -> std::int64_t {
            int why = 0;
            Socket* const found = find(descriptor, why);
            if (found == nullptr) return -why;
            Socket& socket = *found;
            if (socket.is_local()) return -listen_local(socket, backlog);
            if (!socket.is_stream()) return -EOPNOTSUPP;
            if (!socket.is_listening()) {
                if (socket.tcp != TCP_CLOSE || socket.phase != Phase::unconnected) return -EINVAL;
                if (is_component() && !has_port(socket)) return -EINVAL;
                const bool may = has_port(socket) ? Ports::is_free(engine(), socket, socket.local.port)
                                                  : bind_any(socket);
                if (!may) return -spend(socket, EADDRINUSE);
                socket.tcp = TCP_LISTEN;
                Ports::receive(engine(), socket);
            }
            socket.backlog = backlog < 0 || backlog > tcp::most_backlog ? tcp::most_backlog : backlog;
            engine().notify(socket);
            return 0;
        }));
    }

    int getsockname(int descriptor, sockaddr* address, socklen_t* size) const noexcept {
        return static_cast<int>(enter(Call::getsockname, descriptor, [&](const Injury&) -> std::int64_t {
            int why = 0;
            Socket* const found = find(descriptor, why);
            if (found == nullptr) return -why;
            if (is_component() && !has_port(*found)) return -EINVAL;
            if (size == nullptr) return -EFAULT;
            if (found->is_local()) {
                engine().names.write(part(*found).name, address, size);
            } else {
                found->local.write(found->domain, address, size);
            }
            return 0;
        }));
    }
    int getpeername(int descriptor, sockaddr* address, socklen_t* size) const noexcept {
        return static_cast<int>(enter(Call::getpeername, descriptor, [&](const Injury&) -> std::int64_t {
            int why = 0;
            Socket* const found = find(descriptor, why);
            if (found == nullptr) return -why;
            if (found->is_local()) return -tell_peer(*found, address, size);
            const bool has_peer = found->is_stream()
                                      ? found->tcp != TCP_LISTEN && found->tcp != TCP_CLOSE &&
                                            found->tcp != TCP_SYN_SENT && found->tcp != TCP_TIME_WAIT
                                      : found->tcp == TCP_ESTABLISHED;
            if (!has_peer) return -ENOTCONN;
            found->peer.write(found->domain, address, size);
            return 0;
        }));
    }

private:
    std::int64_t open_local(int kind, int protocol, bool is_nonblocking) const noexcept {
        if (const int wrong = check_local(kind, protocol); wrong != 0) return -wrong;
        if (const int refused = refuse_descriptor(); refused != 0) return -refused;
        int why = 0;
        const SocketId id = LocalSockets::make(engine(), host(), kind, why);
        if (id == none) return -why;
        engine().sockets[id].is_nonblocking = is_nonblocking;
        return give_descriptor(engine().sockets[id]);
    }

    /// A failure leaves the socket unbound, as it was.
    int bind_to(Socket& socket, const Endpoint& wanted) const noexcept {
        if (has_port(socket) || !socket.takes(wanted.is_v6) || lacks_zone(socket, wanted)) return EINVAL;
        if (wanted.is_v6 && wanted.is_multicast() && socket.is_stream()) return EINVAL;
        const bool is_foreign = socket.settings.get<IPPROTO_IP, IP_FREEBIND>() != 0 ||
                                socket.settings.get<IPPROTO_IP, IP_TRANSPARENT>() != 0;
        const bool has_address = wanted.is_any() || wanted.is_multicast() || wanted.is_broadcast() ||
                                 node().has(wanted) || is_foreign;
        if (!has_address) return EADDRNOTAVAIL;
        if (wanted.port != 0 && wanted.port < node().limits.privileged_ports) return EACCES;
        const std::uint16_t told_port = socket.local.port;
        socket.local = wanted;
        socket.binds_address = !wanted.is_any();
        if (wanted.port == 0 && socket.settings.get<IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT>() != 0) return 0;
        const bool is_free = wanted.port == 0 ? bind_any(socket) : Ports::is_free(engine(), socket, wanted.port);
        if (!is_free) {
            socket.local = Endpoint::any(socket.domain == AF_INET6).with_port(told_port);
            socket.binds_address = false;
            return EADDRINUSE;
        }
        socket.has_bound = true;
        socket.binds_port = wanted.port != 0;
        if (wanted.port != 0) Ports::take(engine(), socket);
        return 0;
    }
};

}  // namespace estate::sim
