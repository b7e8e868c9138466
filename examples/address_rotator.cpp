// SPDX-License-Identifier: BSL-1.0
//
// Asks a server again and again, each time from the next address of a range; several at once, no two from one address.
//
//     address_rotator IP PORT RANGE COUNT    for example 127.0.0.1 7007 127.0.1.0/29 12
//
// It sends a line and prints the source address with the line that comes back. An address is leased for as long as its
// connection is open: the lease goes with the socket, and so it ends with it.

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/coroutines.hpp>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <estate/pool.hpp>
#include <string_view>

#include "terminal.hpp"

namespace {

using namespace estate;
using namespace std::chrono_literals;
using Peer = Async<ConnectedSocket<NonBlocking<Tcp<V4>>, Lease<V4>>>;

struct Work {
    IpPool<V4> pool{"sources"};
    SocketAddress<V4> server;
    int left;
};

//! [ask]
/// Asks once from the next address of the pool, in 5 seconds.
Task<> ask_once(Scope& scope, Work& work) {
    const Deadline until = scope.loop().in(5s);
    BOOST_OUTCOME_CO_TRY(auto lease, work.pool.allocate("rotator", "source", ResourceType::custom("connection")));
    const Ipv4Address source = lease.address();
    BOOST_OUTCOME_CO_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_CO_TRY(auto bound, std::move(created).bind(std::move(lease), 0));
    BOOST_OUTCOME_CO_TRY(auto connected, co_await connect(std::move(bound), work.server, until));
    BOOST_OUTCOME_CO_TRY(const Peer peer, scope.loop().watch(std::move(connected)));
    BOOST_OUTCOME_CO_TRYV(co_await peer.send_all("who am I?\n", until));
    std::array<std::byte, 256> buffer;
    std::size_t size = 0;
    std::string_view line;
    while (!line.ends_with('\n') && size < buffer.size()) {
        BOOST_OUTCOME_CO_TRY(const std::size_t got, co_await peer.recv(std::span(buffer).subspan(size), until));
        size += got;
        line = as_text(std::span(buffer).first(size));
    }
    if (line.ends_with('\n')) line.remove_suffix(1);
    std::printf("%s ", to_text(source).c_str());
    terminal::print_escaped(line);
    std::printf("\n");
    co_return success();
}

Task<> ask_again(Scope& scope, Work& work) {
    while (work.left > 0) {
        --work.left;
        BOOST_OUTCOME_CO_TRYV(co_await ask_once(scope, work));
    }
    co_return success();
}
//! [ask]

FrameSlab<2048, 16> frames;

result<void> run(SocketAddress<V4> server, CidrRange<V4> sources, int count) {
    Work work{.server = server, .left = count};
    BOOST_OUTCOME_TRY(work.pool.add_cidr_range(sources));
    BOOST_OUTCOME_TRY(auto mechanism, NativeMechanism::open());
    static NativeLoop<64> loop(std::move(mechanism));
    Scope scope(loop, frames);
    const auto free = work.pool.stats().free;
    for (std::size_t i = 0; i < 4 && i < free; ++i) {  // so many at once: there is an address for each
        BOOST_OUTCOME_TRY(scope.spawn(ask_again(scope, work)));
    }
    return loop.run(scope);
}

}  // namespace

int main(int argc, char** argv) {
    const char* const usage = "address_rotator IP PORT RANGE COUNT";
    const int count = argc > 4 ? std::atoi(argv[4]) : 0;
    if (argc != 5 || count <= 0 || terminal::asks_for_help(argc, argv)) return terminal::explain(argc, argv, usage);
    const auto done = [&]() -> result<void> {
        BOOST_OUTCOME_TRY(const auto ip, Ipv4Address::parse(argv[1]));
        BOOST_OUTCOME_TRY(const auto port, Port::parse(argv[2]));
        BOOST_OUTCOME_TRY(const auto sources, CidrRange<V4>::parse(argv[3]));
        return run({ip, port}, sources, count);
    }();
    return done ? 0 : terminal::fail("address_rotator", done.error(), usage);
}
