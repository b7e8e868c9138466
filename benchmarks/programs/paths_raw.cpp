// SPDX-License-Identifier: BSL-1.0
// Every path that bytes take, one process doing both sides, in raw POSIX: `paths_raw ROUNDS round_trip|connect|datagram`.
// Any negative answer is taken for a failure, and nothing is tried again.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace {

constexpr std::size_t size = 64;

[[noreturn]] void fail() { std::abort(); }
int checked(int answer) {
    if (answer < 0) fail();
    return answer;
}

sockaddr_in loopback() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}
sockaddr_in bound(int socket) {
    sockaddr_in address = loopback();
    socklen_t length = sizeof address;
    checked(::bind(socket, reinterpret_cast<sockaddr*>(&address), length));
    checked(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length));
    return address;
}

[[gnu::noinline]] void round_trips(int one, int other, long rounds) {
    char bytes[size] = {1};
    for (long i = 0; i < rounds; ++i) {
        if (::send(one, bytes, size, MSG_NOSIGNAL) != ssize_t{size}) fail();
        if (::recv(other, bytes, size, 0) != ssize_t{size}) fail();
        if (::send(other, bytes, size, MSG_NOSIGNAL) != ssize_t{size}) fail();
        if (::recv(one, bytes, size, 0) != ssize_t{size}) fail();
    }
}

[[gnu::noinline]] void connections(int listener, const sockaddr_in& address, long rounds) {
    for (long i = 0; i < rounds; ++i) {
        const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
        if (client < 0) fail();
        if (::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail();
        const int peer = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (peer < 0) fail();
        ::close(client);
        ::close(peer);
    }
}

[[gnu::noinline]] void datagrams(int one, int other, const sockaddr_in& to, long rounds) {
    char bytes[size] = {1};
    for (long i = 0; i < rounds; ++i) {
        if (::sendto(one, bytes, size, MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), sizeof to) != ssize_t{size}) {
            fail();
        }
        sockaddr_in from;
        socklen_t length = sizeof from;
        if (::recvfrom(other, bytes, size, 0, reinterpret_cast<sockaddr*>(&from), &length) != ssize_t{size}) fail();
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const long rounds = std::atol(argv[1]);
    if (std::strcmp(argv[2], "datagram") == 0) {
        const int one = checked(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP));
        const int other = checked(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP));
        bound(one);
        datagrams(one, other, bound(other), rounds);
        return 0;
    }
    const int listener = checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
    const sockaddr_in address = bound(listener);
    checked(::listen(listener, 16));
    if (std::strcmp(argv[2], "connect") == 0) {
        connections(listener, address, rounds);
        return 0;
    }
    const int client = checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
    checked(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address));
    round_trips(client, checked(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)), rounds);
}
