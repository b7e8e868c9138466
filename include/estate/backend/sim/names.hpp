// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <cstdio>
#include <estate/backend/sim/trace.hpp>
#include <string>

namespace estate::sim {

/// `ECONNREFUSED`; `errno 999` for what no call of a socket answers.
inline std::string name_of_error(int error) {
    switch (error) {
        case EACCES: return "EACCES";
        case EADDRINUSE: return "EADDRINUSE";
        case EADDRNOTAVAIL: return "EADDRNOTAVAIL";
        case EAFNOSUPPORT: return "EAFNOSUPPORT";
        case EAGAIN: return "EAGAIN";
        case EALREADY: return "EALREADY";
        case EBADF: return "EBADF";
        case ECANCELED: return "ECANCELED";
        case ECONNABORTED: return "ECONNABORTED";
        case ECONNREFUSED: return "ECONNREFUSED";
        case ECONNRESET: return "ECONNRESET";
        case EDEADLK: return "EDEADLK";
        case EDESTADDRREQ: return "EDESTADDRREQ";
        case EFAULT: return "EFAULT";
        case EHOSTUNREACH: return "EHOSTUNREACH";
        case EINPROGRESS: return "EINPROGRESS";
        case EINTR: return "EINTR";
        case EINVAL: return "EINVAL";
        case EIO: return "EIO";
        case EISCONN: return "EISCONN";
        case EMFILE: return "EMFILE";
        case EMSGSIZE: return "EMSGSIZE";
        case ENETDOWN: return "ENETDOWN";
        case ENETUNREACH: return "ENETUNREACH";
        case ENFILE: return "ENFILE";
        case ENOBUFS: return "ENOBUFS";
        case ENOENT: return "ENOENT";
        case ENOSPC: return "ENOSPC";
        case EPROTOTYPE: return "EPROTOTYPE";
        case ENODEV: return "ENODEV";
        case ENOMEM: return "ENOMEM";
        case ENOPROTOOPT: return "ENOPROTOOPT";
        case ENOTCONN: return "ENOTCONN";
        case ENOTSOCK: return "ENOTSOCK";
        case EOPNOTSUPP: return "EOPNOTSUPP";
        case EPERM: return "EPERM";
        case EPIPE: return "EPIPE";
        case EPROTONOSUPPORT: return "EPROTONOSUPPORT";
        case ESOCKTNOSUPPORT: return "ESOCKTNOSUPPORT";
        case ETIMEDOUT: return "ETIMEDOUT";
        default: return "errno " + std::to_string(error);
    }
}

/// `12.000345`: seconds with microseconds.
inline std::string text_of_time(std::int64_t nanoseconds) {
    char room[40];
    const int length = std::snprintf(room, sizeof room, "%lld.%06lld", static_cast<long long>(nanoseconds / second),
                                     static_cast<long long>(nanoseconds % second / microsecond));
    return {room, static_cast<std::size_t>(length)};
}

/// `SYN+ACK`; a segment with bytes and no other flag than ACK is `data`.
inline std::string text_of_flags(const Event& event) {
    if (event.protocol == Protocol::udp) return "datagram";
    if (event.protocol == Protocol::icmp) return "ICMP";
    std::string text;
    const auto add = [&](std::uint8_t bit, const char* name) {
        if (event.has(bit)) text += (text.empty() ? "" : "+") + std::string(name);
    };
    add(flag::syn, "SYN");
    add(flag::fin, "FIN");
    add(flag::rst, "RST");
    if (text.empty() && event.length > 0) return "data";
    add(flag::ack, "ACK");
    return text;
}

/// What a packet is, on one line: `SYN+ACK seq 0 ack 1 win 65535`, `datagram of 5`, and of a router
/// `ICMP about 10.0.0.2:80`.
inline std::string text_of_packet(const Event& event) {
    std::string text = text_of_flags(event);
    if (event.protocol == Protocol::udp) return text + " of " + std::to_string(event.length);
    if (event.protocol == Protocol::icmp) {
        return event.refusal.about == event.source ? text : text + " about " + event.refusal.about.text();
    }
    text += " seq " + std::to_string(event.sequence);
    if (event.has(flag::ack)) text += " ack " + std::to_string(event.acknowledged);
    if (event.length > 0) text += " len " + std::to_string(event.length);
    return text + " win " + std::to_string(event.window);
}

/// `connect(3) = 0`, `accept(3) = -1 EMFILE`.
inline std::string text_of_call(const Event& event) {
    const bool has_descriptor = event.descriptor >= 0;
    std::string text = std::string(name_of_call(event.what)) + '(' +
                       (has_descriptor ? std::to_string(event.descriptor) : "") + ") = ";
    if (event.result >= 0) return text + std::to_string(event.result);
    return text + "-1 " + name_of_error(static_cast<int>(-event.result));
}

}  // namespace estate::sim
