// SPDX-License-Identifier: BSL-1.0
// claim: coroutines that connect, accept, receive, send, wait and are stopped live without heap, exceptions or RTTI.
#include <estate/coroutines.hpp>
#include <estate/estate.hpp>

#include "support/claim.hpp"

namespace {
using namespace estate;
using core::soon;

using Peer = Async<ConnectedSocket<NonBlocking<Tcp<V4>>>>;
using Door = Async<ListeningSocket<NonBlocking<Tcp<V4>>>>;

Task<> echo(Scope&, Peer peer) {
    for (std::byte room[64];;) {
        BOOST_OUTCOME_CO_TRY(const auto got, co_await peer.recv(room, soon()));
        BOOST_OUTCOME_CO_TRYV(co_await peer.send_all(ConstBuffer(room, got)));
    }
}
Task<> serve(Scope& scope, Door door) {
    for (;;) {
        BOOST_OUTCOME_CO_TRY(auto accepted, co_await door.accept());
        BOOST_OUTCOME_CO_TRY(auto peer, scope.loop().watch(std::move(accepted)));
        BOOST_OUTCOME_CO_TRYV(scope.spawn(echo(scope, std::move(peer))));
    }
}
Task<Peer> reach(Scope& scope, SocketAddress<V4> server) {
    BOOST_OUTCOME_CO_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_CO_TRY(auto connected, co_await connect(std::move(created), server, soon()));
    BOOST_OUTCOME_CO_TRY(auto peer, scope.loop().watch(std::move(connected)));
    co_return std::move(peer);
}
Task<> ask(Scope& scope, SocketAddress<V4> server, int& answers) {
    BOOST_OUTCOME_CO_TRY(const auto peer, co_await reach(scope, server));
    for (std::byte room[5]; answers < 8; ++answers) {
        const auto sent = co_await peer.send_all("hello", soon());
        const auto got = co_await peer.recv_exact(room, soon());
        if (!sent || !got) co_return errc::invalid_argument;
        BOOST_OUTCOME_CO_TRYV(co_await sleep_until(Deadline::at_once()));
    }
    const auto slept = co_await sleep_until(Deadline::in(std::chrono::milliseconds(5), scope.loop().now()));
    co_return slept;
}

template <class Mechanism>
int run() {
    static BasicLoop<Mechanism, 64> loop(Mechanism::open().assume_value());
    static FrameSlab<1536, 8> slab;
    Scope server(loop, slab);
    auto bound = tcp_v4().assume_value().bind_to_ip(IpAddress<V4>::loopback(), 0);
    CLAIM(bound.has_value());
    auto listening = std::move(bound).assume_value().listen().assume_value().set_nonblocking();
    auto door = loop.watch(std::move(listening).assume_value()).assume_value();
    const auto address = door.socket().local_addr().assume_value();
    CLAIM(server.spawn(serve(server, std::move(door))).has_value());

    int answers = 0;
    {
        Scope asking(server);
        CLAIM(asking.spawn(ask(asking, address, answers)).has_value());
        CLAIM(loop.run(asking, soon()).has_value());
    }
    CLAIM(answers == 8);
    while (server.spawn(serve(server, Door(loop.watch(tcp_v4().assume_value()
                                                          .bind_to_ip(IpAddress<V4>::loopback(), 0)
                                                          .assume_value()
                                                          .listen()
                                                          .assume_value()
                                                          .set_nonblocking()
                                                          .assume_value())
                                               .assume_value())))) {
    }
    CLAIM(slab.in_use() == slab.capacity());
    server.stop();
    CLAIM(slab.in_use() == 0);
    return 0;
}

}  // namespace

int main() { return run<posix::Epoll>() + run<posix::PollSet<posix::Kernel, 16>>(); }
