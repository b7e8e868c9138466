// SPDX-License-Identifier: BSL-1.0
#include <estate/nonblocking.hpp>

int main() {
    const auto socket = estate::udp_v4().value().bind_any().value().set_nonblocking().value();
    std::byte room[8];
    return socket.recv_from(room).value().would_block() ? 0 : 1;
}
