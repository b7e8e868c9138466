// SPDX-License-Identifier: BSL-1.0
#include <estate/halves.hpp>

#if defined(__wasi__)  // a component has none
int main() { return estate::tcp_v4().has_value() ? 0 : 1; }
#else
int main() {
    auto listener = estate::tcp_v4().value().bind_to_ip(estate::IpAddress<estate::V4>::loopback(), 0).value().listen().value();
    auto client = estate::tcp_v4().value().connect(listener.local_addr().value()).value();
    auto halves = std::move(client).split().value();
    return std::move(halves.reader).join(std::move(halves.writer)).has_value() ? 0 : 1;
}
#endif
