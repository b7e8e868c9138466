// SPDX-License-Identifier: BSL-1.0
//
// A small HTTP/1.1 server for many at once in one thread: a coroutine for each connection, and 5 seconds for all that
// one does. GET and HEAD of / answer 200, every other request 404 or 400; http_skeleton.cpp tells more of them apart.
//
//     http_many [port] [seconds]    default 8080 and 5; port 0 picks a free one, which is printed
//
//     curl http://127.0.0.1:8080/

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <estate/coroutines.hpp>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <string_view>

#include "terminal.hpp"

namespace {

using namespace estate;
using Peer = Async<ConnectedSocket<NonBlocking<Tcp<V4>>>>;
using Door = Async<ListeningSocket<NonBlocking<Tcp<V4>>>>;

constexpr std::string_view found =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\nConnection: close\r\n\r\n";
constexpr std::string_view text = "hello\n";
constexpr std::string_view missing = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
constexpr std::string_view wrong = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Source  RFC 9112 section 3: method SP target SP version CRLF.
std::string_view answer_to(std::string_view line) {
    if (line.find(" HTTP/1.") == line.npos) return wrong;
    return line.starts_with("GET / ") || line.starts_with("HEAD / ") ? found : missing;
}

//! [serve]
/// One request; `until` is of the whole connection, so a peer that sends a byte now and then does not keep it.
Task<> serve(Scope& scope, Peer peer, Deadline until) {
    std::array<std::byte, 2048> buffer;
    std::size_t size = 0;
    std::string_view head;
    while (head.find("\r\n\r\n") == head.npos) {
        if (size == buffer.size()) break;  // no request is so long
        BOOST_OUTCOME_CO_TRY(const std::size_t got, co_await peer.recv(std::span(buffer).subspan(size), until));
        size += got;
        head = as_text(std::span(buffer).first(size));
    }
    const bool is_whole = head.find("\r\n\r\n") != head.npos;
    const std::string_view answer = is_whole ? answer_to(head.substr(0, head.find("\r\n"))) : wrong;
    BOOST_OUTCOME_CO_TRYV(co_await peer.send_all(answer, until));
    if (answer == found && head.starts_with("GET ")) {
        BOOST_OUTCOME_CO_TRYV(co_await peer.send_all(text, until));
    }
    // Closing while bytes of the peer are unread would send a reset, which could destroy the answer on its way.
    BOOST_OUTCOME_CO_TRY(auto half, scope.loop().unwatch(std::move(peer)).shutdown_send());
    BOOST_OUTCOME_CO_TRY(const auto last, scope.loop().watch(std::move(half)));
    while (co_await last.recv(buffer, until)) {}
    co_return success();
}
//! [serve]

//! [accept]
Task<> accept_all(Scope& scope, Door door, std::chrono::seconds patience) {
    Scope peers(scope);
    for (;;) {
        auto accepted = co_await door.accept();
        if (scope.is_stopped()) co_return success();
        if (!accepted) {
            if (classify_accept(accepted.error()) == AcceptFailure::fatal) co_return accepted.error();
            const auto rest = Deadline::at(scope.loop().now() + rest_of_accept);  // out of descriptors, for example
            BOOST_OUTCOME_CO_TRYV(co_await sleep_until(rest));
            continue;
        }
        auto peer = scope.loop().watch(std::move(accepted).value());
        if (peer) static_cast<void>(peers.spawn(serve(peers, std::move(peer).value(), scope.loop().in(patience))));
    }
}
//! [accept]

FrameSlab<4096, 1'000> frames;  // a thousand at once; who finds none is turned away
result<Waker> waker = Waker::open();

result<void> run(Port port, std::chrono::seconds patience) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(Ipv4Address::loopback(), port));
    BOOST_OUTCOME_TRY(auto listening, std::move(bound).listen());
    BOOST_OUTCOME_TRY(auto never_waits, std::move(listening).set_nonblocking());
    BOOST_OUTCOME_TRY(auto mechanism, NativeMechanism::open());
    static NativeLoop<4'096> loop(std::move(mechanism));
    BOOST_OUTCOME_TRY(auto door, loop.watch(std::move(never_waits)));
    BOOST_OUTCOME_TRY(const auto here, door.socket().local_addr());
    std::printf("listening on http://%s/\n", to_text(here).c_str());
    std::fflush(stdout);
    Scope scope(loop, frames);
    BOOST_OUTCOME_TRY(scope.spawn(accept_all(scope, std::move(door), patience)));
    return loop.run(scope, waker.value());
}

}  // namespace

int main(int argc, char** argv) {
    const char* const usage = "http_many [port] [seconds]";
    const auto patience = std::chrono::seconds(argc > 2 ? std::atoi(argv[2]) : 5);
    if (argc > 3 || patience.count() <= 0 || terminal::asks_for_help(argc, argv)) {
        return terminal::explain(argc, argv, usage);
    }
    const auto port = Port::parse(argc > 1 ? argv[1] : "8080");
    if (!port) return terminal::fail("http_many", port.error(), usage);
    if (!waker) return terminal::fail("http_many", waker.error(), usage);
    for (const int number : {SIGINT, SIGTERM}) std::signal(number, [](int) { waker.assume_value().wake(); });
    const auto done = run(port.value(), patience);
    return done || done.error() == errc::stopped ? 0 : terminal::fail("http_many", done.error(), usage);
}
