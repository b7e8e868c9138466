// SPDX-License-Identifier: BSL-1.0
// 64 bytes there and back over two connected TCP sockets, in raw POSIX: `ping_pong_raw ROUNDS client|server`.
// One process measures one side: the other is forked off and not counted. With -DESTATE_BARE the calls are
// made as nobody should: an interrupted one is taken for a failure.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace {

constexpr std::size_t size = 64;

[[noreturn]] void fail() { std::abort(); }

void send_whole(int peer, const char* bytes) {
#if !defined(ESTATE_BARE)
    ssize_t sent;
    while ((sent = ::send(peer, bytes, size, MSG_NOSIGNAL)) < 0) {
        if (errno != EINTR) fail();
    }
    if (sent != static_cast<ssize_t>(size)) fail();
#else
    if (::send(peer, bytes, size, MSG_NOSIGNAL) != static_cast<ssize_t>(size)) fail();
#endif
}

void recv_whole(int peer, char* bytes) {
#if !defined(ESTATE_BARE)
    ssize_t got;
    while ((got = ::recv(peer, bytes, size, 0)) < 0) {
        if (errno != EINTR) fail();
    }
    if (got != static_cast<ssize_t>(size)) fail();
#else
    if (::recv(peer, bytes, size, 0) != static_cast<ssize_t>(size)) fail();
#endif
}

[[gnu::noinline]] void client_rounds(int peer, long rounds) {
    char bytes[size] = {1};
    for (long i = 0; i < rounds; ++i) {
        send_whole(peer, bytes);
        recv_whole(peer, bytes);
    }
}

[[gnu::noinline]] void server_rounds(int peer, long rounds) {
    char bytes[size];
    for (long i = 0; i < rounds; ++i) {
        recv_whole(peer, bytes);
        send_whole(peer, bytes);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const long rounds = std::atol(argv[1]);
    const bool count_client = std::strcmp(argv[2], "client") == 0;

    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (listener < 0 || ::bind(listener, reinterpret_cast<sockaddr*>(&address), length) != 0) fail();
    if (::listen(listener, 1) != 0) fail();
    if (::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0) fail();

    const bool child = ::fork() == 0;
    if (child != count_client) {
        const int peer = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
        if (::connect(peer, reinterpret_cast<sockaddr*>(&address), length) != 0) fail();
        client_rounds(peer, rounds);
        ::close(peer);
    } else {
        const int peer = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (peer < 0) fail();
        server_rounds(peer, rounds);
        ::close(peer);
    }
    if (child) ::_exit(0);
    return 0;
}
