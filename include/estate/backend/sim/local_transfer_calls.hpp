// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <estate/backend/posix/control.hpp>
#include <estate/backend/sim/local_calls.hpp>
#include <span>
#include <utility>

namespace estate::sim {

/// What moves bytes between Unix-domain sockets, and sockets with them.
class LocalTransferCalls : public LocalCalls {
public:
    using LocalCalls::LocalCalls;

protected:
    /// The sockets that a message shall carry. Descriptors of other things than sockets do not travel here.
    struct Rights {
        std::array<SocketId, local::most_passed> all;
        std::size_t count = 0;
    };
    /// 0, EBADF, EFAULT or EINVAL. Source  Linux __scm_send(), scm_fp_copy().
    int read_rights(const msghdr& message, Rights& to) const noexcept {
        if (message.msg_control == nullptr) return message.msg_controllen == 0 ? 0 : EFAULT;
        msghdr copy = message;
        for (cmsghdr* each = CMSG_FIRSTHDR(&copy); each != nullptr; each = posix::next_control(copy, each)) {
            if (each->cmsg_level != SOL_SOCKET) continue;
            if (each->cmsg_type != SCM_RIGHTS || each->cmsg_len < CMSG_LEN(0)) return EINVAL;
            const std::size_t count = (each->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            if (to.count + count > local::most_passed) return EINVAL;
            for (std::size_t i = 0; i < count; ++i) {
                int number = -1;
                std::memcpy(&number, CMSG_DATA(each) + i * sizeof number, sizeof number);
                int why = 0;
                const Socket* const found = find(number, why);
                if (found == nullptr) return why == EBADF ? EBADF : EINVAL;
                to.all[to.count++] = engine().id_of(*found);
            }
        }
        return 0;
    }

    std::int64_t put_local(Call call, Socket& socket, Parts parts, int flags, const sockaddr* address, socklen_t size,
                           const Rights& rights, std::size_t at_most) const noexcept {
        const bool blocks = !socket.is_nonblocking && (flags & MSG_DONTWAIT) == 0;
        if (size == 0) address = nullptr;
        if (part(socket).type == SOCK_STREAM) {
            return put_bytes(call, socket, parts, address != nullptr, rights, at_most, blocks);
        }
        if (part(socket).type == SOCK_SEQPACKET) {
            if (socket.error != 0) return -std::exchange(socket.error, 0);
            if (socket.tcp != TCP_ESTABLISHED) return -ENOTCONN;
            address = nullptr;
        }
        return put_message(call, socket, parts, address, size, rights, blocks);
    }

    std::int64_t get_local(Call call, Socket& socket, Parts parts, int flags, Sender sender,
                           std::size_t at_most) const noexcept {
        const bool blocks = !socket.is_nonblocking && (flags & MSG_DONTWAIT) == 0;
        if (part(socket).type == SOCK_STREAM) return get_bytes(call, socket, parts, flags, sender, at_most, blocks);
        if (part(socket).type == SOCK_SEQPACKET && socket.tcp != TCP_ESTABLISHED) return -ENOTCONN;
        return get_message(call, socket, parts, flags, sender, blocks);
    }

private:
    /// Source  unix_stream_sendmsg().
    std::int64_t put_bytes(Call call, Socket& socket, Parts parts, bool has_address, const Rights& rights,
                           std::size_t at_most, bool blocks) const noexcept {
        if (has_address) return socket.tcp == TCP_ESTABLISHED ? -EISCONN : -EOPNOTSUPP;
        if (socket.tcp != TCP_ESTABLISHED) return -ENOTCONN;
        if (socket.ends_send) return -EPIPE;
        std::size_t total = parts.size();
        if (at_most < total) total = at_most;
        std::size_t done = 0;
        while (done < total) {
            int failed = 0;
            const std::uint32_t space = LocalSockets::space(engine(), socket);
            if (socket.error != 0) {
                failed = std::exchange(socket.error, 0);
            } else if (socket.ends_send) {  // also by its peer, which shuts the other side or goes
                failed = EPIPE;
            } else if (space > 0) {
                Socket& other = *LocalSockets::peer(engine(), socket);
                const std::size_t most = total - done < space ? total - done : space;
                const std::int64_t put = LocalSockets::put(engine(), socket, other, parts, done, most,
                                                           rights.all.data(), done == 0 ? rights.count : 0);
                if (put < 0) {
                    failed = ENOBUFS;
                } else {
                    done += static_cast<std::size_t>(put);
                }
            } else {
                failed = blocks ? wait_for(call, socket) : EAGAIN;
            }
            if (failed != 0) return done > 0 ? static_cast<std::int64_t>(done) : -failed;
        }
        return static_cast<std::int64_t>(done);
    }

    /// Source  unix_dgram_sendmsg().
    std::int64_t put_message(Call call, Socket& socket, Parts parts, const sockaddr* address, socklen_t size,
                             const Rights& rights, bool blocks) const noexcept {
        LocalAddress to;
        if (address != nullptr) {
            if (const int wrong = LocalAddress::read(address, size, to); wrong != 0) return -wrong;
        }
        LocalPart& own = part(socket);
        const std::size_t length = parts.size();
        if (length + 32 > 2 * std::size_t{socket.send_capacity}) return -EMSGSIZE;  // as SO_SNDBUF tells it
        for (;;) {
            if (socket.error != 0) return -std::exchange(socket.error, 0);
            if (socket.ends_send) return -EPIPE;
            int failed = 0;
            if (LocalSockets::space(engine(), socket) == 0) {
                failed = blocks ? wait_for(call, socket) : EAGAIN;
                if (failed != 0) return -failed;
                continue;
            }
            SocketId id = own.peer;
            if (address != nullptr) {
                failed = LocalSockets::find(engine(), host(), to, own.type, id);
                if (failed != 0) return -failed;
            } else if (own.has_lost_peer) {
                LocalSockets::forget_peer(engine(), socket);
                return -ECONNREFUSED;
            } else if (id == none) {
                return -ENOTCONN;
            }
            Socket& other = engine().sockets[id];
            if (!LocalSockets::may_send(engine(), socket, other)) return -EPERM;
            if (other.ends_receive) return -EPIPE;
            if (&other == &socket || !LocalSockets::is_full(engine(), other, socket)) {
                return LocalSockets::put(engine(), socket, other, parts, 0, length, rights.all.data(), rights.count);
            }
            if (!blocks) return -EAGAIN;
            engine().wait_for(other.waits);
            failed = wait_for(call, socket);
            if (failed != 0) return -failed;
        }
    }

    /// What comes of several calls is one stream; a receive ends behind the bytes that sockets came with.
    /// Source  unix_stream_read_generic().
    std::int64_t get_bytes(Call call, Socket& socket, Parts parts, int flags, Sender sender, std::size_t at_most,
                           bool blocks) const noexcept {
        if (socket.tcp != TCP_ESTABLISHED) return -EINVAL;
        const bool peeks = (flags & MSG_PEEK) != 0;
        std::size_t total = parts.size();
        if (at_most < total) total = at_most;
        const std::size_t wanted = (flags & MSG_WAITALL) != 0 && !peeks ? total : 1;
        std::size_t done = 0;
        for (;;) {
            bool is_cut = false;
            for (PacketId id = socket.datagram_first; id != none && done < total && !is_cut;) {
                Packet& packet = engine().packets[id];
                const std::size_t left = packet.data.size;
                const std::size_t count = total - done < left ? total - done : left;
                parts.scatter(engine().blocks, packet.data, done, count);
                if (done == 0) write_name(packet, sender);
                done += count;
                is_cut = packet.rights.size > 0;
                id = packet.next;
                if (!peeks) take_bytes(socket, packet, count, sender);
            }
            if (is_cut || done >= wanted) break;
            if (total == 0 && socket.datagram_first != none) {
                write_name(engine().packets[socket.datagram_first], sender);
                break;
            }
            int failed = 0;
            if (socket.error != 0) {
                failed = std::exchange(socket.error, 0);
            } else if (socket.ends_receive) {
                if (done == 0) write_no_name(sender);
                break;
            } else {
                failed = blocks ? wait_for(call, socket) : EAGAIN;
            }
            if (failed != 0) return done > 0 ? static_cast<std::int64_t>(done) : -failed;
        }
        return static_cast<std::int64_t>(done);
    }
    void take_bytes(Socket& socket, Packet& packet, std::size_t count, Sender sender) const noexcept {
        take_rights(packet, sender);
        if (count < packet.data.size) {
            engine().blocks.drop(packet.data, count);
            LocalSockets::give_room(engine(), packet, static_cast<std::uint32_t>(count));
        } else {
            LocalSockets::drop_first(engine(), socket);
        }
    }

    /// Source  __unix_dgram_recvmsg().
    std::int64_t get_message(Call call, Socket& socket, Parts parts, int flags, Sender sender,
                             bool blocks) const noexcept {
        while (socket.datagram_first == none) {
            if (socket.error != 0) return -std::exchange(socket.error, 0);
            if (socket.ends_receive && (blocks || part(socket).type == SOCK_SEQPACKET)) {
                write_no_name(sender);
                return 0;
            }
            if (!blocks) return -EAGAIN;
            if (const int failed = wait_for(call, socket); failed != 0) return -failed;
        }
        if (socket.error != 0) return -std::exchange(socket.error, 0);
        Packet& packet = engine().packets[socket.datagram_first];
        const std::size_t length = packet.data.size;
        const std::size_t count = parts.size() < length ? parts.size() : length;
        parts.scatter(engine().blocks, packet.data, 0, count);
        write_name(packet, sender);
        if (sender.flags != nullptr && count < length) *sender.flags |= MSG_TRUNC;
        if ((flags & MSG_PEEK) == 0) {
            take_rights(packet, sender);
            LocalSockets::drop_first(engine(), socket);
        }
        return static_cast<std::int64_t>((flags & MSG_TRUNC) != 0 ? length : count);
    }

    static void write_no_name(Sender sender) noexcept {
        if (sender.size != nullptr) *sender.size = 0;
    }
    /// Source  unix_copy_addr(). Nothing is written where a receive fails.
    void write_name(const Packet& packet, Sender sender) const noexcept {
        if (packet.name == none) return write_no_name(sender);
        engine().names.write(packet.name, sender.address, sender.size);
    }

    /// A descriptor for each socket that there is room for; the others are let go of, and MSG_CTRUNC says so.
    /// Source  scm_detach_fds().
    void take_rights(Packet& packet, Sender sender) const noexcept {
        if (packet.rights.size == 0) return;
        const bool has_room = sender.control != nullptr && sender.control_room >= CMSG_LEN(sizeof(int));
        const std::size_t most = has_room ? (sender.control_room - CMSG_LEN(0)) / sizeof(int) : 0;
        std::size_t count = 0;
        for (; count < most && packet.rights.size > 0 && refuse_descriptor() == 0; ++count) {
            Socket& came = LocalSockets::take_right(engine(), packet);
            const int number = give_another(came);
            --came.passed;
            unsigned char* const data = CMSG_DATA(static_cast<cmsghdr*>(sender.control->msg_control));
            std::memcpy(data + count * sizeof number, &number, sizeof number);
        }
        if (count > 0) {
            cmsghdr head{};  // field by field: their types and order are the C library's
            head.cmsg_len = static_cast<decltype(head.cmsg_len)>(CMSG_LEN(count * sizeof(int)));
            head.cmsg_level = SOL_SOCKET;
            head.cmsg_type = SCM_RIGHTS;
            std::memcpy(sender.control->msg_control, &head, sizeof head);
            const std::size_t space = CMSG_SPACE(count * sizeof(int));
            sender.control->msg_controllen = static_cast<decltype(sender.control->msg_controllen)>(
                space < sender.control_room ? space : sender.control_room);
        }
        if (packet.rights.size > 0 && sender.flags != nullptr) *sender.flags |= MSG_CTRUNC;
        LocalSockets::drop_rights(engine(), packet);
    }
};

}  // namespace estate::sim
