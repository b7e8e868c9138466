// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdio>
#include <estate/backend/sim/calls.hpp>
#include <estate/backend/sim/local_sockets.hpp>
#include <string_view>

namespace estate::sim {

/// The calls of Unix-domain sockets that others do not have, and what the others do with them. Source  unix(7); Linux
/// net/unix/af_unix.c for the order of errors.
class LocalCalls : public Calls {
public:
    using Calls::Calls;

    int socketpair(int domain, int type, int protocol, int* ends) const noexcept {
        return static_cast<int>(enter(Call::socketpair, -1, [&](const Injury&) -> std::int64_t {
            const int kind = type & ~(SOCK_CLOEXEC | SOCK_NONBLOCK);
            if (is_component()) return -EAFNOSUPPORT;
            if (domain == AF_INET || domain == AF_INET6) return kind == SOCK_SEQPACKET ? -ESOCKTNOSUPPORT : -EOPNOTSUPP;
            if (domain != AF_UNIX) return -EAFNOSUPPORT;
            if (const int wrong = check_local(kind, protocol); wrong != 0) return -wrong;
            Socket* made[2] = {};
            for (int i = 0; i < 2; ++i) {
                int why = refuse_descriptor();
                const SocketId id = why != 0 ? none : LocalSockets::make(engine(), host(), kind, why);
                if (id == none) {
                    if (i == 1) undo(*made[0]);
                    return -why;
                }
                made[i] = &engine().sockets[id];
                made[i]->is_nonblocking = (type & SOCK_NONBLOCK) != 0;
                ends[i] = give_descriptor(*made[i]);
            }
            for (int i = 0; i < 2; ++i) {
                LocalSockets::join(engine(), *made[i], *made[1 - i]);
                LocalSockets::know(engine(), *made[i]);
            }
            return 0;
        }));
    }

    /// What is at the path itself. There are no links.
    int lstat(const char* path, std::uint64_t& inode, bool& is_socket) const noexcept {
        return static_cast<int>(enter(Call::lstat, -1, [&](const Injury&) -> std::int64_t {
            const std::uint32_t file = engine().names.find_file(host(), path);
            if (file == none) return -ENOENT;
            inode = engine().names[file].inode;
            is_socket = engine().names[file].is_socket;
            return 0;
        }));
    }
    int unlink(const char* path) const noexcept {
        return static_cast<int>(enter(Call::unlink, -1, [&](const Injury&) -> std::int64_t {
            const std::uint32_t file = engine().names.find_file(host(), path);
            if (file == none) return -ENOENT;
            engine().names.unlink(file);
            return 0;
        }));
    }
    /// A descriptor; as long as it is open, nobody else has one of that directory (flock(2) with LOCK_EX | LOCK_NB).
    int lock_directory(const char* path) const noexcept {
        return static_cast<int>(enter(Call::flock, -1, [&](const Injury&) -> std::int64_t {
            const std::string_view whole(path);
            const std::size_t length = whole.rfind('/');
            Hash hash;
            for (const char each : whole.substr(0, length == whole.npos ? 0 : length)) {
                hash.byte(static_cast<std::uint8_t>(each));
            }
            for (const Slot& each : node().descriptors) {
                if (each.kind == Slot::Kind::lock && each.directory == hash.value()) return -EWOULDBLOCK;
            }
            if (const int refused = refuse_descriptor(); refused != 0) return -refused;
            const int number = node().lowest_free();
            Slot& slot = node().use(number);
            slot.kind = Slot::Kind::lock;
            slot.directory = hash.value();
            return number;
        }));
    }
    /// All programs of a host are one process.
    [[nodiscard]] std::int32_t process() const noexcept { return engine_is_there() ? node().process : 0; }

protected:
    static int check_local(int kind, int protocol) noexcept {
        if (kind != SOCK_STREAM && kind != SOCK_DGRAM && kind != SOCK_SEQPACKET) return ESOCKTNOSUPPORT;
        return protocol == 0 || protocol == PF_UNIX ? 0 : EPROTONOSUPPORT;
    }
    [[nodiscard]] LocalPart& part(const Socket& socket) const noexcept { return LocalSockets::part(engine(), socket); }

    /// Source  unix_bind(): the file comes before the question whether the socket has a name.
    int bind_local(Socket& socket, const sockaddr* address, socklen_t size) const noexcept {
        LocalAddress wanted;
        if (address != nullptr && size == LocalAddress::head) {
            if (part(socket).name != none) return 0;
            if (const int failed = choose_name(socket, wanted); failed != 0) return failed;
        } else if (const int wrong = LocalAddress::read(address, size, wanted); wrong != 0) {
            return wrong;
        }
        LocalPart& own = part(socket);
        if (wanted.is_path && engine().names.find_file(host(), wanted.name()) != none) return EADDRINUSE;
        if (own.name != none) return EINVAL;
        if (!wanted.is_path && engine().names.find_abstract(host(), own.type, wanted.name()) != none) return EADDRINUSE;
        const std::uint32_t name = engine().names.take(host(), own.type, wanted);
        if (name == none) return ENOSPC;
        if (wanted.is_path) {
            engine().names[name].has_file = true;
            engine().names.share(name);
        }
        engine().names[name].owner = engine().id_of(socket);
        own.name = name;
        socket.has_bound = true;
        LocalSockets::name_messages(engine(), socket);
        return 0;
    }

    int listen_local(Socket& socket, int backlog) const noexcept {
        const LocalPart& own = part(socket);
        if (!LocalSockets::has_connections(own.type)) return EOPNOTSUPP;
        if (own.name == none) return EINVAL;
        if (socket.tcp != TCP_CLOSE && socket.tcp != TCP_LISTEN) return EINVAL;
        socket.tcp = TCP_LISTEN;
        socket.backlog = backlog < 0 || backlog > tcp::most_backlog ? tcp::most_backlog : backlog;
        engine().notify(socket);
        return 0;
    }

    /// Done or refused at once, or not begun: a full backlog is waited for.
    int connect_local(Socket& socket, const sockaddr* address, socklen_t size) const noexcept {
        LocalPart& own = part(socket);
        sa_family_t family = AF_UNSPEC;
        std::memcpy(&family, address, sizeof family);
        if (family == AF_UNSPEC) {
            if (own.type != SOCK_DGRAM) return EINVAL;
            LocalSockets::forget_peer(engine(), socket);
            return 0;
        }
        LocalAddress to;
        if (const int wrong = LocalAddress::read(address, size, to); wrong != 0) return wrong;
        for (;;) {
            SocketId id = none;
            if (const int failed = LocalSockets::find(engine(), host(), to, own.type, id); failed != 0) return failed;
            Socket& other = engine().sockets[id];
            if (own.type == SOCK_DGRAM) return fix_local_peer(socket, other);
            if (!other.is_listening() || other.ends_receive) return ECONNREFUSED;
            if (other.queued <= other.backlog) {
                if (socket.tcp != TCP_CLOSE) return socket.tcp == TCP_ESTABLISHED ? EISCONN : EINVAL;
                return enter_backlog(socket, other);
            }
            if (socket.is_nonblocking) return EAGAIN;
            engine().wait_for(other.waits);
            if (const int failed = wait_for(Call::connect, socket); failed != 0) return failed;
        }
    }

    std::int64_t accept_local(Socket& listener, sockaddr* address, socklen_t* size) const noexcept {
        for (;;) {
            if (const int refused = refuse_descriptor(); refused != 0) return -refused;
            if (!LocalSockets::has_connections(part(listener).type)) return -EOPNOTSUPP;
            if (!listener.is_listening()) return -EINVAL;
            if (listener.queue_first != none) break;
            if (listener.is_nonblocking) return -EAGAIN;
            if (listener.ends_receive) return -EINVAL;
            if (const int failed = wait_for(Call::accept, listener); failed != 0) return -failed;
        }
        Socket& child = Queues::take(engine(), listener);
        engine().waiters.notify(listener.waits);  // there is a place in the backlog
        const int number = give_descriptor(child);
        tell_peer(child, address, size);
        return number;
    }

    /// The other end of a connection is shut the other way. Source  unix_shutdown().
    void shutdown_local(Socket& socket, int how) const noexcept {
        const bool receive = how != SHUT_WR;
        const bool send = how != SHUT_RD;
        socket.ends_receive = socket.ends_receive || receive;
        socket.ends_send = socket.ends_send || send;
        Socket* const other = LocalSockets::peer(engine(), socket);
        if (other != nullptr && LocalSockets::has_connections(part(socket).type)) {
            other->ends_send = other->ends_send || receive;
            other->ends_receive = other->ends_receive || send;
            engine().notify(*other);
        }
        engine().notify(socket);
    }

    /// ENOTCONN, or 0 and the name of the peer, of one that has gone, too.
    int tell_peer(const Socket& socket, sockaddr* address, socklen_t* size) const noexcept {
        const LocalPart& own = part(socket);
        if (own.peer == none && !own.has_lost_peer) return ENOTCONN;
        engine().names.write(own.peer != none ? engine().locals[own.peer].name : own.lost_name, address, size);
        return 0;
    }

private:
    void undo(Socket& socket) const noexcept {
        node().free(socket.descriptor);
        socket.descriptor = -1;
        LocalSockets::end(engine(), socket);
    }

    /// Five digits that no socket has. Source  unix(7), autobind.
    int choose_name(const Socket& socket, LocalAddress& to) const noexcept {
        for (unsigned number = 0; number < 0x100000; ++number) {
            to.size = static_cast<std::size_t>(std::snprintf(to.text, sizeof to.text, "%05x", number));
            if (engine().names.find_abstract(host(), part(socket).type, to.name()) == none) return 0;
        }
        return ENOSPC;
    }

    int fix_local_peer(Socket& socket, Socket& other) const noexcept {
        if (!LocalSockets::may_send(engine(), socket, other)) return EPERM;
        const SocketId before = part(socket).peer;
        if ((before != none || part(socket).has_lost_peer) && before != engine().id_of(other)) {
            LocalSockets::forget_peer(engine(), socket);
        }
        LocalSockets::join(engine(), socket, other);
        engine().notify(socket);
        return 0;
    }

    int enter_backlog(Socket& socket, Socket& listener) const noexcept {
        int why = 0;
        const SocketId id = LocalSockets::make(engine(), host(), part(socket).type, why);
        if (id == none) return why;
        Socket& child = engine().sockets[id];
        LocalSockets::join(engine(), child, socket);
        LocalSockets::join(engine(), socket, child);
        LocalSockets::know(engine(), child);
        LocalSockets::know(engine(), socket);
        part(child).name = engine().names.share(part(listener).name);
        child.parent = engine().id_of(listener);
        Queues::add(engine(), listener, child);
        engine().notify(listener);
        engine().notify(socket);
        return 0;
    }
};

}  // namespace estate::sim
