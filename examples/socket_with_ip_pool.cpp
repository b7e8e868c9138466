// SPDX-License-Identifier: BSL-1.0
//
// Four scenarios with sockets whose addresses come from a pool, on real loopback addresses:
//
//     1  a TCP server on a leased address receives a request and answers it
//     2  a TCP client chooses the address that it comes from
//     3  two UDP sockets exchange datagrams and check who sent them
//     4  tenants share a pool until it is full, and give their addresses back
//
//     socket_with_ip_pool         prints what happened; exits 1 as soon as something is not as it should be

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <estate/pool.hpp>
#include <string>

namespace {

using namespace estate;
using namespace std::chrono_literals;

/// Text, numbers and addresses as one line. Not by std::cout, whose locales ask a component for its environment.
template <class... Parts>
void say(const Parts&... parts) {
    std::string line = "   ";
    const auto add = [&line](const auto& part) {
        if constexpr (requires { to_text(part); }) {
            line += to_text(part).view();
        } else if constexpr (requires { std::to_string(part); }) {
            line += std::to_string(part);
        } else {
            line += part;
        }
    };
    (add(parts), ...);
    std::puts(line.c_str());
    std::fflush(stdout);
}

/// Says so and stops when what a scenario promises did not come true.
void require(bool kept, const char* promise) {
    if (kept) return;
    std::fprintf(stderr, "socket_with_ip_pool: not so: %s\n", promise);
    std::exit(1);
}

/// No call here waits longer.
Deadline soon() { return std::chrono::steady_clock::now() + 5s; }

//! [close]
/// Closes now. A ClosedSocket still holds its lease; here it ends with this function, and the lease with it.
template <class Socket>
result<void> close(Socket socket) {
    BOOST_OUTCOME_TRY(std::move(socket).close());
    return success();
}
//! [close]

//! [server]
result<void> tcp_server_on_a_leased_address() {
    IpPool<V4> pool{"server-pool"};
    BOOST_OUTCOME_TRY(pool.add_cidr_range("127.10.0.0/28"));
    BOOST_OUTCOME_TRY(auto lease, pool.allocate("shop", "web-1", ResourceType::vm("vm1")));
    say("leased ", lease.address(), " from ", pool.name(), " for tenant ", lease.tenant());

    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(std::move(lease), 0));  // the socket holds the lease now
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());
    say("listening on ", here);

    BOOST_OUTCOME_TRY(auto fresh, tcp_v4());
    BOOST_OUTCOME_TRY(auto client, std::move(fresh).connect(here, soon()));
    BOOST_OUTCOME_TRY(client.send_all("GET /price"));

    BOOST_OUTCOME_TRY(auto peer, listener.accept(soon()));  // shares the lease
    BOOST_OUTCOME_TRY(const auto from, peer.remote_addr());
    std::byte buffer[64];
    BOOST_OUTCOME_TRY(const auto size, peer.recv(buffer, soon()));
    require(as_text(std::span(buffer).first(size)) == "GET /price", "the request arrives as it was sent");
    say("received ", size, " bytes from ", from, ": \"", as_text(std::span(buffer).first(size)), "\"");
    BOOST_OUTCOME_TRY(peer.send_all("42 coins"));

    std::byte answer[8];
    BOOST_OUTCOME_TRY(client.recv_exact(answer, soon()));
    require(as_text(answer) == "42 coins", "the answer arrives as it was sent");
    say("the client received ", sizeof answer, " bytes: \"", as_text(answer), "\"");
    return success();
}
//! [server]

//! [client]
result<void> tcp_client_with_a_chosen_source() {
    IpPool<V4> pool{"client-pool"};
    BOOST_OUTCOME_TRY(pool.add_cidr_range("127.10.1.0/28"));
    BOOST_OUTCOME_TRY(auto lease,
                      pool.allocate_specific("127.10.1.7"_ip4, "crawler", "job-3", ResourceType::container("c3")));
    const auto source = lease.address();
    say("leased ", source);

    BOOST_OUTCOME_TRY(auto server, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound_server, std::move(server).bind_to_ip("127.0.0.1"_ip4, 0));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound_server).listen());
    BOOST_OUTCOME_TRY(const auto there, listener.local_addr());

    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(std::move(lease), 0));
    BOOST_OUTCOME_TRY(auto client, std::move(bound).connect(there, soon()));
    BOOST_OUTCOME_TRY(const auto here, client.local_addr());
    say("connected ", here, " -> ", there);

    BOOST_OUTCOME_TRY(const auto peer, listener.accept(soon()));
    BOOST_OUTCOME_TRY(const auto seen, peer.remote_addr());
    say("the server sees ", seen);
    require(seen == here && seen.address() == source, "the server sees the leased address");
    return success();
}
//! [client]

//! [datagrams]
result<void> udp_between_leased_addresses() {
    IpPool<V4> pool{"sensor-pool"};
    BOOST_OUTCOME_TRY(pool.add_cidr_range("127.10.2.0/28"));
    const auto open = [&](const char* name) -> result<BoundSocket<Udp<V4>, Lease<V4>>> {
        BOOST_OUTCOME_TRY(auto lease, pool.allocate("plant", name, ResourceType::pod(name)));
        BOOST_OUTCOME_TRY(auto created, udp_v4());
        BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(std::move(lease), 0));
        return bound;
    };
    BOOST_OUTCOME_TRY(const auto sensor, open("sensor"));
    BOOST_OUTCOME_TRY(const auto collector, open("collector"));
    BOOST_OUTCOME_TRY(const auto from, sensor.local_addr());
    BOOST_OUTCOME_TRY(const auto to, collector.local_addr());

    BOOST_OUTCOME_TRY(const auto sent, sensor.send_to("21.5 C", to));
    say("sent ", sent, " bytes ", from, " -> ", to);
    std::byte buffer[64];
    BOOST_OUTCOME_TRY(const auto got, collector.recv_from(buffer, soon()));
    require(!got.truncated && as_text(std::span(buffer).first(got.size)) == "21.5 C", "the datagram is whole");
    say("received ", got.size, " bytes from ", got.sender, ": \"", as_text(std::span(buffer).first(got.size)), "\"");
    require(got.sender == from, "the sender is the sensor");
    return success();
}
//! [datagrams]

//! [tenants]
result<void> many_tenants() {
    IpPool<V4> pool{"shared-pool"};
    BOOST_OUTCOME_TRY(pool.add_cidr_range("127.10.3.0/30"));  // two usable addresses
    const auto listen = [&](const char* tenant, Port port) -> result<ListeningSocket<Tcp<V4>, Lease<V4>>> {
        BOOST_OUTCOME_TRY(auto lease, pool.allocate(tenant, "front", ResourceType::pod("p1")));
        BOOST_OUTCOME_TRY(auto created, tcp_v4());
        BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(std::move(lease), port));
        BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
        return listener;
    };
    BOOST_OUTCOME_TRY(auto red, listen("red", 0));
    BOOST_OUTCOME_TRY(const auto red_at, red.local_addr());
    BOOST_OUTCOME_TRY(auto blue, listen("blue", red_at.port()));  // the same port: each has an address of its own
    BOOST_OUTCOME_TRY(const auto blue_at, blue.local_addr());
    say("red listens on ", red_at, ", blue on ", blue_at);
    require(red_at.port() == blue_at.port() && red_at.address() != blue_at.address(), "one port, two addresses");

    for (const char* tenant : {"red", "blue"}) {
        for (const auto& binding : pool.list_by_tenant(tenant)) {
            say("held by ", tenant, ": ", binding.address(), " for ", binding.resource());
        }
        require(pool.list_by_tenant(tenant).size() == 1, "each tenant holds one address");
    }

    const auto third = pool.allocate("green", "front", ResourceType::pod("p1"));
    require(!third && third.error() == errc::pool_exhausted, "a full pool answers with an error value");
    say("green asks for an address: ", third.error().message());

    BOOST_OUTCOME_TRY(auto fresh, tcp_v4());
    BOOST_OUTCOME_TRY(auto visitor, std::move(fresh).connect(blue_at, soon()));
    BOOST_OUTCOME_TRY(auto connection, blue.accept(soon()));
    BOOST_OUTCOME_TRY(close(std::move(blue)));
    require(!pool.allocate("green", "front", ResourceType::pod("p1")), "the accepted connection keeps the address");
    say("blue's listener is closed, its connection still keeps ", blue_at.address());

    BOOST_OUTCOME_TRY(close(std::move(connection)));
    require(pool.list_by_tenant("blue").empty(), "the last socket gives the address back");
    BOOST_OUTCOME_TRY(const auto again, pool.allocate("green", "front", ResourceType::pod("p1")));
    say("blue's connection is closed; green leases ", again.address());
    require(again.address() == blue_at.address(), "green gets the address that blue had");
    return success();
}
//! [tenants]

int failed(const char* scenario, Error why) {
    std::fprintf(stderr, "socket_with_ip_pool: %s: %s\n", scenario, why.message());
    return 1;
}

}  // namespace

int main() {
    struct Scenario {
        const char* title;
        result<void> (*run)();
    };
    constexpr Scenario scenarios[] = {
        {"1  TCP server on a leased address", tcp_server_on_a_leased_address},
        {"2  TCP client with a chosen source address", tcp_client_with_a_chosen_source},
        {"3  UDP between leased addresses", udp_between_leased_addresses},
        {"4  Many tenants in one pool", many_tenants},
    };
    for (const auto& [title, run] : scenarios) {
        std::puts(title);
        if (const auto done = run(); !done) return failed(title, done.error());
    }
    std::puts("All four scenarios ran as they should.");
}
