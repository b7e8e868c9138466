// SPDX-License-Identifier: BSL-1.0
#include <estate/estate.hpp>

using namespace estate;

int main() {
    auto listener = tcp_v4()
                        .value()
                        .bind_to_ip("127.0.0.1"_ip4, Port(0))
                        .value()
                        .listen()
                        .value();
    return listener.local_port().has_value() ? 0 : 1;
}
