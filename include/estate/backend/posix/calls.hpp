// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <fcntl.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <estate/backend/posix/system.hpp>
#include <estate/base/attributes.hpp>

namespace estate::posix {

/// The calls that POSIX systems have alike.
class Calls {
public:
    ESTATE_INLINE static int bind(int fd, const sockaddr* address, socklen_t size) noexcept {
        return ::bind(fd, address, size);
    }
    ESTATE_INLINE static int listen(int fd, int backlog) noexcept { return ::listen(fd, backlog); }
    ESTATE_INLINE static int connect(int fd, const sockaddr* peer, socklen_t size) noexcept {
        return ::connect(fd, peer, size);
    }
    ESTATE_INLINE static int getsockname(int fd, sockaddr* address, socklen_t* size) noexcept {
        return ::getsockname(fd, address, size);
    }
    ESTATE_INLINE static int getpeername(int fd, sockaddr* address, socklen_t* size) noexcept {
        return ::getpeername(fd, address, size);
    }
    ESTATE_INLINE static int getsockopt(int fd, int level, int name, void* value, socklen_t* size) noexcept {
        return ::getsockopt(fd, level, name, value, size);
    }
    ESTATE_INLINE static int setsockopt(int fd, int level, int name, const void* value, socklen_t size) noexcept {
        return ::setsockopt(fd, level, name, value, size);
    }
    ESTATE_INLINE static int shutdown(int fd, int how) noexcept { return ::shutdown(fd, how); }
#if !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // of what was moved from: GCC 12 takes -1 for not set
#endif
    ESTATE_INLINE static int close(int fd) noexcept { return ::close(fd); }
#if !defined(__clang__)
#pragma GCC diagnostic pop
#endif

    ESTATE_INLINE static ssize_t recv(int fd, void* buffer, std::size_t size, int flags) noexcept {
        return ::recv(fd, buffer, size, flags);
    }
    ESTATE_INLINE static ssize_t recvfrom(int fd, void* buffer, std::size_t size, int flags, sockaddr* peer,
                                          socklen_t* peer_size) noexcept {
        return ::recvfrom(fd, buffer, size, flags, peer, peer_size);
    }
    ESTATE_INLINE static ssize_t recvmsg(int fd, msghdr* message, int flags) noexcept {
        return ::recvmsg(fd, message, flags);
    }

    /// One call, where F_GETFL and F_SETFL are two, between which another thread's change could be lost.
    ESTATE_INLINE static int set_nonblocking(int fd, bool on) noexcept {
        int flag = on ? 1 : 0;
        return ::ioctl(fd, FIONBIO, &flag);
    }
    static int nonblocking(int fd) noexcept {
        const int flags = ::fcntl(fd, F_GETFL);
        return flags < 0 ? -1 : (flags & O_NONBLOCK) != 0 ? 1 : 0;
    }
    /// Closed on exec, too.
    static int duplicate(int fd) noexcept { return ::fcntl(fd, F_DUPFD_CLOEXEC, 0); }
    static int set_close_on_exec(int fd) noexcept { return ::fcntl(fd, F_SETFD, FD_CLOEXEC); }

    ESTATE_INLINE static int error() noexcept { return errno; }

protected:
    static std::int64_t read_clock(clockid_t clock) noexcept {
        timespec at{};
        ::clock_gettime(clock, &at);
        return std::int64_t{at.tv_sec} * 1'000'000'000 + std::int64_t{at.tv_nsec};
    }
    static timespec as_timespec(std::int64_t nanoseconds) noexcept {
        return {static_cast<time_t>(nanoseconds / 1'000'000'000), static_cast<long>(nanoseconds % 1'000'000'000)};
    }
};

}  // namespace estate::posix
