// SPDX-License-Identifier: BSL-1.0
// The echo server by a Ring.

#include <estate/adopt.hpp>
#include <estate/completion.hpp>

#include "readiness_load.hpp"

namespace {

using namespace estate;
using Peer = ConnectedSocket<Tcp<V4>>;
using Accept = Flight<op::accept, ListeningSocket<Tcp<V4>>>;
using Receive = Flight<op::recv, Peer, SlabBuffer>;
using Send = Flight<op::send, Peer, SlabBuffer>;
using Server = Ring<16384, Receive, Send, Accept>;

BufferSlab<1024, 16384> buffers;

[[gnu::noinline]] void serve(int descriptor) {
    static Server ring(Server::probe().value());
    (void)ring.accept<Accept>(adopt<Tcp<V4>>(descriptor).value().take<Listening>()).value();
    long left = load::connections();
    (void)ring.run(
        [&] { return left > 0; },
        on<Accept>([&](Done<Accept> accepted) {
            if (accepted.outcome) {
                auto buffer = buffers.take();
                load::require(buffer.has_value());
                load::require(ring.submit<Receive>(std::move(accepted.outcome).assume_value(),
                                                   std::move(buffer).assume_value())
                                  .has_value());
            }
            load::require(ring.accept<Accept>(std::move(accepted.socket)).has_value());
        }),
        on<Receive>([&](Done<Receive> got) {
            if (!got.outcome) {
                --left;
                return;
            }
            load::require(ring.submit<Send>(std::move(got.socket), std::move(got.buffer), Deadline::never(),
                                            Part{0, got.outcome.assume_value()})
                              .has_value());
        }),
        on<Send>([&](Done<Send> sent) {
            load::require(sent.outcome && ring.submit<Receive>(std::move(sent.socket), std::move(sent.buffer)).has_value());
        }));
}

}  // namespace

int main(int argc, char** argv) {
    if (const auto probed = posix::Uring::open(1); !probed) {
        std::fprintf(stderr, "io_uring: %s\n", probed.error().message());
        return 77;
    }
    return load::run(argc, argv, serve);
}
