// SPDX-License-Identifier: BSL-1.0
// claim: a server by a ring, with a deadline for each receive, lives without heap, exceptions or RTTI.
#include <estate/completion.hpp>

#include "support/claim.hpp"

namespace {
using namespace estate;
using core::soon;

using Accept = Flight<op::accept, ListeningSocket<Tcp<V4>>>;
using Receive = Flight<op::recv, ConnectedSocket<Tcp<V4>>, SlabBuffer>;
using Send = Flight<op::send_all, ConnectedSocket<Tcp<V4>>, SlabBuffer>;
using Server = Ring<16, Accept, Receive, Send>;
BufferSlab<64, 4> buffers;

/// An echo to two clients; one is silent, and its time passes.
int serve() {
    auto probed = Server::probe();
    if (!probed) return core::skip("io_uring", probed.assume_error().message());
    Server ring(std::move(probed).assume_value());
    auto bound = tcp_v4().assume_value().bind_to_ip(IpAddress<V4>::loopback(), 0);
    CLAIM(bound.has_value());
    auto listener = std::move(bound).assume_value().listen().assume_value();
    const auto address = listener.local_addr().assume_value();
    const auto client = tcp_v4().assume_value().connect(address, soon()).assume_value();
    const auto silent = tcp_v4().assume_value().connect(address, soon()).assume_value();
    CLAIM(client.send("hello").assume_value() == 5);
    CLAIM(ring.accept<Accept>(std::move(listener)).has_value());

    int echoed = 0;
    int timeouts = 0;
    bool is_refused = false;
    while (echoed == 0 || timeouts == 0) {
        const auto turned = ring.turn(
            soon(),
            on<Accept>([&](Done<Accept> done) {
                is_refused |= !ring.accept<Accept>(std::move(done.socket)).has_value();
                if (!done.outcome) return;
                const auto until = Deadline::in(std::chrono::milliseconds(20), ring.now());
                is_refused |= !ring.submit<Receive>(std::move(done.outcome).assume_value(),
                                                    buffers.take().assume_value(), until)
                                   .has_value();
            }),
            on<Receive>([&](Done<Receive> done) {
                if (!done.outcome) {
                    timeouts += done.outcome.assume_error() == errc::deadline_exceeded ? 1 : 0;
                    return;  // the socket closes, and the slab has its buffer
                }
                is_refused |= !ring.submit<Send>(std::move(done.socket), std::move(done.buffer), Deadline::never(),
                                                 Part{0, done.outcome.assume_value()})
                                   .has_value();
            }),
            on<Send>([&](Done<Send> done) { echoed += done.outcome ? 1 : 0; }));
        CLAIM(turned.has_value());
    }
    std::byte room[8];
    CLAIM(!is_refused && echoed == 1 && timeouts == 1);
    CLAIM(client.recv(room, soon()).assume_value() == 5);
    CLAIM(silent.recv(room, soon()).assume_error() == errc::end_of_stream);
    return 0;
}

}  // namespace

int main() { return serve(); }
