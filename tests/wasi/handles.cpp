// SPDX-License-Identifier: BSL-1.0
//
// What WASI alone has to keep: every resource that estate takes goes back to the host, on the paths that fail too. A
// leak shows in the numbers of the handles, which a host gives out again.

#include <wasi/wasip2.h>

#include <algorithm>
#include <estate/resolve.hpp>
#include <vector>

#include "../laws/host.hpp"
#include "../support/watching.hpp"

namespace {
using namespace estate;
using namespace estate::test;

/// The highest number among many handles that are open at once.
std::int32_t highest_handle() {
    std::vector<poll_own_pollable_t> open;
    std::int32_t highest = 0;
    for (int i = 0; i < 64; ++i) {
        open.push_back(monotonic_clock_subscribe_instant(0));
        highest = std::max(highest, open.back().__handle);
    }
    for (const auto one : open) poll_pollable_drop_own(one);
    return highest;
}

template <class Round>
void check_handles(Round round) {
    for (int i = 0; i < 3; ++i) round();
    const auto before = highest_handle();
    for (int i = 0; i < 100; ++i) round();
    BOOST_TEST(highest_handle() <= before);
}

BOOST_AUTO_TEST_SUITE(handles)

BOOST_AUTO_TEST_CASE(of_connections_go_back) {
    check_handles([] {
        auto pair = connected_pair<V4>();
        std::byte room[8];
        (void)pair.client.send_all("x").has_value();
        (void)pair.server.recv(room, soon());
        (void)pair.server.recv(room, in(1ms));
        (void)std::move(pair.client).close();
        (void)pair.server.recv(room, soon());
        (void)pair.server.send("x");
    });
}

BOOST_AUTO_TEST_CASE(of_calls_that_fail_go_back) {
    const auto taken = listening_on_loopback<V4>();
    check_handles([&] {
        (void)tcp_v4().value().bind(taken.local_addr().value()).has_value();
        (void)taken.accept(Deadline::at_once()).has_value();
        (void)tcp_v4().value().connect(SocketAddress<V4>::loopback(1), soon()).has_value();
        (void)tcp_v4().value().begin_connect(SocketAddress<V4>::loopback(1)).has_value();
        (void)udp_v4().value().bind({"192.0.2.1"_ip4, 0}).has_value();
    });
}

BOOST_AUTO_TEST_CASE(of_connections_that_are_reset_go_back) {
    check_handles([] {
        auto pair = connected_pair<V4>();
        (void)pair.client.send_all("unread").has_value();
        std::byte one[1];
        (void)pair.server.recv(one, soon());
        (void)std::move(pair.server).close();
        for (int i = 0; i < 5; ++i) {
            (void)pair.client.send("x", soon());
            (void)pair.client.recv(one, soon());
        }
    });
}

BOOST_AUTO_TEST_CASE(of_datagram_sockets_go_back) {
    const auto peer = datagrams_on_loopback<V4>();
    check_handles([&] {
        auto connected = datagrams_on_loopback<V4>().connect(peer.local_addr().value()).value();
        (void)connected.send("x");
        std::byte room[8];
        (void)peer.recv_from(room, soon());
        auto alone = std::move(connected).disconnect();
        if (alone) (void)alone.assume_value().recv_from(room, Deadline::at_once());
    });
}

BOOST_AUTO_TEST_CASE(of_names_go_back) {
    check_handles([] {
        (void)resolve<V4>("localhost", 80, soon()).has_value();
        (void)resolve<V4>("localhost", 80, Deadline::at_once()).has_value();  // given up under way
        (void)resolve<V4>("no such host", 80, soon()).has_value();
    });
}

BOOST_AUTO_TEST_CASE(of_connections_that_finish_go_back) {
    check_handles([] {
        auto pair = connected_pair<V4>();
        (void)pair.client.send_all("x", soon()).has_value();
        (void)std::move(pair.client).finish(in(1ms)).has_value();
        (void)std::move(pair.server).finish(soon()).has_value();
    });
}

BOOST_AUTO_TEST_CASE(of_watched_sockets_go_back) {
    auto poller = PollPoller<4, Listen, Talk>::open().value();
    auto listener = poller.watch<Listen>(listening_on_loopback<V4>().set_nonblocking().value()).value();
    check_handles([&] {
        const auto client = connected_to(listener.socket());
        Watched<Talk> served;
        std::size_t bytes = 0;
        const auto accept = [&](Ready<Listen> ready) -> Next<Listen> {
            if (auto one = ready.accept().value(); !one.would_block()) {
                served = poller.watch<Talk>(std::move(one).value()).value();
            }
            return std::move(ready).next();
        };
        const auto turn = [&](Deadline until) {
            (void)poller.turn(until, on(listener, accept), on(served, count_into(bytes))).value();
        };
        while (served.is_empty()) turn(soon());
        (void)client.send_all("x").has_value();
        while (bytes == 0) turn(soon());
        turn(in(1ms));
        auto back = poller.unwatch(std::move(served)).set_blocking();
        (void)back.has_value();
    });
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
