// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <estate/backend/observed.hpp>
#include <estate/backend/posix/calls.hpp>
#include <estate/backend/posix/option_name.hpp>

namespace estate::posix {

/// Linux, by glibc or musl. Source  the manual pages of section 2 and 7.
class Linux : public Calls {
public:
    ESTATE_INLINE static int socket(int domain, int type, int protocol) noexcept {
        return ::socket(domain, type | SOCK_CLOEXEC, protocol);
    }
    ESTATE_INLINE static int accept(int fd, sockaddr* peer, socklen_t* size) noexcept {
        return ::accept4(fd, peer, size, SOCK_CLOEXEC);  // O_NONBLOCK of the listener is not handed on
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
        if (until == never) return ::poll(descriptors, count, -1);
        timespec left{};
        if (const std::int64_t rest = until > 0 ? until - now() : 0; rest > 0) {
            left.tv_sec = static_cast<time_t>(rest / 1'000'000'000);
            left.tv_nsec = static_cast<long>(rest % 1'000'000'000);
        }
        return ::ppoll(descriptors, count, &left, nullptr);
    }
    static std::int64_t now() noexcept {
        timespec at{};
        ::clock_gettime(CLOCK_MONOTONIC, &at);
        return std::int64_t{at.tv_sec} * 1'000'000'000 + std::int64_t{at.tv_nsec};
    }

    static int open_event() noexcept { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
    static void raise_event(int fd) noexcept {
        const int kept = errno;
        const std::uint64_t one = 1;
        // Fails only where the counter is full, and then the event is raised already.
        [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
        errno = kept;
    }
    static void lower_event(int fd) noexcept {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto taken = ::read(fd, &count, sizeof count);
    }

    // What the backend knows of Linux beside its calls.

    /// recv() with MSG_TRUNC answers the whole length of a datagram that was cut.
    static constexpr bool tells_whole_length = true;
    /// The device that a socket is bound to, as a number, since Linux 5.0; what connect() to no peer gives up.
    static constexpr int device_option = SO_BINDTOIFINDEX;
    static constexpr int domain_option = SO_DOMAIN;
    static constexpr int protocol_option = SO_PROTOCOL;

    using TcpInfo = tcp_info;
    static constexpr int tcp_info_option = TCP_INFO;
    /// Created for a state in which only the local address tells more.
    static constexpr Observed observed(int tcp_state) noexcept {
        switch (tcp_state) {
            case TCP_LISTEN: return Observed::listening;
            case TCP_SYN_SENT:
            case TCP_SYN_RECV: return Observed::connecting;
            case TCP_ESTABLISHED:
            case TCP_CLOSE_WAIT: return Observed::connected;
            case TCP_FIN_WAIT1:
            case TCP_FIN_WAIT2:
            case TCP_CLOSING:
            case TCP_LAST_ACK:
            case TCP_TIME_WAIT: return Observed::send_closed;
            default: return Observed::created;
        }
    }

    /// accept() hands on what befell this one connection, or what the network said of it.
    /// Source  accept(2), "Error handling"; EPERM is a rule of a firewall.
    static constexpr bool is_of_one_connection(int error) noexcept {
        switch (error) {
            case ECONNABORTED:
            case EPERM:
            case EPROTO:
            case ENOPROTOOPT:
            case ENETDOWN:
            case ENETUNREACH:
            case EHOSTDOWN:
            case EHOSTUNREACH:
            case ENONET:
            case EOPNOTSUPP:
            case ETIMEDOUT: return true;
            default: return false;
        }
    }

    /// EAI_NODATA and EAI_ADDRFAMILY of getaddrinfo(), which not every C library names.
    static constexpr bool is_no_address(int code) noexcept { return code == -5 || code == -9; }

    /// A condition whose waits end by the clock of now().
    static int make_condition(pthread_cond_t* condition) noexcept {
        pthread_condattr_t attributes;
        if (const int failed = ::pthread_condattr_init(&attributes); failed != 0) return failed;
        ::pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
        const int failed = ::pthread_cond_init(condition, &attributes);
        ::pthread_condattr_destroy(&attributes);
        return failed;
    }
    static int wait_for_condition(pthread_cond_t* condition, pthread_mutex_t* mutex, std::int64_t until) noexcept {
        const timespec end{static_cast<time_t>(until / 1'000'000'000), static_cast<long>(until % 1'000'000'000)};
        return ::pthread_cond_timedwait(condition, mutex, &end);
    }
};

template <class F> inline constexpr OptionName name_of<option::reuse_port, F>{SOL_SOCKET, SO_REUSEPORT};
template <class F> inline constexpr OptionName name_of<option::linger, F>{SOL_SOCKET, SO_LINGER};
template <class F> inline constexpr OptionName name_of<option::bind_to_device, F>{SOL_SOCKET, SO_BINDTODEVICE};
template <class F> inline constexpr OptionName name_of<option::keep_alive_idle, F>{IPPROTO_TCP, TCP_KEEPIDLE};
template <class F> inline constexpr OptionName name_of<option::fast_open, F>{IPPROTO_TCP, TCP_FASTOPEN};
template <class F>
inline constexpr OptionName name_of<option::bind_address_no_port, F>{IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT};
template <> inline constexpr OptionName name_of<option::freebind, V4>{IPPROTO_IP, IP_FREEBIND};
template <> inline constexpr OptionName name_of<option::freebind, V6>{IPPROTO_IPV6, IPV6_FREEBIND};
template <> inline constexpr OptionName name_of<option::transparent, V4>{IPPROTO_IP, IP_TRANSPARENT};
template <> inline constexpr OptionName name_of<option::transparent, V6>{IPPROTO_IPV6, IPV6_TRANSPARENT};

using Kernel = Linux;

}  // namespace estate::posix
