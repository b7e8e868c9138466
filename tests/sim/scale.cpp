// SPDX-License-Identifier: BSL-1.0
#include <chrono>
#include <estate/backend/sim/programs.hpp>

#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;

namespace {

/// So many connections for a virtual hour, each with a program at both ends: a question and an answer every so often.
void live_for_an_hour(std::size_t connections, std::int64_t pause) {
    sim::Options options;
    options.records = false;
    options.sockets = 2 * connections + 100;
    options.programs = 2 * connections + 100;
    options.packets = 8 * connections;
    options.blocks = 8 * connections;
    options.waits = 4 * connections;
    options.stack = 16384;
    options.link.jitter = 20 * millisecond;
    options.link.latency = 10 * millisecond;
    options.link.loss = 1'000;
    sim::World world(2026, options);
    const sim::Limits limits{.descriptors = connections + 100};
    const sim::Host a = world.host("clients", limits, "10.0.0.1"_ip4);
    const sim::Host b = world.host("server", limits, "10.0.0.2"_ip4);
    const Address at("10.0.0.2"_ip4, 80);
    std::size_t ended = 0;
    std::uint64_t answered = 0;
    const auto begin = std::chrono::steady_clock::now();
    {
        sim::Programs programs(world);
        programs.spawn_daemon(b, "listener", [&](const sim::System& on) {
            const int listening = stream(on);
            bind(on, listening, at);
            on.listen(listening, 4096);
            for (int fd; (fd = on.accept(listening, nullptr, nullptr)) >= 0;) {
                programs.spawn(b, "connection", [fd](const sim::System& own) {
                    char room[64];
                    for (ssize_t count; (count = own.recv(fd, room, sizeof room, 0)) > 0;) {
                        own.send(fd, room, static_cast<std::size_t>(count), 0);
                    }
                    own.close(fd);
                });
            }
        });
        for (std::size_t i = 0; i < connections; ++i) {
            programs.spawn(a, "client", [&, i](const sim::System& on) {
                // Not all at once: their SYNs would not fit into the backlog.
                on.poll(nullptr, 0, on.now() + static_cast<std::int64_t>(i) * millisecond);
                const int fd = stream(on);
                if (connect(on, fd, at) != 0) return;
                char room[64] = "a question of some length, to be answered in full";
                while (on.now() < 3600 * second) {
                    if (on.send(fd, room, sizeof room, 0) != sizeof room) return;
                    if (on.recv(fd, room, sizeof room, MSG_WAITALL) != sizeof room) return;
                    ++answered;
                    on.poll(nullptr, 0, on.now() + pause);
                }
                on.close(fd);
                ++ended;
            });
        }
        programs.run();
    }
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    BOOST_TEST(ended == connections);
    BOOST_TEST(world.deadlock() == "");
    BOOST_TEST(world.now() >= 3600 * second);
    BOOST_TEST(a.open() == 0U);
    BOOST_TEST_MESSAGE(connections << " connections, " << answered << " answers, " << world.events() << " events, "
                                   << world.calls() << " calls in " << took << " s: "
                                   << static_cast<std::uint64_t>(static_cast<double>(world.events()) / took)
                                   << " events/s; hash " << world.hash());
}

}  // namespace

BOOST_AUTO_TEST_CASE(ten_thousand_connections_live_for_a_virtual_hour) { live_for_an_hour(10'000, 300 * second); }
