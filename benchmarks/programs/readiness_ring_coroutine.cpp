// SPDX-License-Identifier: BSL-1.0
// The echo server by a coroutine for each connection, over a ring.

#include <boost/outcome/try.hpp>
#include <estate/adopt.hpp>
#include <estate/ring_coroutines.hpp>

#include "readiness_load.hpp"

namespace {

using namespace estate;
using Listener = ListeningSocket<Tcp<V4>>;
using Peer = ConnectedSocket<Tcp<V4>>;
using Accept = Flight<op::accept, Listener>;
using Receive = Flight<op::recv, Peer, SlabBuffer>;
using Send = Flight<op::send, Peer, SlabBuffer>;
using Server = RingLoop<16384, Receive, Send, Accept>;

BufferSlab<1024, 16384> buffers;

Task<> echo(Scope&, Server& ring, Peer peer, SlabBuffer buffer) {
    for (;;) {
        BOOST_OUTCOME_CO_TRY(auto got, co_await ring.submit<Receive>(std::move(peer), std::move(buffer)));
        if (!got.outcome) co_return success();
        const Part part{0, got.outcome.assume_value()};
        BOOST_OUTCOME_CO_TRY(auto sent, co_await ring.submit<Send>(std::move(got.socket), std::move(got.buffer),
                                                                   Deadline::never(), part));
        load::require(sent.outcome && sent.outcome.assume_value() == part.count);
        peer = std::move(sent.socket);
        buffer = std::move(sent.buffer);
    }
}

Task<> serve(Scope&, Server& ring, Listener listener, Scope& peers) {
    for (long left = load::connections(); left > 0; --left) {
        BOOST_OUTCOME_CO_TRY(auto accepted, co_await ring.accept<Accept>(std::move(listener)));
        auto buffer = buffers.take();
        load::require(accepted.outcome && buffer &&
                      peers.spawn(echo(peers, ring, std::move(accepted.outcome).assume_value(),
                                       std::move(buffer).assume_value())));
        listener = std::move(accepted.socket);
    }
    co_return success();
}

FrameSlab<1024, 1> doors;
FrameSlab<1024, load::most_descriptors> frames;

[[gnu::noinline]] void run(int descriptor) {
    static Server ring(Server::probe().value());
    Scope scope(ring, doors);
    Scope peers(scope, frames);
    (void)scope.spawn(serve(scope, ring, adopt<Tcp<V4>>(descriptor).value().take<Listening>(), peers));
    (void)ring.run(scope);
    (void)ring.run(peers);
    std::printf("a connection %zu\n", frames.largest_frame());
}

}  // namespace

int main(int argc, char** argv) {
    if (const auto probed = posix::Uring::open(1); !probed) {
        std::fprintf(stderr, "io_uring: %s\n", probed.error().message());
        return 77;
    }
    return load::run(argc, argv, run);
}
