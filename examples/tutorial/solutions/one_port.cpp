// SPDX-License-Identifier: BSL-1.0
// Chapter 10: two tenants use the same port, each on an address of its own.

//! [solution]
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <estate/pool.hpp>

using namespace estate;

result<ListeningSocket<Tcp<V4>, Lease<V4>>> serve(IpPool<V4>& pool, std::string_view tenant, Port port) {
    BOOST_OUTCOME_TRY(auto lease, pool.allocate(tenant, "front", ResourceType::vm("vm1")));
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(std::move(lease), port));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    return listener;
}

result<void> run() {
    IpPool<V4> pool{"front"};
    BOOST_OUTCOME_TRY(pool.add_cidr_range("127.21.0.0/28"));
    BOOST_OUTCOME_TRY(const auto red, serve(pool, "red", 0));
    BOOST_OUTCOME_TRY(const auto red_at, red.local_addr());
    BOOST_OUTCOME_TRY(const auto blue, serve(pool, "blue", red_at.port()));
    BOOST_OUTCOME_TRY(const auto blue_at, blue.local_addr());
    std::printf("%s on %s and %s: %s\n", "one port", to_text(red_at.address()).c_str(), to_text(blue_at.address()).c_str(),
                red_at.port() == blue_at.port() ? "yes" : "no");
    return success();
}

int main() {
    const auto done = run();
    if (!done) std::fprintf(stderr, "one_port: %s\n", done.error().message());
    return done ? 0 : 1;
}
//! [solution]
