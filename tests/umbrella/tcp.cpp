// SPDX-License-Identifier: BSL-1.0
#include <estate/tcp.hpp>

using namespace estate;

int main() {
    auto bound = tcp_v4().value().bind_to_ip(IpAddress<V4>::loopback(), 0).value();
    auto listener = std::move(bound).listen().value();
    auto client = tcp_v4().value().connect(listener.local_addr().value()).value();
    auto server = listener.accept().value();
    client.set(option::no_delay{}).value();
    const bool sent = client.send_all("hello").has_value();
    std::byte room[5];
    const bool received = server.recv_exact(room).has_value() && as_text(room) == "hello";
    return sent && received && std::move(client).close() && std::move(server).abort() ? 0 : 1;
}
