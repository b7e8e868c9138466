// SPDX-License-Identifier: BSL-1.0
// The echo server by libevent's raw events.

#include <event2/event.h>

#include <cerrno>

#include "readiness_load.hpp"

namespace {

long left;
event_base* base;

void talk(evutil_socket_t peer, short, void* self) {
    char room[1024];
    const ssize_t got = ::recv(peer, room, sizeof room, 0);
    if (got > 0) {
        load::require(::send(peer, room, static_cast<std::size_t>(got), MSG_NOSIGNAL) == got);
    } else if (got == 0 || errno != EAGAIN) {
        event_free(*static_cast<event**>(self));
        ::operator delete(self);
        ::close(peer);
        if (--left == 0) event_base_loopbreak(base);
    }
}

void accept(evutil_socket_t listener, short, void*) {
    const int peer = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (peer < 0) return;
    auto** const own = static_cast<event**>(::operator new(sizeof(event*)));
    *own = event_new(base, peer, EV_READ | EV_PERSIST, talk, own);
    event_add(*own, nullptr);
}

void serve(int listener) {
    left = load::connections();
    base = event_base_new();
    event* const accepts = event_new(base, listener, EV_READ | EV_PERSIST, accept, nullptr);
    event_add(accepts, nullptr);
    event_base_dispatch(base);
}

}  // namespace

int main(int argc, char** argv) { return load::run(argc, argv, serve); }
