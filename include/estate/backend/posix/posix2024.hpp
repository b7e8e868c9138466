// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include <estate/backend/posix/system.hpp>
#include <estate/base/attributes.hpp>

namespace estate::posix {

/// What POSIX.1-2024 adds to the calls of a system: descriptors that exec closes and writes without SIGPIPE from the
/// beginning, waits in nanoseconds. Linux and FreeBSD had it long before; macOS has not.
template <class Base>
class Posix2024 : public Base {
public:
    ESTATE_INLINE static int socket(int domain, int type, int protocol) noexcept {
        return ::socket(domain, type | SOCK_CLOEXEC, protocol);
    }
    /// O_NONBLOCK of the listener is not handed on, as the accept() of FreeBSD would.
    ESTATE_INLINE static int accept(int fd, sockaddr* peer, socklen_t* size) noexcept {
        return ::accept4(fd, peer, size, SOCK_CLOEXEC);
    }
    ESTATE_INLINE static int accept_nonblocking(int fd, sockaddr* peer, socklen_t* size) noexcept {
        return ::accept4(fd, peer, size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    }

    ESTATE_INLINE static ssize_t send(int fd, const void* bytes, std::size_t size, int flags) noexcept {
        return ::send(fd, bytes, size, flags | MSG_NOSIGNAL);
    }
    ESTATE_INLINE static ssize_t sendto(int fd, const void* bytes, std::size_t size, int flags, const sockaddr* peer,
                                        socklen_t peer_size) noexcept {
        return ::sendto(fd, bytes, size, flags | MSG_NOSIGNAL, peer, peer_size);
    }
    ESTATE_INLINE static ssize_t sendmsg(int fd, const msghdr* message, int flags) noexcept {
        return ::sendmsg(fd, message, flags | MSG_NOSIGNAL);
    }

    ESTATE_INLINE static int poll(pollfd* descriptors, std::size_t count, std::int64_t until) noexcept {
        const auto many = static_cast<nfds_t>(count);
        if (until == never) return ::poll(descriptors, many, -1);
        const std::int64_t rest = until > 0 ? until - now() : 0;
        const timespec left = Base::as_timespec(rest > 0 ? rest : 0);
        return ::ppoll(descriptors, many, &left, nullptr);
    }
    static std::int64_t now() noexcept { return Base::read_clock(CLOCK_MONOTONIC); }
};

}  // namespace estate::posix
