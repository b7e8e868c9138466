// SPDX-License-Identifier: BSL-1.0
//
// Binds sockets in the three ways there are: to an address, to a lease, and to a binding that names somebody's
// lease; and shows what becomes of a lease when bind fails.
//
//     three_ways_to_bind          exits 0 when everything was as it is printed

#include <cstdlib>
#include <estate/estate.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool.hpp>
#include <iostream>

namespace {

using namespace estate;

/// Says so and stops when what was promised did not come true.
void require(bool kept, const char* promise) {
    if (kept) return;
    std::cerr << "three_ways_to_bind: not so: " << promise << std::endl;
    std::exit(1);
}

//! [address]
/// An address that nobody administers. The socket holds nothing.
result<void> to_an_address() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.30.0.9"_ip4, 0));
    BOOST_OUTCOME_TRY(const auto here, bound.local_addr());
    std::cout << "to an address: " << here << std::endl;
    return success();
}
//! [address]

//! [lease]
/// An address of a pool. The socket takes the lease in, and gives the address back when it goes.
result<void> to_a_lease(IpPool<V4>& pool) {
    BOOST_OUTCOME_TRY(auto lease, pool.allocate("red", "web-1", ResourceType::vm("vm1")));
    const auto address = lease.address();
    {
        BOOST_OUTCOME_TRY(auto created, tcp_v4());
        BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(std::move(lease), 0));
        std::cout << "to a lease: " << bound.held().address() << " of " << bound.held().tenant() << std::endl;
        require(pool.get_binding(address).has_value(), "the address is taken while the socket lives");
    }
    require(pool.get_binding(address).error() == errc::not_leased, "the address is back when the socket has gone");
    return success();
}
//! [lease]

//! [binding]
/// A lease that somebody else holds, by its name: a binding is a value that can be copied, stored and looked up,
/// and keeps nothing. Binding to it makes the socket a further user, if the lease is still what it was.
result<void> to_a_binding(IpPool<V4>& pool) {
    BOOST_OUTCOME_TRY(auto lease, pool.allocate("red", "dns", ResourceType::container("c7")));
    BOOST_OUTCOME_TRY(const auto binding, pool.get_binding(lease.address()));

    BOOST_OUTCOME_TRY(auto for_tcp, tcp_v4());
    BOOST_OUTCOME_TRY(auto tcp, std::move(for_tcp).bind_with_binding(binding, 0));
    BOOST_OUTCOME_TRY(auto for_udp, udp_v4());
    BOOST_OUTCOME_TRY(auto udp, std::move(for_udp).bind_with_binding(binding, 0));
    BOOST_OUTCOME_TRY(const auto tcp_at, tcp.local_addr());
    BOOST_OUTCOME_TRY(const auto udp_at, udp.local_addr());
    std::cout << "to a binding: TCP " << tcp_at << " and UDP " << udp_at << std::endl;
    require(tcp_at.address() == lease.address() && udp_at.address() == lease.address(), "all three use one address");
    return success();
}
//! [binding]

//! [stale]
/// The lease has ended: its binding is refused, whoever has the address now.
result<void> to_a_stale_binding(IpPool<V4>& pool) {
    BOOST_OUTCOME_TRY(auto lease, pool.allocate("red", "short", ResourceType::pod("p1")));
    BOOST_OUTCOME_TRY(const auto binding, pool.get_binding(lease.address()));
    const auto address = lease.address();
    std::move(lease).release();
    BOOST_OUTCOME_TRY(const auto next, pool.allocate_specific(address, "blue", "new", ResourceType::pod("p2")));

    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    const auto bound = std::move(created).bind_with_binding(binding, 0);
    require(!bound && bound.error() == errc::stale_binding, "red's binding does not act on blue's address");
    std::cout << "to a stale binding: " << bound.error().code.message() << std::endl;
    return success();
}
//! [stale]

//! [failed]
/// bind fails: the lease is not lost. The socket in the error holds it.
result<void> when_it_fails(IpPool<V4>& pool) {
    BOOST_OUTCOME_TRY(auto lease, pool.allocate("red", "web-2", ResourceType::vm("vm2")));
    BOOST_OUTCOME_TRY(auto intruder, tcp_v4());
    BOOST_OUTCOME_TRY(const auto other, std::move(intruder).bind_to_ip(lease.address(), 0));
    BOOST_OUTCOME_TRY(const auto taken, other.local_port());

    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    auto bound = std::move(created).bind(std::move(lease), taken);
    require(!bound && bound.error() == std::errc::address_in_use, "somebody has the port");
    std::cout << "port " << taken << ": " << bound.error().code.message() << std::endl;

    bound = std::move(bound.error().socket).bind(0);  // the same lease, another port
    BOOST_OUTCOME_TRY(auto socket, std::move(bound));
    BOOST_OUTCOME_TRY(const auto here, socket.local_addr());
    std::cout << "another port: " << here << std::endl;

    BOOST_OUTCOME_TRY(auto closed, std::move(socket).close());
    auto [plain, again] = std::move(closed).detach_hold();  // or take the lease out, for another socket
    std::cout << "taken out: the lease of " << again.address() << std::endl;
    return success();
}
//! [failed]

}  // namespace

int main() {
    IpPool<V4> pool{"front"};
    const auto done = [&]() -> result<void> {
        BOOST_OUTCOME_TRY(pool.add_cidr_range("127.30.0.16/28"));
        BOOST_OUTCOME_TRY(to_an_address());
        BOOST_OUTCOME_TRY(to_a_lease(pool));
        BOOST_OUTCOME_TRY(to_a_binding(pool));
        BOOST_OUTCOME_TRY(to_a_stale_binding(pool));
        return when_it_fails(pool);
    }();
    if (!done) {
        std::cerr << "three_ways_to_bind: " << done.error().message() << std::endl;
        return 1;
    }
}
