// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <estate/backend/observed.hpp>
#include <estate/backend/posix/calls.hpp>
#include <estate/backend/posix/option_name.hpp>
#include <estate/backend/posix/posix2024.hpp>

namespace estate::posix {

template <Family F>
struct LinuxPacket;  // linux_packet.hpp, which estate/packet_info.hpp brings

/// Linux, by glibc or musl. Source  the manual pages of section 2 and 7.
class Linux : public Posix2024<Calls> {
    /// An int to glibc, unsigned to musl.
    struct Flags {
        int bits;
        template <class T> operator T() const noexcept { return static_cast<T>(bits); }
    };

public:
    using many = mmsghdr;
    static int sendmmsg(int fd, mmsghdr* messages, unsigned count, int flags) noexcept {
        return ::sendmmsg(fd, messages, count, Flags{flags | MSG_NOSIGNAL});
    }
    static int recvmmsg(int fd, mmsghdr* messages, unsigned count, int flags) noexcept {
        return ::recvmmsg(fd, messages, count, Flags{flags}, nullptr);
    }
    static constexpr int wait_for_one = MSG_WAITFORONE;

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
    /// The last 8 bytes of an IPv4 address, which POSIX does not name, may hold anything.
    static constexpr bool ignores_sin_zero = true;
    /// What makes recvmsg() read the error queue, where there is one.
    static constexpr int error_queue = MSG_ERRQUEUE;
    /// Unix-domain sockets without a file, unix(7).
    static constexpr bool has_abstract_names = true;
    /// A path may fill its room and have no NUL behind it, unix(7), "BUGS".
    static constexpr bool takes_full_paths = true;
    /// What poll() says once the other side sends no more.
    static constexpr short peer_closed = POLLRDHUP;
    /// The device that a socket is bound to, as a number, since Linux 5.0; what connect() to no peer gives up.
    static constexpr int device_option = SO_BINDTOIFINDEX;
    static constexpr int domain_option = SO_DOMAIN;
    template <class F>
    using PacketForm = LinuxPacket<F>;
    static constexpr int link_family = AF_PACKET;
    static constexpr int deferring_option = TCP_FASTOPEN_CONNECT;
    static constexpr int fragments_never = IP_PMTUDISC_DO;
    static constexpr int fragments_always = IP_PMTUDISC_DONT;
    static constexpr int fragments_of_probes = IP_PMTUDISC_PROBE;
    static constexpr int time_option = SO_TIMESTAMPNS;
    /// MPTCP, which is TCP in all that a program sees.
    static constexpr int multipath_protocol = 262;
    static constexpr int segment_option = 103;  // UDP_SEGMENT and UDP_GRO of <linux/udp.h>
    static constexpr int join_option = 104;
    static constexpr int hold_back_option = 1;  // UDP_CORK
    static constexpr int look_offset_option = SO_PEEK_OFF;
    static constexpr int told_process = 4;      // SCM_PIDFD, a descriptor of the process that sent a message
    static constexpr int protocol_option = SO_PROTOCOL;

    using TcpInfo = tcp_info;
    static constexpr int tcp_info_option = TCP_INFO;
    /// Created for a state in which only the local address says more.
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
};

template <class F> inline constexpr OptionName name_of<option::reuse_port, F>{SOL_SOCKET, SO_REUSEPORT};
template <class F> inline constexpr OptionName name_of<option::linger, F>{SOL_SOCKET, SO_LINGER};
template <class F> inline constexpr OptionName name_of<option::bind_to_device, F>{SOL_SOCKET, SO_BINDTODEVICE};
template <class F> inline constexpr OptionName name_of<option::keep_alive_idle, F>{IPPROTO_TCP, TCP_KEEPIDLE};
template <class F> inline constexpr OptionName name_of<option::fast_open, F>{IPPROTO_TCP, TCP_FASTOPEN};
template <class F>
inline constexpr OptionName name_of<option::bind_address_no_port, F>{IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT};
template <class F> inline constexpr OptionName name_of<option::fast_open_connect, F>{IPPROTO_TCP, TCP_FASTOPEN_CONNECT};
template <class F> inline constexpr OptionName name_of<option::user_timeout, F>{IPPROTO_TCP, TCP_USER_TIMEOUT};
template <class F> inline constexpr OptionName name_of<option::quick_ack, F>{IPPROTO_TCP, TCP_QUICKACK};
template <class F> inline constexpr OptionName name_of<option::cork, F>{IPPROTO_TCP, TCP_CORK};
template <class F> inline constexpr OptionName name_of<option::mark, F>{SOL_SOCKET, SO_MARK};
template <class F> inline constexpr OptionName name_of<option::priority, F>{SOL_SOCKET, SO_PRIORITY};
template <class F> inline constexpr OptionName name_of<option::timestamps, F>{SOL_SOCKET, SO_TIMESTAMPNS};
template <> inline constexpr OptionName name_of<option::dont_fragment, V4>{IPPROTO_IP, IP_MTU_DISCOVER};
template <> inline constexpr OptionName name_of<option::dont_fragment, V6>{IPPROTO_IPV6, IPV6_MTU_DISCOVER};
template <> inline constexpr OptionName name_of<option::path_mtu, V4>{IPPROTO_IP, IP_MTU};
template <> inline constexpr OptionName name_of<option::path_mtu, V6>{IPPROTO_IPV6, IPV6_MTU};
template <> inline constexpr OptionName name_of<option::multicast_all, V4>{IPPROTO_IP, 49};    // IP_MULTICAST_ALL
template <> inline constexpr OptionName name_of<option::multicast_all, V6>{IPPROTO_IPV6, 29};  // IPV6_MULTICAST_ALL
template <> inline constexpr OptionName name_of<option::freebind, V4>{IPPROTO_IP, IP_FREEBIND};
template <> inline constexpr OptionName name_of<option::freebind, V6>{IPPROTO_IPV6, IPV6_FREEBIND};
template <> inline constexpr OptionName name_of<option::transparent, V4>{IPPROTO_IP, IP_TRANSPARENT};
template <> inline constexpr OptionName name_of<option::transparent, V6>{IPPROTO_IPV6, IPV6_TRANSPARENT};

using Kernel = Linux;

}  // namespace estate::posix
