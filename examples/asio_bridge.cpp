// SPDX-License-Identifier: BSL-1.0
//
// A typed listener goes into Boost.Asio, whose coroutines serve its connections, and comes back as a typed listener.
//
//     asio_bridge    serves a client of its own and ends

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstdio>
#include <estate/asio.hpp>
#include <estate/estate.hpp>
#include <string>
#include <thread>

namespace {

using namespace estate;
using namespace std::chrono_literals;
namespace asio = boost::asio;

/// What a library that speaks Asio would do; TLS and Beast take such a socket as well.
asio::awaitable<void> echo_once(asio::ip::tcp::acceptor& acceptor) {
    asio::ip::tcp::socket peer = co_await acceptor.async_accept(asio::use_awaitable);
    std::array<char, 256> buffer;
    const std::size_t got = co_await peer.async_read_some(asio::buffer(buffer), asio::use_awaitable);
    co_await asio::async_write(peer, asio::buffer(buffer, got), asio::use_awaitable);
}

result<std::string> ask(SocketAddress<V4> server) {
    const auto until = [] { return std::chrono::steady_clock::now() + 5s; };
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto peer, std::move(created).connect(server, until()));
    BOOST_OUTCOME_TRY(peer.send_all("hello, coroutine", until()));
    std::string answer(16, '\0');
    const auto got = peer.recv_exact(std::as_writable_bytes(std::span(answer)), until());
    if (!got) return got.assume_error().code;
    return answer;
}

//! [bridge]
result<void> serve() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(Ipv4Address::loopback(), 0));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());  // typed up to here
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());

    asio::io_context io;
    BOOST_OUTCOME_TRY(auto acceptor, into_asio(io, std::move(listener)));
    asio::co_spawn(io, echo_once(acceptor), asio::detached);
    std::jthread client([here] {
        const auto answer = ask(here);
        std::printf("%s\n", answer ? answer.value().c_str() : answer.error().message());
    });
    io.run();
    client.join();

    BOOST_OUTCOME_TRY(auto back, from_asio<Tcp<V4>>(std::move(acceptor)));  // and from here on
    if (!back.is<Listening>()) return errc::wrong_transport;
    BOOST_OUTCOME_TRY(std::move(back).take<Listening>().close());
    return success();
}
//! [bridge]

}  // namespace

int main() {
    const auto done = serve();
    if (!done) std::fprintf(stderr, "asio_bridge: %s\n", done.error().message());
    return done ? 0 : 1;
}
