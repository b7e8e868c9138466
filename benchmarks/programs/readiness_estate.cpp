// SPDX-License-Identifier: BSL-1.0
// The echo server by a Poller; with -DESTATE_POLL by poll().

#include <estate/adopt.hpp>
#include <estate/readiness.hpp>

#include "readiness_load.hpp"

namespace {

using namespace estate;
using Listen = On<ListeningSocket<NonBlocking<Tcp<V4>>>, interest::acceptable>;
using Talk = On<ConnectedSocket<NonBlocking<Tcp<V4>>>, interest::duplex>;
#if defined(ESTATE_POLL)
using Server = PollPoller<4096, Talk, Listen>;
#else
using Server = Poller<Talk, Listen>;
#endif

Watched<Talk> connections[load::most_descriptors];

[[gnu::noinline]] void serve(int descriptor) {
    static auto poller = Server::open().value();
    auto listener = poller.watch<Listen>(
        adopt<Tcp<V4>>(descriptor).value().take<Listening>().set_nonblocking().value()).value();
    long left = load::connections();
    std::byte room[1024];
    (void)poller.run(
        [&] { return left > 0; },
        on(listener,
           [&](Ready<Listen> ready) -> Next<Listen> {
               auto accepted = ready.accept();
               if (accepted && !accepted.assume_value().would_block()) {
                   auto watched = poller.watch<Talk>(std::move(accepted).assume_value().value());
                   if (watched) {
                       const std::uint32_t index = watched.assume_value().index();
                       connections[index] = std::move(watched).assume_value();
                   }
               }
               return std::move(ready).next();
           }),
        on<Talk>([](std::uint32_t index) { return &connections[index]; },
                 [&](Ready<Talk> ready) -> Next<Talk> {
                     const auto got = ready.recv(room);
                     if (!got) {
                         --left;
                         return std::move(ready).close();
                     }
                     if (!got.assume_value().would_block()) {
                         const std::size_t count = got.assume_value().value();
                         const auto sent = ready.send(ConstBuffer(room, count));
                         if (!sent || sent.assume_value().would_block() || sent.assume_value().value() != count) std::abort();
                     }
                     return std::move(ready).next();
                 }));
}

}  // namespace

int main(int argc, char** argv) { return load::run(argc, argv, serve); }
