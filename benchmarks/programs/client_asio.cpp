// SPDX-License-Identifier: BSL-1.0
// The same as client_raw.cpp in Boost.Asio, with the three headers that it needs.

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

int main() {
    namespace asio = boost::asio;
    asio::io_context context;
    asio::ip::tcp::socket peer(context);
    boost::system::error_code error;
    peer.connect({asio::ip::address_v4::loopback(), 7777}, error);
    if (error) return 1;
    char bytes[64] = {'h', 'i'};
    if (peer.send(asio::buffer(bytes, 2), 0, error) != 2 || error) return 1;
    return peer.receive(asio::buffer(bytes), 0, error) > 0 && !error ? 0 : 1;
}
