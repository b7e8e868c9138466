// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstring>
#include <estate/estate.hpp>
#include <string_view>

#include "loopback.hpp"
#include "time.hpp"

namespace estate::test {

/// Lets others that reuse addresses bind its own, and is itself its only peer: what anybody else sends there is
/// refused, and the port is kept meanwhile.
template <Family F>
[[nodiscard]] ConnectedSocket<Udp<F>> deaf_datagrams() {
    auto created = new_udp<F>().value();
    created.set(option::reuse_address{}).value();
    auto bound = std::move(created).bind(SocketAddress<F>::loopback(0)).value();
    const auto self = bound.local_addr().value();
    return std::move(bound).connect(self).value();
}

/// The hop limit of the next datagram, by a control message that this library does not read; ask_for_hops() before.
template <Family F>
[[nodiscard]] int hops_of_next(const BoundSocket<Udp<F>>& socket) {
    pollfd one{socket.handle(), POLLIN, 0};
    if (::poll(&one, 1, 5000) != 1) return -2;
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) char control[64] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    if (::recvmsg(socket.handle(), &message, 0) < 0) return -1;
    int hops = -1;
    if (const cmsghdr* found = CMSG_FIRSTHDR(&message)) std::memcpy(&hops, CMSG_DATA(found), sizeof hops);
    return hops;
}
template <Family F>
[[nodiscard]] bool ask_for_hops(const BoundSocket<Udp<F>>& socket) {
    const int on = 1;
    const bool v4 = std::same_as<F, V4>;
    return ::setsockopt(socket.handle(), v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_RECVTTL : IPV6_RECVHOPLIMIT, &on,
                        sizeof on) == 0;
}

/// No datagram is there. On the loopback interface sending is delivering, so nothing can be on its way.
template <class Socket>
[[nodiscard]] bool is_silent(const Socket& socket) {
    std::byte room[1];
    if constexpr (InState<Socket, Bound>) {
        return !!fails_with(socket.recv_from(room, Deadline::at_once()), errc::deadline_exceeded);
    } else {
        return !!fails_with(socket.recv(room, Deadline::at_once()), errc::deadline_exceeded);
    }
}

}  // namespace estate::test
