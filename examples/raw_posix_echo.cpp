// SPDX-License-Identifier: BSL-1.0
//
// Accepts one TCP connection, sends back what it receives until the peer closes, and tells how much it was.
// estate_echo.cpp is the same program in estate. Nothing here is checked by the compiler: each line that
// says "remember" is one that it would also build without.
//
//     raw_posix_echo [port]     port 0, the default, picks a free one; listens on 127.0.0.1

//! [program]
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

long echo_one(unsigned short port) {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);  // remember: CLOEXEC
    if (listener < 0) return -1;
    int peer = -1;
    long total = 0;
    const int on = 1;
    sockaddr_in here{};
    socklen_t size = sizeof here;
    here.sin_family = AF_INET;
    here.sin_port = htons(port);  // remember: byte order
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) goto failed;  // remember: before bind
    if (bind(listener, reinterpret_cast<sockaddr*>(&here), sizeof here) != 0) goto failed;
    if (listen(listener, 4096) != 0) goto failed;  // remember: after bind, or it listens on a random port
    if (getsockname(listener, reinterpret_cast<sockaddr*>(&here), &size) != 0) goto failed;
    char text[INET_ADDRSTRLEN];
    if (inet_ntop(AF_INET, &here.sin_addr, text, sizeof text) == nullptr) goto failed;
    std::printf("listening on %s:%u\n", text, static_cast<unsigned>(ntohs(here.sin_port)));
    std::fflush(stdout);

    do {
        peer = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    } while (peer < 0 && errno == EINTR);  // remember: EINTR, here and twice below
    if (peer < 0) goto failed;
    for (char buffer[4096];;) {
        const ssize_t got = recv(peer, buffer, sizeof buffer, 0);  // remember: peer, not listener
        if (got == 0) break;                                   // remember: 0 is the end, not an empty read
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) goto failed;
        for (ssize_t done = 0; done < got;) {  // remember: a send may be short
            const ssize_t sent = send(peer, buffer + done, static_cast<std::size_t>(got - done), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) continue;
            if (sent < 0) goto failed;  // remember: MSG_NOSIGNAL, or SIGPIPE ends the process
            done += sent;
        }
        total += got;
    }
    if (close(peer) != 0) total = -1;  // remember: never close twice, not even after EINTR
    close(listener);
    return total;

failed:
    const int reason = errno;  // remember: close() overwrites it
    if (peer >= 0) close(peer);
    close(listener);
    errno = reason;
    return -1;
}

int main(int argc, char** argv) {
    char* end = nullptr;
    const long port = argc > 1 ? std::strtol(argv[1], &end, 10) : 0;
    const bool helps = argc == 2 && (std::strcmp(argv[1], "--help") == 0 || std::strcmp(argv[1], "-h") == 0);
    if (argc > 2 || (argc == 2 && (end == argv[1] || *end != '\0' || port < 0 || port > 65535))) {
        std::fputs("usage: raw_posix_echo [port of 0 to 65535]\n", helps ? stdout : stderr);
        return helps ? 0 : 2;
    }
    const long total = echo_one(static_cast<unsigned short>(port));
    if (total < 0) {
        std::fprintf(stderr, "raw_posix_echo: %s\n", std::strerror(errno));
        return 1;
    }
    std::printf("echoed %ld bytes\n", total);
}
//! [program]
