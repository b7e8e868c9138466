// SPDX-License-Identifier: BSL-1.0
#include <estate/connect_any.hpp>

using namespace estate;

int main() {
    const auto listener = tcp_v4().value().bind(SocketAddress<V4>::loopback(0)).value().listen().value();
    const auto made = connect_any("127.0.0.1", listener.local_port().value());
    return made && std::visit([](const auto& peer) { return peer.send("hello").has_value(); }, made.value().socket) ? 0
                                                                                                                   : 1;
}
