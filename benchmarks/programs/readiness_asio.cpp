// SPDX-License-Identifier: BSL-1.0
// The echo server by Boost.Asio: callbacks, a buffer for each connection; with -DESTATE_COROUTINES by its coroutines.

#include <array>
#include <boost/asio.hpp>
#include <memory>

#include "readiness_load.hpp"

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

long left;

#if defined(ESTATE_COROUTINES)
asio::awaitable<void> echo(asio::io_context& io, tcp::socket peer) {
    std::array<char, 1024> room;
    boost::system::error_code failed;
    for (;;) {
        const auto got = co_await peer.async_read_some(asio::buffer(room),
                                                       asio::redirect_error(asio::use_awaitable, failed));
        if (failed) break;
        co_await asio::async_write(peer, asio::buffer(room, got), asio::redirect_error(asio::use_awaitable, failed));
    }
    peer.close();
    if (--left == 0) io.stop();
}
void start(asio::io_context& io, tcp::socket peer) { asio::co_spawn(io, echo(io, std::move(peer)), asio::detached); }
#else
struct Echo : std::enable_shared_from_this<Echo> {
    Echo(asio::io_context& context, tcp::socket socket) : io{context}, peer{std::move(socket)} {}

    void read() {
        peer.async_read_some(asio::buffer(room), [self = shared_from_this()](auto failed, std::size_t got) {
            if (failed) return self->end();
            asio::async_write(self->peer, asio::buffer(self->room, got), [self](auto why, std::size_t) {
                if (why) return self->end();
                self->read();
            });
        });
    }
    void end() {
        peer.close();
        if (--left == 0) io.stop();
    }

    asio::io_context& io;
    tcp::socket peer;
    std::array<char, 1024> room;
};
void start(asio::io_context& io, tcp::socket peer) { std::make_shared<Echo>(io, std::move(peer))->read(); }
#endif

void accept(asio::io_context& io, tcp::acceptor& acceptor) {
    acceptor.async_accept([&](auto failed, tcp::socket peer) {
        if (!failed) start(io, std::move(peer));
        accept(io, acceptor);
    });
}

void serve(int listener) {
    left = load::connections();
    asio::io_context io(1);
    tcp::acceptor acceptor(io, tcp::v4(), listener);
    accept(io, acceptor);
    io.run();
    io.stop();
}

}  // namespace

int main(int argc, char** argv) { return load::run(argc, argv, serve); }
