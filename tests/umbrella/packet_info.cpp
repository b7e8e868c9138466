// SPDX-License-Identifier: BSL-1.0
#include <estate/packet_info.hpp>

int main() {
    const auto socket = estate::udp_v4().value().with_packet_info().value().bind_any().value();
    const auto here = estate::SocketAddress<estate::V4>::loopback(socket.local_port().value());
    std::byte room[8];
    if (!socket.send_to("hello", here, estate::Source<estate::V4>(here.address()))) return 1;
    return socket.recv_from(room).value().destination == here.address() ? 0 : 1;
}
