// SPDX-License-Identifier: BSL-1.0
// The same as ping_pong_raw.cpp in estate.

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <estate/tcp.hpp>

namespace {

constexpr std::size_t size = 64;
using Peer = estate::ConnectedSocket<estate::Tcp<estate::V4>>;

[[noreturn]] void fail() { std::abort(); }

[[gnu::noinline]] void client_rounds(const Peer& peer, long rounds) {
    std::byte bytes[size] = {std::byte{1}};
    for (long i = 0; i < rounds; ++i) {
        const auto sent = peer.send(bytes);
        if (!sent || sent.assume_value() != size) fail();
        const auto got = peer.recv(bytes);
        if (!got || got.assume_value() != size) fail();
    }
}

[[gnu::noinline]] void server_rounds(const Peer& peer, long rounds) {
    std::byte bytes[size];
    for (long i = 0; i < rounds; ++i) {
        const auto got = peer.recv(bytes);
        if (!got || got.assume_value() != size) fail();
        const auto sent = peer.send(bytes);
        if (!sent || sent.assume_value() != size) fail();
    }
}

template <class Result>
auto expect(Result&& result) {
    if (!result) fail();
    return std::forward<Result>(result).assume_value();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const long rounds = std::atol(argv[1]);
    const bool count_client = std::strcmp(argv[2], "client") == 0;

    auto bound = expect(expect(estate::tcp_v4()).bind_to_ip(estate::IpAddress<estate::V4>::loopback(), 0));
    const auto listener = expect(std::move(bound).listen(estate::Backlog(1)));
    const auto address = expect(listener.local_addr());

    const bool child = ::fork() == 0;
    if (child != count_client) {
        client_rounds(expect(expect(estate::tcp_v4()).connect(address)), rounds);
    } else {
        server_rounds(expect(listener.accept()), rounds);
    }
    if (child) ::_exit(0);
    return 0;
}
