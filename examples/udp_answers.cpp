// SPDX-License-Identifier: BSL-1.0
//
// A server on many leased addresses with one socket: it answers each client from the address that the client asked, or
// a client that fixed its peer would never hear it. One program plays both sides.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <estate/packet_info.hpp>
#include <estate/pool.hpp>
#include <string>
#include <vector>

namespace {

using namespace estate;

/// A socket of a host with ten addresses: bound to all of them.
using Server = BoundSocket<Informed<Udp<V4>>>;

result<Server> open_server() {
    BOOST_OUTCOME_TRY(auto created, udp_v4());
    BOOST_OUTCOME_TRY(auto telling, std::move(created).with_packet_info());
    BOOST_OUTCOME_TRY(auto bound, std::move(telling).bind_any());
    return bound;
}

//! [answer]
/// Answers one datagram. got.destination is the address that was asked, got.source is it as the answer's source.
result<void> answer(const Server& server) {
    std::byte buffer[1500];
    BOOST_OUTCOME_TRY(const auto got, server.recv_from(buffer));
    std::printf("%s was asked by %s\n", to_text(got.destination).c_str(), to_text(got.sender).c_str());
    BOOST_OUTCOME_TRY(server.send_to(std::span(buffer).first(got.size), got.sender, got.source));
    return success();
}
//! [answer]

//! [announce]
/// Sends from a lease that no datagram named before: the socket need not be bound to its address.
result<void> announce(const Server& server, const Lease<V4>& lease, SocketAddress<V4> to) {
    BOOST_OUTCOME_TRY(server.send_to("here I am", to, lease));
    return success();
}
//! [announce]

/// Asks one address and hears that one only.
result<ConnectedSocket<Udp<V4>>> ask(SocketAddress<V4> server, std::string_view question) {
    BOOST_OUTCOME_TRY(auto created, udp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_any());
    BOOST_OUTCOME_TRY(auto client, std::move(bound).connect(server));
    BOOST_OUTCOME_TRY(client.send(question));
    return client;
}

result<void> run() {
    IpPool<V4> pool{"answers"};
    BOOST_OUTCOME_TRY(pool.add_cidr_range("127.0.77.0/28"));  // addresses of this host on Linux: all of 127.0.0.0/8
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 10; ++i) {
        BOOST_OUTCOME_TRY(auto lease, pool.allocate("tenant", std::to_string(i), ResourceType::vm("vm")));
        leases.push_back(std::move(lease));
    }
    BOOST_OUTCOME_TRY(const auto server, open_server());
    BOOST_OUTCOME_TRY(const auto port, server.local_port());

    const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(2);
    std::byte buffer[64];
    for (const auto& lease : leases) {
        BOOST_OUTCOME_TRY(const auto client, ask({lease.address(), port}, "who are you?"));
        BOOST_OUTCOME_TRY(answer(server));
        BOOST_OUTCOME_TRY(client.recv(buffer, late));
        BOOST_OUTCOME_TRY(const auto here, client.local_addr());
        BOOST_OUTCOME_TRY(announce(server, lease, here));
        BOOST_OUTCOME_TRY(client.recv(buffer, late));
    }
    std::printf("%zu addresses answered for themselves\n", leases.size());
    return success();
}

}  // namespace

int main() {
    const auto done = run();
    if (done) return EXIT_SUCCESS;
    std::fprintf(stderr, "udp_answers: %s\n", done.error().message());
    return EXIT_FAILURE;
}
