// SPDX-License-Identifier: BSL-1.0
// A minimal client in raw POSIX, to be compiled and weighed: connects, sends, receives, ends.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

int main() {
    const int peer = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    if (peer < 0) return 1;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(7777);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    char bytes[64] = {'h', 'i'};
    int code = 1;
    if (::connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::send(peer, bytes, 2, MSG_NOSIGNAL) == 2 && ::recv(peer, bytes, sizeof bytes, 0) > 0) {
        code = 0;
    }
    ::close(peer);
    return code;
}
