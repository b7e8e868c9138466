// SPDX-License-Identifier: BSL-1.0
// The echo server by liburing, one receive or send of a connection at a time, with the setup that Ring has. As C is
// written: no socket has an owner.

#include <liburing.h>

#include <utility>

#include "readiness_load.hpp"

namespace {

constexpr std::uint64_t receives = 0;
constexpr std::uint64_t sends = 1;
constexpr std::uint64_t accepts = 2;
char buffers[load::most_descriptors][1024];
io_uring ring;

io_uring_sqe* next() {
    io_uring_sqe* entry = io_uring_get_sqe(&ring);
    if (entry == nullptr) {
        io_uring_submit(&ring);
        entry = io_uring_get_sqe(&ring);
    }
    return entry;
}
void accept(int listener) {
    io_uring_sqe* const entry = next();
    io_uring_prep_accept(entry, listener, nullptr, nullptr, SOCK_CLOEXEC);
    io_uring_sqe_set_data64(entry, accepts << 32U | static_cast<std::uint64_t>(listener));
}
void receive(int peer) {
    io_uring_sqe* const entry = next();
    io_uring_prep_recv(entry, peer, buffers[peer], sizeof buffers[peer], 0);
    io_uring_sqe_set_data64(entry, receives << 32U | static_cast<std::uint64_t>(peer));
}
void send(int peer, int count) {
    io_uring_sqe* const entry = next();
    io_uring_prep_send(entry, peer, buffers[peer], static_cast<std::size_t>(count), MSG_NOSIGNAL);
    io_uring_sqe_set_data64(entry, sends << 32U | static_cast<std::uint64_t>(peer));
}

[[gnu::noinline]] void serve(int listener) {
    io_uring_params setup{};
    setup.flags = IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
    setup.cq_entries = 32768;
    load::require(io_uring_queue_init_params(4096, &ring, &setup) == 0);
    accept(listener);
    for (long left = load::connections(); left > 0;) {
        io_uring_submit_and_wait(&ring, 1);
        unsigned head = 0;
        unsigned count = 0;
        io_uring_cqe* answer = nullptr;
        io_uring_for_each_cqe(&ring, head, answer) {
            ++count;
            const int number = static_cast<int>(answer->user_data & 0xffffffffU);
            switch (answer->user_data >> 32U) {
                case accepts:
                    if (answer->res >= 0) receive(answer->res);
                    accept(number);
                    break;
                case receives:
                    if (answer->res <= 0) {
                        ::close(number);
                        --left;
                    } else {
                        send(number, answer->res);
                    }
                    break;
                default:
                    load::require(answer->res > 0);
                    receive(number);
            }
        }
        io_uring_cq_advance(&ring, count);
    }
}

}  // namespace

int main(int argc, char** argv) { return load::run(argc, argv, serve); }
