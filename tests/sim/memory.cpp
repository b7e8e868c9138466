// SPDX-License-Identifier: BSL-1.0
#include <cstdlib>
#include <new>

#include "two_hosts.hpp"

namespace {
std::size_t allocations = 0;  // of this program, which has one thread where it counts
}

// All forms of new come here, those for arrays and for nothrow by way of this one.
void* operator new(std::size_t size) {
    ++allocations;
    void* const made = std::malloc(size != 0 ? size : 1);
    if (made == nullptr) throw std::bad_alloc();
    return made;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace estate;
using namespace estate::test;

namespace {

/// Lives of connections and datagrams, with waits; no test macro, which would allocate.
int live(TwoHosts& two, int rounds) {
    int failed = 0;
    const auto must = [&](std::int64_t answer) { failed += answer < 0 ? 1 : 0; };
    const int listening = stream(two.server);
    must(bind(two.server, listening, two.at_server));
    must(two.server.listen(listening, 8));
    const int u = datagrams(two.server);
    must(bind(two.server, u, two.at_server));
    static char room[4000];
    for (int i = 0; i < rounds; ++i) {
        const int c = stream(two.client);
        const int v = datagrams(two.client);
        must(connect(two.client, c, two.at_server));
        const int s = two.server.accept(listening, nullptr, nullptr);
        must(two.client.send(c, room, sizeof room, 0));
        must(two.server.recv(s, room, sizeof room, MSG_WAITALL));
        pollfd all[] = {{c, POLLIN, 0}, {v, POLLIN, 0}};
        must(two.client.poll(all, 2, two.world.now() + millisecond));
        must(two.client.sendto(v, room, 100, 0, two.at_server.get(), two.at_server.size));
        pollfd one{u, POLLIN, 0};  // a datagram may be lost
        must(two.server.poll(&one, 1, two.world.now() + 100 * millisecond));
        if (one.revents != 0) must(two.server.recv(u, room, sizeof room, 0));
        must(two.client.shutdown(c, SHUT_WR));
        must(two.server.recv(s, room, sizeof room, 0));
        must(two.server.close(s));
        must(two.client.close(c));
        must(two.client.close(v));
    }
    must(two.server.close(u));
    must(two.server.close(listening));
    two.world.run_for(100 * second);
    return failed;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_socket_path_takes_nothing_from_the_heap) {
    sim::Options options;
    options.records = false;
    options.link.loss = 50'000;
    TwoHosts two(options);
    for (const bool routed : {false, true}) {
        if (routed) {
            const sim::Host router = two.world.host("router", "10.0.0.254"_ip4);
            two.world.route(two.a, "0.0.0.0/0"_cidr4, router);
            two.world.route(two.b, "0.0.0.0/0"_cidr4, router);
        }
        const std::size_t before = allocations;
        const int failed = live(two, 100);
        const std::size_t after = allocations;
        BOOST_TEST(failed == 0);
        BOOST_TEST(before > 0U);
        BOOST_TEST(after - before == 0U);
    }
}
