// SPDX-License-Identifier: BSL-1.0
// The echo server by a coroutine for each connection.

#include <estate/adopt.hpp>
#include <estate/coroutines.hpp>

#include "readiness_load.hpp"

namespace {

using namespace estate;
using Peer = Async<ConnectedSocket<NonBlocking<Tcp<V4>>>>;
using Door = Async<ListeningSocket<NonBlocking<Tcp<V4>>>>;

std::byte room[1024];  // for all: what is received is sent before another may run

Task<> echo(Scope&, Peer peer) {
    for (;;) {
        const auto got = co_await peer.recv(room);
        if (!got) co_return success();
        const auto sent = co_await peer.send(ConstBuffer(room, got.assume_value()));
        if (!sent || sent.assume_value() != got.assume_value()) std::abort();
    }
}

Task<> serve(Scope& scope, Door door, Scope& peers) {
    for (long left = load::connections(); left > 0; --left) {
        auto accepted = co_await door.accept();
        if (!accepted) std::abort();
        auto peer = scope.loop().watch(std::move(accepted).assume_value());
        if (!peer || !peers.spawn(echo(peers, std::move(peer).assume_value()))) std::abort();
    }
    co_return success();
}

NativeLoop<load::most_descriptors> loop(NativeMechanism::open().value());
FrameSlab<1024, 1> doors;
FrameSlab<1024, load::most_descriptors> frames;

[[gnu::noinline]] void run(int descriptor) {
    Scope scope(loop, doors);
    Scope peers(scope, frames);
    auto door = loop.watch(adopt<Tcp<V4>>(descriptor).value().take<Listening>().set_nonblocking().value()).value();
    (void)scope.spawn(serve(scope, std::move(door), peers));
    (void)loop.run(scope);
    (void)loop.run(peers);
    std::printf("a connection %zu\n", frames.largest_frame() + sizeof(detail::Entry));
}

}  // namespace

int main(int argc, char** argv) { return load::run(argc, argv, run); }
