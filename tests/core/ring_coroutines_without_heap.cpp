// SPDX-License-Identifier: BSL-1.0
// claim: coroutines that connect, accept, receive, send and are stopped by a ring live without heap, exceptions or RTTI.
#include <estate/estate.hpp>
#include <estate/ring_coroutines.hpp>

#include "support/claim.hpp"

namespace {
using namespace estate;
using core::soon;

using Listener = ListeningSocket<Tcp<V4>>;
using Peer = ConnectedSocket<Tcp<V4>>;
using Accept = Flight<op::accept, Listener>;
using Connect = Flight<op::connect, CreatedSocket<Tcp<V4>>>;
using Receive = Flight<op::recv_exact, Peer, SlabBuffer>;
using Send = Flight<op::send_all, Peer, SlabBuffer>;
using Server = RingLoop<16, Accept, Connect, Receive, Send>;
BufferSlab<64, 8> buffers;

/// Sends what it has and receives as much, or the other way round, `count` times.
Task<> talk(Scope&, Server& ring, Peer peer, SlabBuffer buffer, bool asks, int count) {
    for (; count > 0; --count, asks = !asks) {
        if (asks) {
            BOOST_OUTCOME_CO_TRY(auto sent, co_await ring.submit<Send>(std::move(peer), std::move(buffer), soon()));
            BOOST_OUTCOME_CO_TRYV(sent.outcome);
            peer = std::move(sent.socket);
            buffer = std::move(sent.buffer);
        } else {
            BOOST_OUTCOME_CO_TRY(auto got, co_await ring.submit<Receive>(std::move(peer), std::move(buffer), soon()));
            BOOST_OUTCOME_CO_TRYV(got.outcome);
            peer = std::move(got.socket);
            buffer = std::move(got.buffer);
        }
    }
    co_return success();
}
Task<> serve(Scope& scope, Server& ring, Listener listener, int count) {
    for (;;) {
        BOOST_OUTCOME_CO_TRY(auto accepted, co_await ring.accept<Accept>(std::move(listener)));
        BOOST_OUTCOME_CO_TRY(auto peer, std::move(accepted.outcome));
        BOOST_OUTCOME_CO_TRY(auto buffer, buffers.take());
        BOOST_OUTCOME_CO_TRYV(scope.spawn(talk(scope, ring, std::move(peer), std::move(buffer), false, count)));
        listener = std::move(accepted.socket);
    }
}
Task<> ask(Scope& scope, Server& ring, SocketAddress<V4> server, int count) {
    BOOST_OUTCOME_CO_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_CO_TRY(auto reached, co_await ring.connect<Connect>(std::move(created), server, soon()));
    BOOST_OUTCOME_CO_TRY(auto peer, std::move(reached.outcome));
    BOOST_OUTCOME_CO_TRY(auto buffer, buffers.take());
    BOOST_OUTCOME_CO_TRYV(co_await talk(scope, ring, std::move(peer), std::move(buffer), true, count));
    const auto slept = co_await sleep_until(ring.in(std::chrono::milliseconds(5)));
    co_return slept;
}

int run() {
    auto probed = Server::probe();
    if (!probed) return core::skip("io_uring", probed.assume_error().message());
    static Server ring(std::move(probed).assume_value());
    static FrameSlab<8192, 8> slab;
    Scope server(ring, slab);
    auto bound = tcp_v4().assume_value().bind_to_ip(IpAddress<V4>::loopback(), 0);
    CLAIM(bound.has_value());
    auto listener = std::move(bound).assume_value().listen().assume_value();
    const auto address = listener.local_addr().assume_value();
    CLAIM(server.spawn(serve(server, ring, std::move(listener), 8)).has_value());
    {
        Scope asking(server);
        CLAIM(asking.spawn(ask(asking, ring, address, 8)).has_value());
        CLAIM(asking.spawn(ask(asking, ring, address, 7)).has_value());  // the other waits for one more
        CLAIM(ring.run(asking, soon()).has_value());
    }
    CLAIM(!server.is_empty() && ring.in_flight() > 0);
    server.stop();
    CLAIM(server.is_empty() && slab.in_use() == 0);
    while (ring.in_flight() > 0) CLAIM(ring.turn(soon()).has_value());
    CLAIM(buffers.in_use() == 0);
    return 0;
}

}  // namespace

int main() { return run(); }
