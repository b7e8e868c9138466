// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/bsd.hpp>

namespace estate::posix {

/// FreeBSD 13 or later. Source  its manual pages of section 2 and 4.
class FreeBsd : public Bsd {
public:
    static int socket(int domain, int type, int protocol) noexcept {
        return ::socket(domain, type | SOCK_CLOEXEC, protocol);
    }
    static int accept(int fd, sockaddr* peer, socklen_t* size) noexcept {
        return ::accept4(fd, peer, size, SOCK_CLOEXEC);  // accept() would hand O_NONBLOCK on
    }
    static ssize_t send(int fd, const void* bytes, std::size_t size, int flags) noexcept {
        return ::send(fd, bytes, size, flags | MSG_NOSIGNAL);
    }
    static ssize_t sendto(int fd, const void* bytes, std::size_t size, int flags, const sockaddr* peer,
                          socklen_t peer_size) noexcept {
        return ::sendto(fd, bytes, size, flags | MSG_NOSIGNAL, peer, peer_size);
    }
    static ssize_t sendmsg(int fd, const msghdr* message, int flags) noexcept {
        return ::sendmsg(fd, message, flags | MSG_NOSIGNAL);
    }
    static int poll(pollfd* descriptors, std::size_t count, std::int64_t until) noexcept {
        const auto many = static_cast<nfds_t>(count);
        if (until == never) return ::poll(descriptors, many, -1);
        const std::int64_t rest = until > 0 ? until - now() : 0;
        const timespec left = as_timespec(rest > 0 ? rest : 0);
        return ::ppoll(descriptors, many, &left, nullptr);
    }
    static std::int64_t now() noexcept { return read_clock(CLOCK_MONOTONIC); }

    static constexpr int domain_option = SO_DOMAIN;
    static constexpr int protocol_option = SO_PROTOCOL;
    using TcpInfo = tcp_info;
    static constexpr int tcp_info_option = TCP_INFO;

    static int make_condition(pthread_cond_t* condition) noexcept {
        pthread_condattr_t attributes;
        if (const int failed = ::pthread_condattr_init(&attributes); failed != 0) return failed;
        ::pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
        const int failed = ::pthread_cond_init(condition, &attributes);
        ::pthread_condattr_destroy(&attributes);
        return failed;
    }
    static int wait_for_condition(pthread_cond_t* condition, pthread_mutex_t* mutex, std::int64_t until) noexcept {
        const timespec end = as_timespec(until);
        return ::pthread_cond_timedwait(condition, mutex, &end);
    }
};

template <class F> inline constexpr OptionName name_of<option::reuse_port, F>{SOL_SOCKET, SO_REUSEPORT_LB};
template <class F> inline constexpr OptionName name_of<option::linger, F>{SOL_SOCKET, SO_LINGER};
template <class F> inline constexpr OptionName name_of<option::keep_alive_idle, F>{IPPROTO_TCP, TCP_KEEPIDLE};

using Kernel = FreeBsd;

}  // namespace estate::posix
