// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <estate/backend/sim/packet.hpp>
#include <string_view>
#include <vector>

namespace estate::sim {

/// What a program passed as the address of a Unix-domain socket.
struct LocalAddress {
    static constexpr std::size_t head = offsetof(sockaddr_un, sun_path);

    char text[sizeof(sockaddr_un::sun_path)] = {};
    std::size_t size = 0;
    bool is_path = false;

    [[nodiscard]] std::string_view name() const noexcept { return {text, size}; }

    /// 0 or EINVAL. Source  Linux unix_validate_addr().
    static int read(const sockaddr* from, socklen_t length, LocalAddress& to) noexcept {
        if (from == nullptr) return EFAULT;
        if (length <= head || length > sizeof(sockaddr_un)) return EINVAL;
        sockaddr_un native{};
        std::memcpy(&native, from, length);
        if (native.sun_family != AF_UNIX) return EINVAL;
        const std::size_t count = length - head;
        to.is_path = native.sun_path[0] != '\0';
        const char* const first = native.sun_path + (to.is_path ? 0 : 1);
        to.size = to.is_path ? ::strnlen(native.sun_path, count) : count - 1;
        std::memcpy(to.text, first, to.size);
        return 0;
    }
};

/// A name that a socket was bound to: a path and its file, or an abstract name. It lives as long as a socket, a message
/// or its file has it.
struct LocalName {
    LocalAddress address;
    HostId host = no_host;
    int type = 0;                // abstract names: each type of socket has its own
    std::uint32_t users = 0;     // 0: a free place
    bool has_file = false;       // the path leads to it
    bool is_socket = true;       // of a file
    std::uint64_t inode = 0;
    SocketId owner = none;       // the socket that was bound to it, while that lives
};

/// The names of all hosts, a fixed number. There are no directories: each that a path names is there.
class LocalNames {
public:
    explicit LocalNames(std::size_t count) : all_(count) {}

    [[nodiscard]] LocalName& operator[](std::uint32_t id) noexcept { return all_[id]; }

    /// The file of a path. none: there is none.
    [[nodiscard]] std::uint32_t find_file(HostId host, std::string_view path) const noexcept {
        return find([&](const LocalName& name) {
            return name.has_file && name.host == host && name.address.name() == path;
        });
    }
    [[nodiscard]] std::uint32_t find_abstract(HostId host, int type, std::string_view text) const noexcept {
        return find([&](const LocalName& name) {
            return !name.address.is_path && name.owner != none && name.host == host && name.type == type &&
                   name.address.name() == text;
        });
    }
    /// A new one, with one user. none: no place.
    std::uint32_t take(HostId host, int type, const LocalAddress& address) noexcept {
        for (std::uint32_t id = 0; id < all_.size(); ++id) {
            if (all_[id].users != 0) continue;
            all_[id] = LocalName{address, host, type, 1};
            all_[id].inode = ++inodes_;
            return id;
        }
        return none;
    }
    std::uint32_t share(std::uint32_t id) noexcept {
        if (id != none) ++all_[id].users;
        return id;
    }
    void let_go(std::uint32_t id) noexcept {
        if (id != none) --all_[id].users;
    }
    /// The path leads nowhere any more.
    void unlink(std::uint32_t id) noexcept {
        all_[id].has_file = false;
        let_go(id);
    }

    /// As getsockname() tells it; none: a socket without a name.
    void write(std::uint32_t id, sockaddr* to, socklen_t* size) const noexcept {
        if (size == nullptr) return;
        sockaddr_un native{};
        native.sun_family = AF_UNIX;
        std::size_t whole = sizeof native.sun_family;
        if (id != none) {
            const LocalAddress& address = all_[id].address;
            const std::size_t skipped = address.is_path ? 0 : 1;
            std::memcpy(native.sun_path + skipped, address.text, address.size);
            whole = LocalAddress::head + address.size + 1;  // the NUL before it, or behind
        }
        const std::size_t fits = whole < sizeof native ? whole : sizeof native;
        std::memcpy(to, &native, *size < fits ? *size : fits);
        *size = static_cast<socklen_t>(whole);
    }

private:
    template <class Is>
    [[nodiscard]] std::uint32_t find(Is is) const noexcept {
        for (std::uint32_t id = 0; id < all_.size(); ++id) {
            if (all_[id].users != 0 && is(all_[id])) return id;
        }
        return none;
    }

    std::vector<LocalName> all_;
    std::uint64_t inodes_ = 0;
};

/// What a Unix-domain socket has beside what each socket has.
struct LocalPart {
    int type = SOCK_STREAM;
    std::uint32_t name = none;
    SocketId peer = none;           // of a connection, or that datagrams go to
    std::uint32_t lost_name = none; // of a peer that has gone
    bool has_lost_peer = false;
    std::uint32_t life = 0;         // of this place in the table: a message knows by it whether its sender lives
    std::uint32_t in_queues = 0;    // of what it sent: nobody has received it
    std::int32_t process = 0;       // of the peer, as it was when they met
    std::uint32_t user = UINT32_MAX;
    std::uint32_t group = UINT32_MAX;
    bool is_reached = false;        // LocalSockets::collect() has a way to it
    SocketId next_reached = none;   // that it has not gone on from yet
};

/// A table, since semantics hang on them. Source  unix(7), net.unix.max_dgram_qlen.
namespace local {
inline constexpr int most_queued = 10;              // messages of a socket whose peer is not the sender
inline constexpr std::uint32_t message_cost = 256;  // of the send buffer, beside its bytes
inline constexpr std::size_t most_passed = 253;     // SCM_MAX_FD
}  // namespace local

}  // namespace estate::sim
