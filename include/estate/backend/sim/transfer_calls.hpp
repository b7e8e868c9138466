// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/uio.h>

#include <estate/backend/sim/connection_calls.hpp>
#include <estate/backend/sim/udp.hpp>
#include <utility>

namespace estate::sim {

/// The six calls that move bytes.
class TransferCalls : public ConnectionCalls {
public:
    using ConnectionCalls::ConnectionCalls;

    ssize_t send(int descriptor, const void* bytes, std::size_t count, int flags) const noexcept {
        iovec one{const_cast<void*>(bytes), count};
        return put(Call::send, descriptor, Parts{&one, 1}, flags, nullptr, 0);
    }
    ssize_t sendto(int descriptor, const void* bytes, std::size_t count, int flags, const sockaddr* address,
                   socklen_t size) const noexcept {
        iovec one{const_cast<void*>(bytes), count};
        return put(Call::sendto, descriptor, Parts{&one, 1}, flags, address, size);
    }
    ssize_t sendmsg(int descriptor, const msghdr* message, int flags) const noexcept {
        return put(Call::sendmsg, descriptor, Parts::of(*message), flags,
                   static_cast<const sockaddr*>(message->msg_name), message->msg_namelen, message);
    }

    ssize_t recv(int descriptor, void* bytes, std::size_t count, int flags) const noexcept {
        iovec one{bytes, count};
        return get(Call::recv, descriptor, Parts{&one, 1}, flags, Sender{});
    }
    ssize_t recvfrom(int descriptor, void* bytes, std::size_t count, int flags, sockaddr* address,
                     socklen_t* size) const noexcept {
        iovec one{bytes, count};
        const Sender sender{address, address != nullptr ? size : nullptr};
        return get(Call::recvfrom, descriptor, Parts{&one, 1}, flags, sender);
    }
    ssize_t recvmsg(int descriptor, msghdr* message, int flags) const noexcept {
        const Sender sender{static_cast<sockaddr*>(message->msg_name),
                            message->msg_name != nullptr ? &message->msg_namelen : nullptr, &message->msg_flags,
                            message, message->msg_control != nullptr ? message->msg_controllen : 0};
        message->msg_flags = 0;
        message->msg_controllen = 0;
        return get(Call::recvmsg, descriptor, Parts::of(*message), flags, sender);
    }

private:
    ssize_t put(Call call, int descriptor, Parts parts, int flags, const sockaddr* address,
                socklen_t size, const msghdr* control = nullptr) const noexcept {
        return static_cast<ssize_t>(enter(call, descriptor, [&](const Injury& injury) -> std::int64_t {
            int why = 0;
            Socket* const found = find(descriptor, why);
            if (found == nullptr) return -why;
            if ((flags & MSG_OOB) != 0) return -EOPNOTSUPP;
            if (found->is_local()) {
                Rights rights;
                const int wrong = control != nullptr ? read_rights(*control, rights) : 0;
                if (wrong != 0) return -wrong;
                return put_local(call, *found, parts, flags, address, size, rights, injury.at_most);
            }
            if (found->is_stream()) return put_stream(call, *found, parts, flags, injury.at_most);
            return put_datagram(*found, parts, address, size);
        }));
    }

    /// Source  Linux tcp_sendmsg_locked(). A call that blocks takes all; what an error or a signal leaves is a count.
    std::int64_t put_stream(Call call, Socket& socket, Parts parts, int flags, std::size_t at_most) const noexcept {
        const bool blocks = !socket.is_nonblocking && (flags & MSG_DONTWAIT) == 0;
        std::size_t total = parts.size();
        if (at_most < total) total = at_most;
        std::size_t done = 0;
        for (;;) {
            int failed = 0;
            const bool is_open = socket.tcp == TCP_ESTABLISHED || socket.tcp == TCP_CLOSE_WAIT;
            if (socket.error != 0) {
                failed = done > 0 ? socket.error : std::exchange(socket.error, 0);
            } else if (socket.ends_send || (!is_open && !socket.is_opening())) {
                failed = EPIPE;
            } else if (is_open) {
                done += fill(socket, parts, done, total);
                if (done == total) break;
                if (engine().blocks.free_blocks() == 0) failed = ENOBUFS;
            }
            if (failed == 0 && !blocks) failed = EAGAIN;
            if (failed == 0) failed = wait_for(call, socket);
            if (failed != 0) return done > 0 ? static_cast<std::int64_t>(done) : -failed;
        }
        return static_cast<std::int64_t>(done);
    }
    /// Takes from the offset on what the send buffer has space for, and sends what the window allows.
    std::size_t fill(Socket& socket, Parts parts, std::size_t offset, std::size_t total) const noexcept {
        std::size_t space = socket.send_space();
        if (space > total - offset) space = total - offset;
        const std::size_t done = parts.walk(offset, space, [&](const std::byte* from, std::size_t count) noexcept {
            return engine().blocks.append(socket.unacknowledged, from, count);
        });
        if (done > 0) TcpOutput::flush(engine(), socket);
        return done;
    }

    std::int64_t put_datagram(Socket& socket, Parts parts, const sockaddr* address, socklen_t size) const noexcept {
        if (!bind_any(socket)) return -EAGAIN;  // first, whatever follows (Linux inet_send_prepare())
        const std::size_t length = parts.size();
        if (length > most_datagram) return -EMSGSIZE;
        Endpoint to = socket.peer;
        if (address != nullptr) {
            const int wrong = Endpoint::read(address, size, socket.domain, to);
            if (wrong != 0) return wrong == EAFNOSUPPORT && socket.domain == AF_INET6 ? -EINVAL : -wrong;
        } else if (socket.tcp != TCP_ESTABLISHED) {
            return -EDESTADDRREQ;
        }
        if (to.port == 0) return -EINVAL;
        if (to.is_any()) to = meant_by_any(socket, to).with_port(to.port);
        if (!socket.takes(to.is_v6)) return -ENETUNREACH;
        const bool has_source = socket.local.is_any() || socket.local.is_v6 == to.is_v6;
        if (!has_source) return to.is_v6 ? -EAFNOSUPPORT : -ENETUNREACH;
        if (socket.error != 0) return -std::exchange(socket.error, 0);
        if (socket.ends_send) return -EPIPE;
        if (to.is_broadcast() && socket.settings.get<SOL_SOCKET, SO_BROADCAST>() == 0) return -EACCES;
        const bool is_local = node().has(to);
        const bool has_source_to = is_local || node().first_address(to.is_v6) != nullptr || to.is_multicast();
        if (!has_source_to || !node().has_way_to(to)) return -ENETUNREACH;
        if (socket.local.is_loopback() && !is_local) return -EINVAL;
        const int failed = Udp::send(engine(), socket, to, parts.all, parts.count);
        return failed != 0 ? -failed : static_cast<std::int64_t>(length);
    }

    ssize_t get(Call call, int descriptor, Parts parts, int flags, Sender sender) const noexcept {
        return static_cast<ssize_t>(enter(call, descriptor, [&](const Injury& injury) -> std::int64_t {
            int why = 0;
            Socket* const found = find(descriptor, why);
            if (found == nullptr) return -why;
            if ((flags & MSG_OOB) != 0 && found->is_stream()) return -EINVAL;
            if ((flags & MSG_PEEK) != 0 && is_component()) return -EOPNOTSUPP;
            if ((flags & MSG_ERRQUEUE) != 0) return -EAGAIN;  // IP_RECVERR is not simulated: it is always empty
            if (found->is_local()) return get_local(call, *found, parts, flags, sender, injury.at_most);
            if (!found->is_stream()) return get_datagram(call, *found, parts, flags, sender);
            const std::int64_t done = get_stream(call, *found, parts, flags, injury.at_most);
            if (done >= 0 && sender.size != nullptr) *sender.size = 0;  // the peer is known
            return done;
        }));
    }

    /// Source  Linux tcp_recvmsg_locked(): bytes before the end before the error.
    std::int64_t get_stream(Call call, Socket& socket, Parts parts, int flags, std::size_t at_most) const noexcept {
        const bool blocks = !socket.is_nonblocking && (flags & MSG_DONTWAIT) == 0;
        std::size_t total = parts.size();
        if (at_most < total) total = at_most;
        const std::size_t wanted = (flags & MSG_WAITALL) != 0 && (flags & MSG_PEEK) == 0 ? total : 1;
        std::size_t done = 0;
        for (;;) {
            if (socket.is_listening()) return -ENOTCONN;
            done += drain(socket, parts, done, total, flags);
            if (done > 0 && done >= (wanted < total ? wanted : total)) break;
            if (done == 0 && total == 0 && socket.received.size > 0) break;
            if (socket.is_done) break;
            int failed = 0;
            if (socket.error != 0) {
                failed = done > 0 ? socket.error : std::exchange(socket.error, 0);
            } else if (socket.ends_receive) {
                break;
            } else if (socket.tcp == TCP_CLOSE) {
                failed = ENOTCONN;
            } else if (!blocks) {
                failed = EAGAIN;
            } else {
                failed = wait_for(call, socket);
            }
            if (failed != 0) return done > 0 ? static_cast<std::int64_t>(done) : -failed;
        }
        return static_cast<std::int64_t>(done);
    }
    /// With MSG_TRUNC the bytes are thrown away, as tcp(7) says.
    std::size_t drain(Socket& socket, Parts parts, std::size_t offset, std::size_t total, int flags) const noexcept {
        std::size_t count = socket.received.size;
        if (count > total - offset) count = total - offset;
        if (count == 0) return 0;
        if ((flags & MSG_TRUNC) == 0) parts.scatter(engine().blocks, socket.received, offset, count);
        if ((flags & MSG_PEEK) != 0) return count;
        engine().blocks.drop(socket.received, count);
        if (socket.ends_receive) return count;
        // The peer hears of the window when it has grown by two segments, or by half.
        const std::uint32_t growth = socket.rcv_nxt + socket.receive_space() - socket.told_edge;
        const std::uint32_t half = socket.receive_capacity / 2;
        if (growth >= (half < 2 * tcp::segment ? half : 2 * tcp::segment)) {
            TcpOutput::acknowledge(engine(), socket, "window update");
        }
        return count;
    }

    std::int64_t get_datagram(Call call, Socket& socket, Parts parts, int flags, Sender sender) const noexcept {
        const bool blocks = !socket.is_nonblocking && (flags & MSG_DONTWAIT) == 0;
        while (socket.datagram_first == none) {
            if (socket.error != 0) return -std::exchange(socket.error, 0);
            if (!blocks) return -EAGAIN;
            if (socket.ends_receive) return 0;
            if (const int failed = wait_for(call, socket); failed != 0) return -failed;
        }
        if (socket.error != 0) return -std::exchange(socket.error, 0);
        const bool peeks = (flags & MSG_PEEK) != 0;
        const PacketId id = peeks ? socket.datagram_first : Udp::take(engine(), socket);
        const Packet& packet = engine().packets[id];
        const std::size_t length = packet.data.size;
        const std::size_t count = parts.size() < length ? parts.size() : length;
        parts.scatter(engine().blocks, packet.data, 0, count);
        packet.source.write(socket.domain, sender.address, sender.size);
        if (sender.flags != nullptr && count < length) *sender.flags |= MSG_TRUNC;
        if (!peeks) engine().packets.give_back(id, engine().blocks);
        return static_cast<std::int64_t>((flags & MSG_TRUNC) != 0 ? length : count);
    }
};

}  // namespace estate::sim
