// SPDX-License-Identifier: BSL-1.0
// The echo server by a bare coroutine for each connection over raw epoll: what a compiler makes of coroutines by
// themselves. No types, deadlines, scopes, errors or fairness; the event leads to the frame, and a frame comes from an
// array. A lower bound, no model.

#include <sys/epoll.h>

#include <coroutine>

#include "readiness_load.hpp"

namespace {

constexpr std::size_t cell = 256;
alignas(16) std::byte cells[load::most_descriptors][cell];
std::byte* free_cells[load::most_descriptors];
std::size_t made = 0;
std::size_t freed = 0;
std::size_t largest = 0;

struct Task {
    struct promise_type {
        static void* operator new(std::size_t size) noexcept {
            if (size > cell) std::abort();
            if (size > largest) largest = size;
            return freed > 0 ? free_cells[--freed] : cells[made++];
        }
        static void operator delete(void* frame) noexcept { free_cells[freed++] = static_cast<std::byte*>(frame); }
        static Task get_return_object_on_allocation_failure() noexcept { return {}; }
        Task get_return_object() noexcept { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
        static std::suspend_always initial_suspend() noexcept { return {}; }
        static std::suspend_never final_suspend() noexcept { return {}; }
        static void return_void() noexcept {}
        static void unhandled_exception() noexcept {}
    };
    std::coroutine_handle<> coroutine;
};

long left;

Task echo(int number) noexcept {
    static char room[1024];  // what is received is sent before another may run
    for (;;) {
        const ssize_t got = ::recv(number, room, sizeof room, 0);
        if (got <= 0) break;
        if (::send(number, room, static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) std::abort();
        if (got < static_cast<ssize_t>(sizeof room)) co_await std::suspend_always();
    }
    ::close(number);
    --left;
}

[[gnu::noinline]] void serve(int listener) {
    const int set = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    ::epoll_ctl(set, EPOLL_CTL_ADD, listener, &wanted);
    constexpr int most = 128;
    epoll_event events[most];
    for (left = load::connections(); left > 0;) {
        const int count = ::epoll_wait(set, events, most, -1);
        for (int i = 0; i < count; ++i) {
            if (events[i].data.ptr != nullptr) {
                std::coroutine_handle<>::from_address(events[i].data.ptr).resume();
                continue;
            }
            const int peer = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (peer < 0) continue;
            wanted.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
            wanted.data.ptr = echo(peer).coroutine.address();
            if (::epoll_ctl(set, EPOLL_CTL_ADD, peer, &wanted) != 0) std::abort();
        }
    }
    std::printf("a connection %zu\n", largest);
}

}  // namespace

int main(int argc, char** argv) { return load::run(argc, argv, serve); }
