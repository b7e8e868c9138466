// SPDX-License-Identifier: BSL-1.0
#include <estate/adopt.hpp>

using namespace estate;

int main() {
    const int handle = tcp_v4().value().bind_to_ip(IpAddress<V4>::loopback(), 0).value().release();
    if (adopt<Udp<V4>>(handle).error() != errc::wrong_transport) return 1;
    auto adopted = adopt<Tcp<V4>>(handle).value();
    if (!adopted.is<Bound>() || !std::move(adopted).take<Bound>().listen()) return 2;
    return Activation::from_environment().error() == errc::no_activation ? 0 : 3;
}
