// SPDX-License-Identifier: BSL-1.0
// claim: a server by a poller, with a deadline for each connection, lives without heap, exceptions or RTTI.
#include <estate/estate.hpp>
#include <estate/readiness.hpp>

#include "support/claim.hpp"

namespace {
using namespace estate;
using core::soon;

using Listen = On<ListeningSocket<NonBlocking<Tcp<V4>>>, interest::acceptable>;
using Talk = On<ConnectedSocket<NonBlocking<Tcp<V4>>>, interest::duplex>;

struct Connection {
    Watched<Talk> socket;
    Timer idle;
};
Connection connections[64];

/// An echo to two clients; one is silent, and its time passes.
template <class Poller>
int serve() {
    auto opened = Poller::open();
    CLAIM(opened.has_value());
    auto& poller = opened.assume_value();
    auto bound = tcp_v4().assume_value().bind_to_ip(IpAddress<V4>::loopback(), 0);
    CLAIM(bound.has_value());
    auto listening = std::move(bound).assume_value().listen().assume_value().set_nonblocking();
    auto listener = poller.template watch<Listen>(std::move(listening).assume_value()).assume_value();
    const auto address = listener.socket().local_addr().assume_value();
    const auto client = tcp_v4().assume_value().connect(address, soon()).assume_value();
    const auto silent = tcp_v4().assume_value().connect(address, soon()).assume_value();
    CLAIM(client.send("hello").assume_value() == 5);

    Wheel wheel(poller.now());
    std::byte room[64];
    int echoed = 0;
    int timeouts = 0;
    while (echoed == 0 || timeouts == 0) {
        const auto turned = poller.turn(
            soon(),
            on(listener,
               [&](Ready<Listen> ready) -> Next<Listen> {
                   auto accepted = ready.accept();
                   if (accepted && !accepted.assume_value().would_block()) {
                       auto watched = poller.template watch<Talk>(std::move(accepted).assume_value().value());
                       if (watched) {
                           const std::uint32_t index = watched.assume_value().index();
                           connections[index].socket = std::move(watched).assume_value();
                           const auto until = Deadline::in(std::chrono::milliseconds(20), poller.now());
                           wheel.arm(connections[index].idle, until, index);
                       }
                   }
                   return std::move(ready).next();
               }),
            on<Talk>([](std::uint32_t index) { return &connections[index].socket; },
                     [&](Ready<Talk> ready) -> Next<Talk> {
                         const auto got = ready.recv(room);
                         if (!got) return std::move(ready).close();
                         if (!got.assume_value().would_block()) {
                             (void)ready.send(ConstBuffer(room, got.assume_value().value()));
                             connections[ready.index()].idle.cancel();
                             ++echoed;
                         }
                         return std::move(ready).next();
                     }),
            on_timeout(wheel, [&](Timer& timer) {
                ++timeouts;
                connections[timer.id()].socket.close();
            }));
        CLAIM(turned.has_value());
    }
    CLAIM(client.recv(room, soon()).assume_value() == 5);
    CLAIM(silent.recv(room, soon()).assume_error() == errc::end_of_stream);
    for (Connection& one : connections) one.socket.close();
    return echoed == 1 && timeouts == 1 ? 0 : 1;
}

}  // namespace

int main() {
    const int by_epoll = serve<Poller<Listen, Talk>>();
    const int by_poll = serve<PollPoller<16, Listen, Talk>>();
    return by_epoll + by_poll;
}
