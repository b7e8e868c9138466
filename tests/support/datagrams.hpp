// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/estate.hpp>
#include <string_view>

#include "check.hpp"
#include "time.hpp"

namespace estate::test {

template <Family F>
[[nodiscard]] BoundSocket<Udp<F>> datagrams_on_loopback() {
    return new_udp<F>().value().bind(SocketAddress<F>::loopback(0)).value();
}

/// A UDP port that nobody has: it was just given up.
template <Family F>
[[nodiscard]] Port unused_port() {
    return datagrams_on_loopback<F>().local_port().value();
}

/// The next datagram as text; "(none)" when none comes.
template <class Socket>
[[nodiscard]] std::string_view next_text(const Socket& socket, MutableBuffer room) {
    const auto got = [&] {
        if constexpr (InState<Socket, Bound>) {
            return socket.recv_from(room, soon());
        } else {
            return socket.recv(room, soon());
        }
    }();
    return got ? as_text(room.first(got.assume_value().size)) : "(none)";
}

/// No datagram is there. On the loopback interface sending is delivering, so nothing can be on its way.
template <class Socket>
[[nodiscard]] bool is_silent(const Socket& socket) {
    std::byte room[1];
    if constexpr (InState<Socket, Bound>) {
        return !!fails_with(socket.recv_from(room, Deadline::now()), errc::deadline_exceeded);
    } else {
        return !!fails_with(socket.recv(room, Deadline::now()), errc::deadline_exceeded);
    }
}

}  // namespace estate::test
