// SPDX-License-Identifier: BSL-1.0
//
// Leases an address, listens on it and greets the first who comes.
//
//     greeter [port]              default 7010; listens on 127.20.0.1
//
//     nc 127.20.0.1 7010

#include "terminal.hpp"

//! [greet]
#include <chrono>
#include <estate/estate.hpp>
#include <estate/pool.hpp>

using namespace estate;

result<void> greet_one(Port port) {
    IpPool<V4> pool{"front"};
    BOOST_OUTCOME_TRY(pool.add_cidr_range("127.20.0.0/28"));
    BOOST_OUTCOME_TRY(auto lease, pool.allocate("shop", "greeter", ResourceType::vm("vm1")));

    BOOST_OUTCOME_TRY(auto created, tcp_v4());                                       // Created
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(std::move(lease), port));  // Bound; holds the lease
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());                     // Listening
    BOOST_OUTCOME_TRY(auto peer, listener.accept());                                 // Connected; shares the lease
    BOOST_OUTCOME_TRY(peer.send_all("hello\n"));
    BOOST_OUTCOME_TRY(std::move(peer).finish(std::chrono::steady_clock::now() + std::chrono::seconds(5)));  // Closed
    return success();
}  // the last socket has gone, and the pool has its address back
//! [greet]

int main(int argc, char** argv) {
    const char* const usage = "greeter [port]";
    if (argc > 2 || terminal::asks_for_help(argc, argv)) return terminal::explain(argc, argv, usage);
    const auto port = argc > 1 ? Port::parse(argv[1]) : result<Port>(Port(7010));
    const auto done = port ? greet_one(port.value()) : result<void>(port.error());
    return done ? 0 : terminal::fail("greeter", done.error(), usage);
}
