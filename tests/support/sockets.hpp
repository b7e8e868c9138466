// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstddef>
#include <estate/estate.hpp>
#include <vector>

#include "loopback.hpp"
#include "time.hpp"

namespace estate::test {

template <Family F>
[[nodiscard]] CreatedSocket<Tcp<F>> reusing_address() {
    auto socket = created<F>();
    socket.set(option::reuse_address{}).value();
    return socket;
}

/// A listener that takes no further connection before accept(): their SYN is dropped. Linux queues one
/// connection more than the backlog says, and a client asks again after 1 s.
template <Family F>
struct FullListener {
    BoundSocket<Tcp<F>> port = reusing_address<F>().bind(SocketAddress<F>::loopback(0)).value();  // kept when it closes
    ListeningSocket<Tcp<F>> listener =
        reusing_address<F>().bind(port.local_addr().value()).value().listen(Backlog(1)).value();
    ConnectedSocket<Tcp<F>> first = connected_to(listener);
    ConnectedSocket<Tcp<F>> second = connected_to(listener);

    [[nodiscard]] SocketAddress<F> address() const { return port.local_addr().value(); }
    void make_room() const { (void)listener.accept(soon()).value(); }
};

/// Sends until the system takes no more and nothing is on its way, so that no acknowledgement makes room again;
/// returns how many bytes it took.
template <class Socket>
std::size_t fill(const Socket& socket) {
    const std::vector<std::byte> chunk(65536);
    std::size_t total = 0;
    for (;;) {
        tcp_info info{};
        socklen_t size = sizeof info;
        ::getsockopt(socket.handle(), IPPROTO_TCP, TCP_INFO, &info, &size);
        const auto sent = socket.send(chunk, in(2ms));
        if (sent) {
            total += sent.assume_value();
        } else if (info.tcpi_unacked == 0) {
            return total;
        }
    }
}

/// How many bytes come before the end of the stream; throws where something else ends it. For any thread.
template <class Socket>
[[nodiscard]] std::size_t count_to_end(const Socket& socket) {
    std::vector<std::byte> room(65536);
    std::size_t total = 0;
    for (;;) {
        const auto got = socket.recv(room, soon());
        if (!got && got.assume_error() == errc::end_of_stream) return total;
        total += got.value();
    }
}

/// Whether the option can be set to the value and is then read as that.
template <class Option, class S, class Value>
bool round_trip(S&& socket, Value value) {
    if (!socket.set(Option{value})) return false;
    return socket.template get<Option>().value().value == value;
}

}  // namespace estate::test
