// SPDX-License-Identifier: BSL-1.0
//
// Chapter 10 of the tutorial: an address that somebody holds. The last socket on it gives it back.

//! [program]
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <estate/pool.hpp>

using namespace estate;

void show(const IpPool<V4>& pool, Ipv4Address address, const char* when) {
    const auto binding = pool.get_binding(address);
    std::printf("%s: %s: %s\n", when, to_text(address).c_str(), binding ? "leased" : binding.error().message());
}

result<void> run() {
    IpPool<V4> pool{"front"};
    BOOST_OUTCOME_TRY(pool.add_cidr_range("127.20.0.0/28"));  // 14 addresses to give out
    BOOST_OUTCOME_TRY(auto lease, pool.allocate("shop", "web-1", ResourceType::vm("vm1")));
    const auto address = lease.address();
    show(pool, address, "after allocate()");

    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(std::move(lease), 0));  // the socket holds the lease now
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto there, listener.local_addr());

    BOOST_OUTCOME_TRY(auto fresh, tcp_v4());
    BOOST_OUTCOME_TRY(auto client, std::move(fresh).connect(there));
    {
        BOOST_OUTCOME_TRY(auto peer, listener.accept());  // shares the lease
        { const auto gone = std::move(listener); }
        show(pool, address, "after the listener has gone");
    }
    show(pool, address, "after the last connection has gone");
    return success();
}

int main() {
    const auto done = run();
    if (!done) std::fprintf(stderr, "lease: %s\n", done.error().message());
    return done ? 0 : 1;
}
//! [program]
