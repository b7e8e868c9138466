// SPDX-License-Identifier: BSL-1.0
// claim: resolve() of numeric hosts and ports, and interface_index(), use no heap.
#include <estate/estate.hpp>
#include <estate/resolve.hpp>

#include "support/claim.hpp"

using namespace estate;

int main() {
    const auto v4 = resolve<V4>("127.0.0.1", "80");
    CLAIM(v4.has_value() && v4.assume_value().size() == 1 && !v4.assume_value().truncated());
    CLAIM(v4.assume_value()[0] == SocketAddress<V4>::loopback(80));
    const auto v6 = resolve<Udp<V6>>("fe80::1%lo", 53, core::soon());
    CLAIM(v6.has_value() && v6.assume_value()[0].zone() == interface_index("lo").assume_value());
    CLAIM(resolve<V4>("127.1", 80).assume_error() == errc::malformed_address);
    CLAIM(resolve<V4>("host.test", 80, Deadline::at_once()).assume_error() == errc::deadline_exceeded);
    CLAIM(interface_index("no-such-if").assume_error().posix() == ENODEV);
    return 0;
}
