// SPDX-License-Identifier: BSL-1.0
// Coroutines in a simulated world: the code that serves sockets of the kernel.
#include <boost/outcome/try.hpp>
#include <chrono>
#include <estate/backend/posix/poll_set.hpp>
#include <estate/backend/sim/programs.hpp>
#include <estate/backend/sim/ready_set.hpp>
#include <estate/coroutines.hpp>
#include <estate/network.hpp>
#include <memory>

#include "two_hosts.hpp"

using namespace estate;
using namespace estate::test;
using namespace std::chrono_literals;

namespace {

using T = NonBlocking<Tcp<V4, sim::Sockets>>;
using Guest = Async<ConnectedSocket<T>>;
using Door = Async<ListeningSocket<T>>;
const SocketAddress<V4> server_at("10.0.0.2"_ip4, 80);

/// A loop of a host, and room for tasks.
template <class Mechanism>
struct Place {
    explicit Place(const sim::System& host) : net{host}, loop{Mechanism::open(host).value()} {}

    Network<sim::Sockets> net;
    BasicLoop<Mechanism, 1024> loop;
    FrameSlab<2048, 256> slab;
    Scope scope{loop, slab};
};

Task<> echo(Scope& scope, Guest guest) {
    for (std::byte room[64];;) {
        const auto got = co_await guest.recv(room, scope.loop().in(30min));
        if (!got) co_return success();
        BOOST_OUTCOME_CO_TRYV(co_await guest.send_all(ConstBuffer(room, got.value())));
    }
}
Task<> serve(Scope& scope, Door door) {
    for (;;) {
        BOOST_OUTCOME_CO_TRY(auto accepted, co_await door.accept());
        BOOST_OUTCOME_CO_TRY(auto guest, scope.loop().watch(std::move(accepted)));
        BOOST_OUTCOME_CO_TRYV(scope.spawn(echo(scope, std::move(guest))));
    }
}
Task<> ask(Scope& scope, const Network<sim::Sockets>& net, std::uint64_t& answers) {
    BOOST_OUTCOME_CO_TRY(auto created, net.tcp_v4());
    BOOST_OUTCOME_CO_TRY(auto connected, co_await connect(std::move(created), server_at, scope.loop().in(5min)));
    BOOST_OUTCOME_CO_TRY(const auto server, scope.loop().watch(std::move(connected)));
    for (std::byte room[10];;) {
        const auto sent = co_await server.send_all("a question");
        const auto got = co_await server.recv_exact(room, scope.loop().in(5min));
        if (!sent || !got) co_return scope.is_stopped() ? result<void>(success()) : errc::invalid_argument;
        ++answers;
        BOOST_OUTCOME_CO_TRYV(co_await sleep_until(scope.loop().in(5min)));
    }
}

struct CoroutineHour {
    std::uint64_t hash;
    std::uint64_t answers;
};
template <class Mechanism>
CoroutineHour an_hour_of_coroutines(std::uint64_t seed, int clients) {
    sim::Options options;
    options.records = false;
    options.link.latency = 10 * millisecond;
    options.link.jitter = 20 * millisecond;
    options.link.loss = 1'000;
    sim::World world(seed, options);
    const sim::Host a = world.host("clients", "10.0.0.1"_ip4);
    const sim::Host b = world.host("server", "10.0.0.2"_ip4);
    const Deadline stop = Deadline::in(1h, world.now());
    CoroutineHour hour{};
    sim::Programs programs(world);
    programs.spawn(b, "server", [&](const sim::System& host) {
        const auto place = std::make_unique<Place<Mechanism>>(host);
        auto listening = place->net.tcp_v4().value().bind(server_at).value().listen(Backlog(4096)).value();
        auto door = place->loop.watch(std::move(listening).set_nonblocking().value()).value();
        place->scope.spawn(serve(place->scope, std::move(door))).value();
        BOOST_TEST((place->loop.run(place->scope, stop).error() == errc::deadline_exceeded));
    });
    programs.spawn(a, "clients", [&](const sim::System& host) {
        const auto place = std::make_unique<Place<Mechanism>>(host);
        for (int i = 0; i < clients; ++i) place->scope.spawn(ask(place->scope, place->net, hour.answers)).value();
        BOOST_TEST((place->loop.run(place->scope, stop).error() == errc::deadline_exceeded));
    });
    programs.run();
    hour.hash = world.hash();
    return hour;
}

}  // namespace

using Mechanisms = std::tuple<sim::ReadySet, posix::PollSet<sim::System, 256>>;
BOOST_AUTO_TEST_CASE_TEMPLATE(coroutines_live_for_an_hour_and_are_replayed_to_the_same_hash, M, Mechanisms) {
    const CoroutineHour once = an_hour_of_coroutines<M>(7, 50);
    BOOST_TEST(once.answers >= 50u * 11);
    const CoroutineHour again = an_hour_of_coroutines<M>(7, 50);
    BOOST_TEST(again.hash == once.hash);
    BOOST_TEST(again.answers == once.answers);
    BOOST_TEST(an_hour_of_coroutines<M>(8, 50).hash != once.hash);
}
