// SPDX-License-Identifier: BSL-1.0
#include <estate/udp.hpp>

using namespace estate;

int main() {
    auto b = udp_v4().value().bind_to_ip(IpAddress<V4>::loopback(), 0).value();
    auto created = udp_v4().value();
    created.set(option::broadcast{}).value();
    auto a = std::move(created).bind_any().value().connect(b.local_addr().value()).value();
    const bool sent = a.send("hello").has_value();
    std::byte room[8];
    const auto got = b.recv_from(room).value();
    return sent && got.size == 5 && got.sender.port() == a.local_port().value() && std::move(a).disconnect() ? 0 : 1;
}
