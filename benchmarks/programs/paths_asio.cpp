// SPDX-License-Identifier: BSL-1.0
// The same as paths_raw.cpp in Boost.Asio, its blocking calls with error codes.

#include <boost/asio.hpp>
#include <cstdlib>
#include <cstring>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp, asio::ip::udp;
constexpr std::size_t size = 64;

[[noreturn]] void fail() { std::abort(); }

[[gnu::noinline]] void round_trips(tcp::socket& one, tcp::socket& other, long rounds) {
    char bytes[size] = {1};
    boost::system::error_code error;
    for (long i = 0; i < rounds; ++i) {
        if (one.send(asio::buffer(bytes), 0, error) != size || error) fail();
        if (other.receive(asio::buffer(bytes), 0, error) != size || error) fail();
        if (other.send(asio::buffer(bytes), 0, error) != size || error) fail();
        if (one.receive(asio::buffer(bytes), 0, error) != size || error) fail();
    }
}

[[gnu::noinline]] void connections(asio::io_context& context, tcp::acceptor& listener, long rounds) {
    const auto address = listener.local_endpoint();
    boost::system::error_code error;
    for (long i = 0; i < rounds; ++i) {
        tcp::socket client(context);
        if (client.connect(address, error)) fail();
        tcp::socket peer(context);
        if (listener.accept(peer, error)) fail();
    }
}

[[gnu::noinline]] void datagrams(udp::socket& one, udp::socket& other, long rounds) {
    const auto to = other.local_endpoint();
    char bytes[size] = {1};
    boost::system::error_code error;
    for (long i = 0; i < rounds; ++i) {
        if (one.send_to(asio::buffer(bytes), to, 0, error) != size || error) fail();
        udp::endpoint from;
        if (other.receive_from(asio::buffer(bytes), from, 0, error) != size || error) fail();
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const long rounds = std::atol(argv[1]);
    asio::io_context context;
    const auto loopback = asio::ip::address_v4::loopback();
    if (std::strcmp(argv[2], "datagram") == 0) {
        udp::socket one(context, udp::endpoint(loopback, 0));
        udp::socket other(context, udp::endpoint(loopback, 0));
        datagrams(one, other, rounds);
        return 0;
    }
    tcp::acceptor listener(context, tcp::endpoint(loopback, 0));
    if (std::strcmp(argv[2], "connect") == 0) {
        connections(context, listener, rounds);
        return 0;
    }
    tcp::socket client(context);
    client.connect(listener.local_endpoint());
    tcp::socket peer = listener.accept();
    round_trips(client, peer, rounds);
}
