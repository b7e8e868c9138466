// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <net/if.h>

#include <estate/backend/sim/transfer_calls.hpp>
#include <string_view>
#include <utility>

namespace estate::sim {

/// getsockopt() and setsockopt(): what estate sets and asks.
class OptionCalls : public TransferCalls {
public:
    using TransferCalls::TransferCalls;

    int setsockopt(int descriptor, int level, int name, const void* value, socklen_t size) const noexcept {
        return static_cast<int>(enter(Call::setsockopt, descriptor, [&](const Injury&) -> std::int64_t {
            int why = 0;
            Socket* const found = find(descriptor, why);
            if (found == nullptr) return -why;
            Socket& socket = *found;
            if (!has_level(socket, level)) return socket.is_local() ? -EOPNOTSUPP : -ENOPROTOOPT;
            if (value == nullptr) return -EFAULT;
            if (is_component() && !has_component(level, name)) return -ENOPROTOOPT;
            if (level == SOL_SOCKET && name == SO_LINGER) return -set_linger(socket, value, size);
            if (level == SOL_SOCKET && name == SO_BINDTODEVICE) return -set_device(socket, value, size);
            if (is_membership(level, name)) return -set_membership(socket, level, name, value, size);
            if (size < sizeof(int)) return -EINVAL;
            int number = 0;
            std::memcpy(&number, value, sizeof number);
            if (level == SOL_SOCKET && (name == SO_SNDBUF || name == SO_RCVBUF)) {
                const int least = name == SO_SNDBUF ? 2304 : 1152;
                const int kept = number < least ? least : number > most_buffer ? most_buffer : number;
                (name == SO_SNDBUF ? socket.send_capacity : socket.receive_capacity) =
                    static_cast<std::uint32_t>(kept);
                return 0;
            }
            return -set_number(socket, level, name, number);
        }));
    }

    int getsockopt(int descriptor, int level, int name, void* value, socklen_t* size) const noexcept {
        return static_cast<int>(enter(Call::getsockopt, descriptor, [&](const Injury&) -> std::int64_t {
            int why = 0;
            Socket* const found = find(descriptor, why);
            if (found == nullptr) return -why;
            Socket& socket = *found;
            if (!has_level(socket, level)) return socket.domain == AF_INET6 ? -ENOPROTOOPT : -EOPNOTSUPP;
            if (size == nullptr) return -EFAULT;
            const bool is_question = (level == SOL_SOCKET && find_setting(level, name) == no_setting) ||
                                     (level == IPPROTO_TCP && name == TCP_INFO);
            const bool lacks = name == SO_LINGER || name == SO_BINDTODEVICE;
            if (is_component() && !has_component(level, name) && (!is_question || lacks)) return -ENOPROTOOPT;
            if (socket.is_local() && name == SO_PEERCRED) return tell_credentials(part(socket), value, size);
            if (level == SOL_SOCKET && name == SO_LINGER) {
                return tell(linger{socket.lingers ? 1 : 0, socket.linger_seconds}, value, size);
            }
            if (level == SOL_SOCKET && name == SO_BINDTODEVICE) return tell_device(socket, value, size);
            if (level == IPPROTO_TCP && name == TCP_INFO) return tell_info(socket, value, size);
            int number = 0;
            if (!ask_number(socket, level, name, number)) return -ENOPROTOOPT;
            return tell(number, value, size);
        }));
    }

private:
    static constexpr int most_buffer = 212992;  // net.core.wmem_max

    static bool has_level(const Socket& socket, int level) noexcept {
        switch (level) {
            case IPPROTO_TCP: return socket.is_stream();
            case IPPROTO_UDP: return !socket.is_stream() && !socket.is_local();
            case IPPROTO_IP: return !socket.is_local();
            case IPPROTO_IPV6: return socket.domain == AF_INET6;
            default: return level == SOL_SOCKET;
        }
    }
    /// What a component can set.
    static bool has_component(int level, int name) noexcept {
        switch (level) {
            case SOL_SOCKET: return name == SO_KEEPALIVE || name == SO_SNDBUF || name == SO_RCVBUF;
            case IPPROTO_TCP: return name == TCP_KEEPIDLE || name == TCP_KEEPINTVL || name == TCP_KEEPCNT;
            case IPPROTO_IP: return name == IP_TTL;
            case IPPROTO_IPV6: return name == IPV6_UNICAST_HOPS || name == IPV6_V6ONLY;
            default: return false;
        }
    }
    int set_number(Socket& socket, int level, int name, int number) const noexcept {
        const std::size_t at = find_setting(level, name);
        if (at == no_setting) return ENOPROTOOPT;
        const Setting& setting = settings[at];
        if (setting.type == Setting::datagram && socket.is_stream()) return level == IPPROTO_IP ? EINVAL : ENOPROTOOPT;
        if (at == find_setting(IPPROTO_IPV6, IPV6_V6ONLY) && has_port(socket)) return EINVAL;
        if (setting.kind == Setting::flag) {
            number = number != 0 ? 1 : 0;
        } else if (setting.kind == Setting::hops && number == -1) {
            number = setting.initial;
        } else if (number < setting.least || number > setting.most) {
            return EINVAL;
        }
        socket.settings.put(at, number);
        return 0;
    }
    bool ask_number(Socket& socket, int level, int name, int& number) const noexcept {
        if (level == SOL_SOCKET) {
            switch (name) {
                case SO_ERROR: number = std::exchange(socket.error, 0); return true;
                case SO_TYPE: number = type_of(socket); return true;
                case SO_DOMAIN: number = socket.domain; return true;
                case SO_PROTOCOL: number = protocol_of(socket); return true;
                case SO_ACCEPTCONN: number = socket.is_listening() ? 1 : 0; return true;
                // Linux tells twice what was set, since it counts its own structures (socket(7)).
                case SO_SNDBUF: number = static_cast<int>(2 * socket.send_capacity); return true;
                case SO_RCVBUF: number = static_cast<int>(2 * socket.receive_capacity); return true;
                default: break;
            }
        }
        const std::size_t at = find_setting(level, name);
        if (at == no_setting) return false;
        number = socket.settings.at(at);
        return true;
    }

    [[nodiscard]] int type_of(const Socket& socket) const noexcept {
        if (socket.is_local()) return part(socket).type;
        return socket.is_stream() ? SOCK_STREAM : SOCK_DGRAM;
    }
    static int protocol_of(const Socket& socket) noexcept {
        if (socket.is_local()) return 0;
        return socket.is_stream() ? IPPROTO_TCP : IPPROTO_UDP;
    }
    /// Of no peer: process 0, and nobody's numbers.
    static std::int64_t tell_credentials(const LocalPart& part, void* value, socklen_t* size) noexcept {
        return tell(ucred{part.process, part.user, part.group}, value, size);
    }

    static int set_linger(Socket& socket, const void* value, socklen_t size) noexcept {
        if (size < sizeof(::linger)) return EINVAL;
        ::linger given{};
        std::memcpy(&given, value, sizeof given);
        socket.lingers = given.l_onoff != 0;
        if (socket.lingers) socket.linger_seconds = given.l_linger;
        return 0;
    }

    /// A host has two devices: lo and eth0.
    static int set_device(Socket& socket, const void* value, socklen_t size) noexcept {
        char name[IFNAMSIZ] = {};
        std::memcpy(name, value, size < sizeof name - 1 ? size : sizeof name - 1);
        const std::string_view wanted(name);
        if (!wanted.empty() && wanted != "lo" && wanted != "eth0") return ENODEV;
        std::memcpy(socket.device, name, sizeof name);
        socket.settings.put(find_setting(SOL_SOCKET, SO_BINDTOIFINDEX), wanted.empty() ? 0 : wanted == "lo" ? 1 : 2);
        return 0;
    }
    static std::int64_t tell_device(const Socket& socket, void* value, socklen_t* size) noexcept {
        const std::size_t length = std::strlen(socket.device);
        if (length == 0) return *size = 0, 0;
        if (*size < IFNAMSIZ) return -EINVAL;
        if (value == nullptr) return -EFAULT;
        std::memcpy(value, socket.device, length + 1);
        *size = static_cast<socklen_t>(length + 1);
        return 0;
    }

    static bool is_membership(int level, int name) noexcept {
        return (level == IPPROTO_IP && (name == IP_ADD_MEMBERSHIP || name == IP_DROP_MEMBERSHIP)) ||
               (level == IPPROTO_IPV6 && (name == IPV6_ADD_MEMBERSHIP || name == IPV6_DROP_MEMBERSHIP));
    }
    int set_membership(Socket& socket, int level, int name, const void* value, socklen_t size) const noexcept {
        Endpoint group;
        if (level == IPPROTO_IP) {
            if (size < sizeof(ip_mreq)) return EINVAL;
            ip_mreq request{};
            std::memcpy(&request, value, sizeof request);
            std::memcpy(group.bytes.data(), &request.imr_multiaddr, 4);
        } else {
            if (size < sizeof(ipv6_mreq)) return EINVAL;
            std::memcpy(group.bytes.data(), value, 16);
            group.is_v6 = true;
        }
        if (!group.is_multicast()) return EINVAL;
        const SocketId id = engine().id_of(socket);
        auto& all = engine().memberships;
        const auto is_it = [&](const Membership& each) {
            return each.socket == id && each.group.is_same_address(group);
        };
        const bool joins = level == IPPROTO_IP ? name == IP_ADD_MEMBERSHIP : name == IPV6_ADD_MEMBERSHIP;
        for (auto each = all.begin(); each != all.end(); ++each) {
            if (!is_it(*each)) continue;
            if (joins) return EADDRINUSE;
            all.erase(each);
            return 0;
        }
        if (!joins) return EADDRNOTAVAIL;
        all.push_back({id, group});
        return 0;
    }

    template <class T>
    static std::int64_t tell(const T& what, void* value, socklen_t* size) noexcept {
        const socklen_t count = *size < sizeof what ? *size : static_cast<socklen_t>(sizeof what);
        if (value == nullptr) return -EFAULT;
        std::memcpy(value, &what, count);
        *size = count;
        return 0;
    }
    /// The state is all that it says; TIME_WAIT with a descriptor is TCP_CLOSE, as in Linux.
    static std::int64_t tell_info(const Socket& socket, void* value, socklen_t* size) noexcept {
        tcp_info info{};
        info.tcpi_state = socket.tcp == TCP_TIME_WAIT ? std::uint8_t{TCP_CLOSE} : socket.tcp;
        return tell(info, value, size);
    }
};

}  // namespace estate::sim
