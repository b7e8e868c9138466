// SPDX-License-Identifier: BSL-1.0
#pragma once

#if !defined(__linux__)
#error "estate: the simulated network answers as Linux does, with its options and numbers; build it there"
#endif

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace estate::sim {

/// A socket option that is a number: where it is, what it is at first, what it may be.
struct Setting {
    enum Kind : std::uint8_t { flag, number, hops };  // hops: -1 gives the initial value back
    enum For : std::uint8_t { both, stream, datagram };  // datagram: a stream only tells it

    int level;
    int name;
    Kind kind;
    For type;
    int domain;  // 0: both
    int initial;
    int least;
    int most;
};

inline constexpr int multicast_all_v4 = 49;  // IP_MULTICAST_ALL and IPV6_MULTICAST_ALL, which not every C library names
inline constexpr int multicast_all_v6 = 29;

/// Kept and told, and of effect where SIMULATION.md says so. Ranges as in Linux, net/ipv4/tcp.c do_tcp_setsockopt(),
/// ip_sockglue.c and ipv6_sockglue.c.
inline constexpr std::array<Setting, 22> settings{{
    {SOL_SOCKET, SO_REUSEADDR, Setting::flag, Setting::both, 0, 0, 0, 0},
    {SOL_SOCKET, SO_REUSEPORT, Setting::flag, Setting::both, 0, 0, 0, 0},
    {SOL_SOCKET, SO_KEEPALIVE, Setting::flag, Setting::both, 0, 0, 0, 0},
    {SOL_SOCKET, SO_BROADCAST, Setting::flag, Setting::both, 0, 0, 0, 0},
    {SOL_SOCKET, SO_BINDTOIFINDEX, Setting::number, Setting::both, 0, 0, 0, INT32_MAX},
    {IPPROTO_TCP, TCP_NODELAY, Setting::flag, Setting::stream, 0, 0, 0, 0},
    {IPPROTO_TCP, TCP_KEEPIDLE, Setting::number, Setting::stream, 0, 7200, 1, 32767},
    {IPPROTO_TCP, TCP_KEEPINTVL, Setting::number, Setting::stream, 0, 75, 1, 32767},
    {IPPROTO_TCP, TCP_KEEPCNT, Setting::number, Setting::stream, 0, 9, 1, 127},
    {IPPROTO_TCP, TCP_FASTOPEN, Setting::number, Setting::stream, 0, 0, 0, INT32_MAX},
    {IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, Setting::flag, Setting::both, 0, 0, 0, 0},
    {IPPROTO_IP, IP_FREEBIND, Setting::flag, Setting::both, 0, 0, 0, 0},
    {IPPROTO_IP, IP_TRANSPARENT, Setting::flag, Setting::both, 0, 0, 0, 0},
    {IPPROTO_IP, IP_TTL, Setting::hops, Setting::both, 0, 64, 1, 255},
    {IPPROTO_IP, IP_MULTICAST_TTL, Setting::hops, Setting::datagram, 0, 1, 0, 255},
    {IPPROTO_IP, IP_MULTICAST_LOOP, Setting::flag, Setting::both, 0, 1, 0, 0},
    {IPPROTO_IP, multicast_all_v4, Setting::flag, Setting::both, 0, 1, 0, 0},
    {IPPROTO_IPV6, IPV6_V6ONLY, Setting::flag, Setting::both, AF_INET6, 0, 0, 0},
    {IPPROTO_IPV6, IPV6_UNICAST_HOPS, Setting::hops, Setting::both, AF_INET6, 64, 0, 255},
    {IPPROTO_IPV6, IPV6_MULTICAST_HOPS, Setting::hops, Setting::datagram, AF_INET6, 1, 0, 255},
    {IPPROTO_IPV6, IPV6_MULTICAST_LOOP, Setting::flag, Setting::both, AF_INET6, 1, 0, 0},
    {IPPROTO_IPV6, multicast_all_v6, Setting::flag, Setting::both, AF_INET6, 1, 0, 0},
}};

inline constexpr std::size_t no_setting = settings.size();

/// IPV6_FREEBIND and IPV6_TRANSPARENT are the same bits as their elders.
constexpr std::size_t find_setting(int level, int name) noexcept {
    if (level == IPPROTO_IPV6 && name == IPV6_FREEBIND) return find_setting(IPPROTO_IP, IP_FREEBIND);
    if (level == IPPROTO_IPV6 && name == IPV6_TRANSPARENT) return find_setting(IPPROTO_IP, IP_TRANSPARENT);
    std::size_t at = 0;
    while (at < settings.size() && (settings[at].level != level || settings[at].name != name)) ++at;
    return at;
}

/// The numbers of one socket.
class Settings {
public:
    Settings() noexcept {
        for (std::size_t i = 0; i < settings.size(); ++i) values_[i] = settings[i].initial;
    }
    template <int Level, int Name>
    [[nodiscard]] int get() const noexcept {
        constexpr std::size_t at = find_setting(Level, Name);
        static_assert(at != no_setting);
        return values_[at];
    }
    [[nodiscard]] int at(std::size_t index) const noexcept { return values_[index]; }
    void put(std::size_t index, int value) noexcept { values_[index] = value; }

private:
    std::array<int, settings.size()> values_{};
};

}  // namespace estate::sim
