// SPDX-License-Identifier: BSL-1.0
// The echo server in raw epoll, by level: what the others are measured against.

#include <sys/epoll.h>

#include <cerrno>

#include "readiness_load.hpp"

namespace {

constexpr int most = 128;

[[gnu::noinline]] void serve(int listener) {
    const int set = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.fd = listener;
    ::epoll_ctl(set, EPOLL_CTL_ADD, listener, &wanted);
    epoll_event events[most];
    char room[1024];
    for (long left = load::connections(); left > 0;) {
        const int count = ::epoll_wait(set, events, most, -1);
        for (int i = 0; i < count; ++i) {
            const int number = events[i].data.fd;
            if (number == listener) {
                const int peer = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
                if (peer < 0) continue;
                wanted.events = EPOLLIN | EPOLLRDHUP;
                wanted.data.fd = peer;
                if (::epoll_ctl(set, EPOLL_CTL_ADD, peer, &wanted) != 0) ::close(peer);
                continue;
            }
            const ssize_t got = ::recv(number, room, sizeof room, 0);
            if (got > 0) {
                if (::send(number, room, static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) std::abort();
            } else if (got == 0 || errno != EAGAIN) {
                ::close(number);
                --left;
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv) { return load::run(argc, argv, serve); }
