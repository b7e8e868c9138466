// SPDX-License-Identifier: BSL-1.0
// claim: values, tables and a static pool need no system.
// scripts/portability compiles it for a processor without one; here it runs.
#include <estate/lifecycle/proofs.hpp>
#include <estate/net/address_list.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/text.hpp>
#include <estate/pool/static_ip_pool.hpp>
#include <estate/transport/tcp.hpp>

namespace {
using namespace estate;
using namespace estate::literals;

StaticIpPool<"10.0.0.0/29"_cidr4> pool;
static_assert("10.0.0.0/29"_cidr4.contains("10.0.0.3"_ip4));
static_assert(lifecycle::prove<tcp_table, Created, Closed>());

}  // namespace

int main() {
    auto lease = pool.allocate("tenant", "resource", ResourceType::vm("vm1"));
    if (!lease || to_text(lease.assume_value().address()).view() != "10.0.0.1") return 1;
    const auto address = SocketAddress<V6>::parse("[2001:db8::1]:80");
    if (!address || address.assume_value().port().number() != 80) return 2;
    if (IpAddress<V4>::parse("10.0.0.256").assume_error() != errc::malformed_address) return 3;
    std::move(lease).assume_value().release();
    return pool.stats().free == Uint128{6} ? 0 : 4;
}
