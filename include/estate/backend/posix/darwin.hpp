// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/bsd.hpp>

namespace estate::posix {

/// macOS. It cannot make a descriptor that is closed on exec from the beginning: a fork in another thread may come
/// between. Source  its manual pages of section 2 and 4.
class Darwin : public Bsd {
public:
    static int socket(int domain, int type, int protocol) noexcept {
        return made(::socket(domain, type, protocol));
    }
    static int accept(int fd, sockaddr* peer, socklen_t* size) noexcept {
        const int accepted = made(::accept(fd, peer, size));
        if (accepted < 0 || set_nonblocking(accepted, false) == 0) return accepted;  // handed on by the listener
        return refuse(accepted);
    }
    static ssize_t send(int fd, const void* bytes, std::size_t size, int flags) noexcept {
        return ::send(fd, bytes, size, flags);
    }
    static ssize_t sendto(int fd, const void* bytes, std::size_t size, int flags, const sockaddr* peer,
                          socklen_t peer_size) noexcept {
        return ::sendto(fd, bytes, size, flags, peer, peer_size);
    }
    static ssize_t sendmsg(int fd, const msghdr* message, int flags) noexcept { return ::sendmsg(fd, message, flags); }

    /// There is no ppoll(): whole milliseconds, rounded up, and at most 24 days at once.
    static int poll(pollfd* descriptors, std::size_t count, std::int64_t until) noexcept {
        int wait = -1;
        if (until != never) {
            const std::int64_t rest = until > 0 ? until - now() : 0;
            const std::int64_t whole = rest > 0 ? rest / 1'000'000 + 1 : 0;
            wait = whole < INT32_MAX ? static_cast<int>(whole) : INT32_MAX;
        }
        return ::poll(descriptors, static_cast<nfds_t>(count), wait);
    }
    /// What std::chrono::steady_clock of its C++ library reads.
    static std::int64_t now() noexcept { return read_clock(CLOCK_MONOTONIC_RAW); }

    static constexpr int domain_option = -1;
    static constexpr int protocol_option = -1;
    using TcpInfo = tcp_connection_info;
    static constexpr int tcp_info_option = TCP_CONNECTION_INFO;

private:
    /// Closed on exec, and without SIGPIPE.
    static int made(int fd) noexcept {
        const int on = 1;
        if (fd < 0) return fd;
        if (set_close_on_exec(fd) == 0 && setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on) == 0) return fd;
        return refuse(fd);
    }
};

template <class F> inline constexpr OptionName name_of<option::linger, F>{SOL_SOCKET, SO_LINGER_SEC};
template <class F> inline constexpr OptionName name_of<option::keep_alive_idle, F>{IPPROTO_TCP, TCP_KEEPALIVE};

using Kernel = Darwin;

}  // namespace estate::posix
