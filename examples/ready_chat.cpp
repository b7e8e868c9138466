// SPDX-License-Identifier: BSL-1.0
//
// A chat server in one thread: what one client says in a line, all others hear.
//
//     ready_chat [port]    default 7008; port 0 picks a free one, which is printed
//
// Each client has room for 4 KiB that it has not read yet; who falls further behind is sent away, so that one slow
// reader costs the others nothing.

#include <array>
#include <cstdio>
#include <cstring>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <estate/readiness.hpp>

#include "allow_reuse.hpp"
#include "terminal.hpp"

namespace {

using namespace estate;

using Listen = On<ListeningSocket<NonBlocking<Tcp<V4>>>, interest::acceptable>;
using Talk = On<ConnectedSocket<NonBlocking<Tcp<V4>>>, interest::duplex>;

struct Client {
    Watched<Talk> socket;
    std::size_t said = 0;  // bytes of a line that has not ended
    std::size_t unheard = 0;
    std::array<char, 512> line;
    std::array<char, 4096> outbox;
};
std::array<Client, 1024> clients;
using Server = Poller<Talk, Listen>;

//! [broadcast]
/// To everybody but the one who said it. Sending is left to their own turns, which ask() asks for.
void broadcast(Server& poller, const Client& from, std::string_view line) {
    for (Client& to : clients) {
        if (&to == &from || to.socket.is_empty()) continue;
        if (line.size() > to.outbox.size() - to.unheard) {
            to.socket.close();  // an event of it that is still to come is dropped
            continue;
        }
        std::memcpy(to.outbox.data() + to.unheard, line.data(), line.size());
        to.unheard += line.size();
        poller.ask(to.socket);
    }
}
//! [broadcast]

/// What is in the outbox, as far as the client takes it.
result<void> deliver(Ready<Talk>& ready, Client& client) {
    while (client.unheard > 0) {
        BOOST_OUTCOME_TRY(const auto sent, ready.send(as_buffer({client.outbox.data(), client.unheard})));
        if (sent.would_block()) break;
        client.unheard -= sent.value();
        std::memmove(client.outbox.data(), client.outbox.data() + sent.value(), client.unheard);
    }
    return success();
}

/// The lines that came. One that is too long is cut into several.
result<void> listen_to(Ready<Talk>& ready, Client& client, Server& poller) {
    for (;;) {
        const auto buffer = std::as_writable_bytes(std::span(client.line).subspan(client.said));
        BOOST_OUTCOME_TRY(const auto got, ready.recv(buffer));
        if (got.would_block()) return success();
        client.said += got.value();
        for (;;) {
            const std::string_view text(client.line.data(), client.said);
            const std::size_t end = text.find('\n');
            if (end == std::string_view::npos && client.said < client.line.size()) break;
            const std::size_t length = end == std::string_view::npos ? client.said : end + 1;
            broadcast(poller, client, text.substr(0, length));
            client.said -= length;
            std::memmove(client.line.data(), client.line.data() + length, client.said);
        }
    }
}

//! [turn]
/// A turn of one client. Both halves are tried, and what would block is what it sleeps for.
Next<Talk> attend(Ready<Talk> ready, Client& client, Server& poller) {
    if (!listen_to(ready, client, poller) || !deliver(ready, client)) return std::move(ready).close();
    return std::move(ready).next();
}
//! [turn]

result<void> serve(Port port) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(allow_reuse(created));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(Ipv4Address::loopback(), port));
    BOOST_OUTCOME_TRY(auto listening, std::move(bound).listen());
    BOOST_OUTCOME_TRY(auto never_waits, std::move(listening).set_nonblocking());
    BOOST_OUTCOME_TRY(auto poller, Server::open());
    BOOST_OUTCOME_TRY(auto listener, poller.watch<Listen>(std::move(never_waits)));
    BOOST_OUTCOME_TRY(const auto here, listener.socket().local_addr());
    std::printf("listening on %s\n", to_text(here).c_str());
    std::fflush(stdout);

    return poller.run(
        [] { return true; },
        on(listener,
           [&](Ready<Listen> ready) -> Next<Listen> {
               auto accepted = ready.accept();
               if (accepted && !accepted.value().would_block()) {
                   auto watched = poller.watch<Talk>(std::move(accepted).value().value());
                   if (watched && watched.value().index() < clients.size()) {
                       Client& client = clients[watched.value().index()];
                       client.socket = std::move(watched).value();
                       client.said = client.unheard = 0;
                   }
               }
               return std::move(ready).next();
           }),
        on<Talk>([](std::uint32_t index) { return &clients[index].socket; },
                 [&](Ready<Talk> ready) -> Next<Talk> {
                     Client& client = clients[ready.index()];
                     return attend(std::move(ready), client, poller);
                 }));
}

}  // namespace

int main(int argc, char** argv) {
    const char* const usage = "ready_chat [port]";
    if (argc > 2 || terminal::asks_for_help(argc, argv)) return terminal::explain(argc, argv, usage);
    const auto port = Port::parse(argc > 1 ? argv[1] : "7008");
    const auto done = port ? serve(port.value()) : result<void>(port.error());
    return done ? 0 : terminal::fail("ready_chat", done.error(), usage);
}
