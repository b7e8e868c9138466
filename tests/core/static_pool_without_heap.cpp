// SPDX-License-Identifier: BSL-1.0
// claim: a static pool leases addresses to sockets without heap, exceptions or RTTI.
#include <estate/estate.hpp>
#include <estate/pool/static_ip_pool.hpp>

#include "support/claim.hpp"

namespace {
using namespace estate;
using core::soon;

// 127.77.0.8/29 has 6 usable addresses: the first and the last are held back.
constinit StaticIpPool<"127.77.0.8/29"_cidr4> pool;

int leases() {
    CLAIM(pool.capacity() == 6 && pool.stats().free == Uint128{6});
    auto first = pool.allocate("tenant", "resource", ResourceType::vm("vm1"));
    CLAIM(first.has_value() && pool.contains(first.assume_value().address()));
    CLAIM(first.assume_value().tenant() == "tenant" && first.assume_value().resource_type().label() == "vm1");
    const auto ip = first.assume_value().address();
    CLAIM(pool.allocate_specific(ip, "tenant", "other", ResourceType::pod()).assume_error() == errc::address_leased);
    CLAIM(pool.allocate_specific("127.77.0.8"_ip4, "tenant", "x", {}).assume_error() == errc::address_held);
    CLAIM(pool.allocate_specific("10.0.0.1"_ip4, "tenant", "x", {}).assume_error() == errc::address_not_in_pool);
    CLAIM(pool.allocate("", "x", {}).assume_error() == errc::malformed_name);
    const auto binding = pool.get_binding(ip);
    CLAIM(binding.has_value() && binding.assume_value().share().has_value());
    std::move(first).assume_value().release();
    CLAIM(binding.assume_value().share().assume_error() == errc::stale_binding);
    CLAIM(pool.get_binding(ip).assume_error() == errc::not_leased);
    CLAIM(pool.stats().free == Uint128{6});
    return 0;
}

int a_full_pool() {
    const auto next = [] { return pool.allocate("tenant", "resource", {}); };
    auto a = next();
    auto b = next();
    auto c = next();
    auto d = next();
    auto e = next();
    auto f = next();
    CLAIM(a && b && c && d && e && f);
    CLAIM(next().assume_error() == errc::pool_exhausted);
    unsigned seen = 0;
    pool.for_each_binding("tenant", [&](const auto&) { ++seen; });
    CLAIM(seen == 6);
    return 0;
}

/// The address goes back to the pool when the last socket on it has gone.
int sockets_on_leases() {
    auto lease = pool.allocate("tenant", "server", ResourceType::container("web"));
    CLAIM(lease.has_value());
    const auto ip = lease.assume_value().address();
    auto bound = tcp_v4().assume_value().bind(std::move(lease).assume_value(), 0);
    CLAIM(bound.has_value() && bound.assume_value().held().address() == ip);
    auto listener = std::move(bound).assume_value().listen();
    CLAIM(listener.has_value());
    const auto at = listener.assume_value().local_addr().assume_value();
    CLAIM(at.address() == ip);

    auto source = pool.allocate("tenant", "client", {});
    CLAIM(source.has_value());
    const auto from = source.assume_value().address();
    auto client = tcp_v4().assume_value().bind(std::move(source).assume_value(), 0).assume_value().connect(at, soon());
    CLAIM(client.has_value());
    {
        auto server = listener.assume_value().accept(soon());
        CLAIM(server.has_value() && server.assume_value().remote_addr().assume_value().address() == from);
        CLAIM(client.assume_value().send_all("leased"));
        std::byte room[6];
        CLAIM(server.assume_value().recv_exact(room, soon()) && as_text(room) == "leased");

        CLAIM(std::move(listener).assume_value().close().has_value());
        CLAIM(pool.allocate_specific(ip, "tenant", "x", {}).assume_error() == errc::address_leased);
    }
    {
        auto closed = std::move(client).assume_value().close();
        CLAIM(closed.has_value());
        auto detached = std::move(closed).assume_value().detach_hold();
        CLAIM(detached.hold.address() == from);
    }
    CLAIM(pool.allocate_specific(ip, "tenant", "x", {}).has_value());
    return 0;
}

int a_failed_bind() {
    auto lease = pool.allocate("tenant", "server", {});
    CLAIM(lease.has_value());
    auto twin = lease.assume_value().share();
    auto first = udp_v4().assume_value().bind(std::move(lease).assume_value(), 0);
    CLAIM(first.has_value());
    auto refused = udp_v4().assume_value().bind(std::move(twin), first.assume_value().local_port().assume_value());
    CLAIM(!refused && refused.assume_error().code.posix() == EADDRINUSE);
    auto again = std::move(refused.assume_error().socket).bind(0);
    CLAIM(again.has_value() && again.assume_value().held().holds());
    const auto binding = again.assume_value().held().binding();
    auto third = udp_v4().assume_value().bind_with_binding(binding, 0);
    CLAIM(third.has_value());
    return 0;
}

}  // namespace

int main() {
    CLAIMS_OF(leases());
    CLAIMS_OF(a_full_pool());
    CLAIMS_OF(sockets_on_leases());
    CLAIMS_OF(a_failed_bind());
    CLAIM(pool.stats().free == Uint128{6});
    return 0;
}
