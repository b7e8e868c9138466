// SPDX-License-Identifier: BSL-1.0
//
// What raw POSIX does at run time with the mistakes of the tutorial. Everything here compiles without a warning.
//
//     raw_posix MISTAKE           prints what the kernel answered; without a name, the names

#include <arpa/inet.h>
#include <csignal>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

/// Prints what a call answered.
template <class Number>
Number told(const char* call, Number answer) {
    const int error = errno;
    if (answer < 0) {
        std::printf("%s: %s\n", call, std::strerror(error));
    } else {
        std::printf("%s: %ld\n", call, static_cast<long>(answer));
    }
    return answer;
}

sockaddr_in loopback(unsigned short port_in_network_order = 0) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = port_in_network_order;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
}
const sockaddr* raw(const sockaddr_in& at) { return reinterpret_cast<const sockaddr*>(&at); }
sockaddr_in name_of(int fd) {
    sockaddr_in at{};
    socklen_t size = sizeof at;
    (void)getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
    return at;
}
int listener_on_any_port() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in at = loopback();
    if (bind(fd, raw(at), sizeof at) != 0 || listen(fd, 8) != 0) _exit(1);
    return fd;
}
/// A connection to itself: [0] connected, [1] was accepted.
struct Pair {
    int client = socket(AF_INET, SOCK_STREAM, 0);
    int server = -1;
    Pair() {
        const int listener = listener_on_any_port();
        const sockaddr_in at = name_of(listener);
        if (connect(client, raw(at), sizeof at) != 0) _exit(1);
        server = accept(listener, nullptr, nullptr);
        close(listener);
    }
};

//! [byte_order]
/// The port was meant to be 7000: htons() was forgotten.
void byte_order() {
    const sockaddr_in at = loopback(7000);
    std::printf("connecting to port %u\n", unsigned{ntohs(at.sin_port)});
}
//! [byte_order]

//! [text_address]
/// The address and the port as one text: inet_pton() answers 0, which is no error number, and nobody looks.
void text_address() {
    sockaddr_in at = name_of(listener_on_any_port());  // some server of this machine
    at.sin_addr.s_addr = 0;
    told("inet_pton", inet_pton(AF_INET, "192.0.2.1:80", &at.sin_addr));
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    told("connect", connect(fd, raw(at), sizeof at));
    socklen_t size = sizeof at;
    (void)getpeername(fd, reinterpret_cast<sockaddr*>(&at), &size);
    std::printf("connected to %s\n", inet_ntoa(at.sin_addr));
}
//! [text_address]

//! [listener]
/// Data is sent on the listener, not on the connection that it accepted.
void listener() {
    const int fd = listener_on_any_port();
    std::signal(SIGPIPE, [](int) { (void)!write(1, "SIGPIPE, which ends a program that does not expect it\n", 54); });
    told("send on the listener", send(fd, "hello", 5, 0));
    const int unbound = socket(AF_INET, SOCK_STREAM, 0);
    told("listen without bind", listen(unbound, 8));
    std::printf("it listens on a port that nobody chose: %s\n", ntohs(name_of(unbound).sin_port) != 0 ? "yes" : "no");
}
//! [listener]

//! [short_send]
/// send() is called once; its answer is not looked at.
void short_send() {
    const Pair pair;
    (void)fcntl(pair.client, F_SETFL, O_NONBLOCK);
    static char bytes[10'000'000];
    const ssize_t sent = send(pair.client, bytes, sizeof bytes, MSG_NOSIGNAL);
    std::printf("all of 10,000,000 bytes were taken: %s\n", sent == ssize_t{sizeof bytes} ? "yes" : "no");
}
//! [short_send]

//! [after_shutdown]
/// send() after shutdown(SHUT_WR).
void after_shutdown() {
    const Pair pair;
    told("shutdown", shutdown(pair.client, SHUT_WR));
    std::signal(SIGPIPE, [](int) { (void)!write(1, "SIGPIPE\n", 8); });
    told("send", send(pair.client, "more", 4, 0));
}
//! [after_shutdown]

//! [cut_datagram]
/// A datagram of 11 bytes, and a buffer of 4.
void cut_datagram() {
    const int to = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in at = loopback();
    (void)bind(to, raw(at), sizeof at);
    at = name_of(to);
    const int from = socket(AF_INET, SOCK_DGRAM, 0);
    (void)sendto(from, "hello world", 11, 0, raw(at), sizeof at);
    char buffer[4];
    told("recv", recv(to, buffer, sizeof buffer, 0));
    told("recv of the rest", recv(to, buffer, sizeof buffer, MSG_DONTWAIT));
}
//! [cut_datagram]

//! [closed_twice]
/// A thread closes the descriptor of its connection; then another part of the program closes it again.
void closed_twice() {
    const Pair pair;
    (void)socket(AF_INET, SOCK_DGRAM, 0);  // takes the lowest free number
    told("close", close(pair.server));
    const int somebody_elses = socket(AF_INET, SOCK_DGRAM, 0);
    std::printf("the next socket has the same number: %s\n", somebody_elses == pair.server ? "yes" : "no");
    told("close again", close(pair.server));
    told("the next socket is open", fcntl(somebody_elses, F_GETFD));
}
//! [closed_twice]

//! [no_deadline]
/// The peer says nothing, and recv() has no end. A timer ends the demonstration.
void no_deadline() {
    const Pair pair;
    struct sigaction action{};
    action.sa_handler = [](int) {};
    (void)sigaction(SIGALRM, &action, nullptr);
    alarm(1);
    char buffer[4];
    told("recv, one second later", recv(pair.client, buffer, sizeof buffer, 0));
}
//! [no_deadline]

//! [connect_again]
/// connect() fails; the same socket is used again, as if nothing had happened.
void connect_again() {
    const int closed = listener_on_any_port();
    const sockaddr_in nobody = name_of(closed);
    close(closed);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    told("connect", connect(fd, raw(nobody), sizeof nobody));
    told("send", send(fd, "hello", 5, MSG_NOSIGNAL));
    std::printf("POSIX: the state of the socket is unspecified\n");
}
//! [connect_again]

//! [two_owners]
/// Two services are configured with the same address and port.
void two_owners() {
    const int one = socket(AF_INET, SOCK_DGRAM, 0), other = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
    (void)setsockopt(one, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    (void)setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in at = loopback();
    told("bind of the first", bind(one, raw(at), sizeof at));
    at = name_of(one);
    told("bind of the second", bind(other, raw(at), sizeof at));
    (void)sendto(socket(AF_INET, SOCK_DGRAM, 0), "order", 5, 0, raw(at), sizeof at);
    char buffer[8];
    told("the first receives", recv(one, buffer, sizeof buffer, MSG_DONTWAIT));
    told("the second receives", recv(other, buffer, sizeof buffer, MSG_DONTWAIT));
}
//! [two_owners]

//! [state_in_an_enum]
/// The state of the door is a member, so each function asks for it, and each caller has to look at the answer.
struct RawDoor {
    enum { open, shut, locked } state = open;
};
int lock(RawDoor& door) {
    if (door.state != RawDoor::shut) return errno = EINVAL, -1;
    door.state = RawDoor::locked;
    return 0;
}
void state_in_an_enum() {
    RawDoor door;
    (void)lock(door);  // shut() was forgotten
    std::printf("everybody has left, and the door is %s\n", door.state == RawDoor::locked ? "locked" : "open");
}
//! [state_in_an_enum]

struct {
    const char* name;
    void (*run)();
} const mistakes[] = {{"byte_order", byte_order},       {"text_address", text_address},
                      {"listener", listener},           {"short_send", short_send},
                      {"after_shutdown", after_shutdown}, {"cut_datagram", cut_datagram},
                      {"closed_twice", closed_twice},   {"no_deadline", no_deadline},
                      {"connect_again", connect_again}, {"two_owners", two_owners},
                      {"state_in_an_enum", state_in_an_enum}};

}  // namespace

int main(int argc, char** argv) {
    const bool helps = argc == 2 && (std::strcmp(argv[1], "--help") == 0 || std::strcmp(argv[1], "-h") == 0);
    std::setvbuf(stdout, nullptr, _IONBF, 0);  // the signal handlers write(), too
    for (const auto& mistake : mistakes) {
        if (argc < 2) std::printf("%s\n", mistake.name);
        if (argc == 2 && std::strcmp(argv[1], mistake.name) == 0) return mistake.run(), 0;
    }
    if (argc >= 2) std::fputs("usage: raw_posix [MISTAKE]    lists them where none is named\n", helps ? stdout : stderr);
    return argc < 2 || helps ? 0 : 2;
}
