// SPDX-License-Identifier: BSL-1.0
// The same as client_raw.cpp in estate.

#include <estate/tcp.hpp>

int main() {
    auto created = estate::tcp_v4();
    if (!created) return 1;
    const estate::SocketAddress<estate::V4> address(estate::IpAddress<estate::V4>::loopback(), 7777);
    auto peer = std::move(created).assume_value().connect(address);
    if (!peer) return 1;
    std::byte bytes[64] = {std::byte{'h'}, std::byte{'i'}};
    const auto& socket = peer.assume_value();
    const auto sent = socket.send(estate::ConstBuffer(bytes, 2));
    if (!sent || sent.assume_value() != 2) return 1;
    return socket.recv(bytes) ? 0 : 1;
}
