// SPDX-License-Identifier: BSL-1.0
// The echo server by liburing, one receive or send of a connection at a time, with the setup that Ring has. As C is
// written: no socket has an owner. With ESTATE_MULTISHOT one accept and one receive of a connection answer again and
// again, and the kernel takes the buffers of a ring.

#include <liburing.h>
#include <sys/mman.h>

#include <utility>

#include "readiness_load.hpp"

namespace {

constexpr std::uint64_t receives = 0;
constexpr std::uint64_t sends = 1;
constexpr std::uint64_t accepts = 2;
char buffers[load::most_descriptors][1024];
io_uring ring;
#if defined(ESTATE_MULTISHOT)
constexpr bool is_multishot = true;
#else
constexpr bool is_multishot = false;
#endif
constexpr unsigned shared = 32768;  // buffers, by multishot
io_uring_buf_ring* given = nullptr;

void give_buffers() {
    const std::size_t size = shared * sizeof(io_uring_buf);
    void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    load::require(memory != MAP_FAILED);
    given = static_cast<io_uring_buf_ring*>(memory);
    io_uring_buf_reg what{};
    what.ring_addr = reinterpret_cast<std::uintptr_t>(memory);
    what.ring_entries = shared;
    load::require(io_uring_register_buf_ring(&ring, &what, 0) == 0);
    io_uring_buf_ring_init(given);
    for (unsigned i = 0; i < shared; ++i) {
        io_uring_buf_ring_add(given, buffers[i], sizeof buffers[i], static_cast<unsigned short>(i), shared - 1,
                              static_cast<int>(i));
    }
    io_uring_buf_ring_advance(given, shared);
}
void give_back(unsigned short buffer) {
    io_uring_buf_ring_add(given, buffers[buffer], sizeof buffers[buffer], buffer, shared - 1, 0);
    io_uring_buf_ring_advance(given, 1);
}

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
    if constexpr (is_multishot) {
        io_uring_prep_multishot_accept(entry, listener, nullptr, nullptr, SOCK_CLOEXEC);
    } else {
        io_uring_prep_accept(entry, listener, nullptr, nullptr, SOCK_CLOEXEC);
    }
    io_uring_sqe_set_data64(entry, accepts << 32U | static_cast<std::uint64_t>(listener));
}
void receive(int peer) {
    io_uring_sqe* const entry = next();
    if constexpr (is_multishot) {
        io_uring_prep_recv_multishot(entry, peer, nullptr, 0, 0);
        entry->flags |= IOSQE_BUFFER_SELECT;
    } else {
        io_uring_prep_recv(entry, peer, buffers[peer], sizeof buffers[peer], 0);
    }
    io_uring_sqe_set_data64(entry, receives << 32U | static_cast<std::uint64_t>(peer));
}
/// What the answer tells is the peer's number, or by multishot the buffer's.
void send(int peer, unsigned buffer, int count) {
    io_uring_sqe* const entry = next();
    io_uring_prep_send(entry, peer, buffers[buffer], static_cast<std::size_t>(count), MSG_NOSIGNAL);
    io_uring_sqe_set_data64(entry, sends << 32U | (is_multishot ? buffer : static_cast<unsigned>(peer)));
}

[[gnu::noinline]] void serve(int listener) {
    io_uring_params setup{};
    setup.flags = IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
    setup.cq_entries = 32768;
    load::require(io_uring_queue_init_params(4096, &ring, &setup) == 0);
    if (is_multishot) give_buffers();
    accept(listener);
    for (long left = load::connections(); left > 0;) {
        io_uring_submit_and_wait(&ring, 1);
        unsigned head = 0;
        unsigned count = 0;
        io_uring_cqe* answer = nullptr;
        io_uring_for_each_cqe(&ring, head, answer) {
            ++count;
            const int number = static_cast<int>(answer->user_data & 0xffffffffU);
            const bool goes_on = (answer->flags & IORING_CQE_F_MORE) != 0;
            switch (answer->user_data >> 32U) {
                case accepts:
                    if (answer->res >= 0) receive(answer->res);
                    if (!goes_on) accept(number);
                    break;
                case receives:
                    if (answer->res <= 0) {
                        ::close(number);
                        --left;
                    } else {
                        const auto own = static_cast<unsigned>(number);
                        send(number, is_multishot ? answer->flags >> IORING_CQE_BUFFER_SHIFT : own, answer->res);
                        if (is_multishot && !goes_on) receive(number);
                    }
                    break;
                default:
                    load::require(answer->res > 0);
                    if (is_multishot) {
                        give_back(static_cast<unsigned short>(number));
                    } else {
                        receive(number);
                    }
            }
        }
        io_uring_cq_advance(&ring, count);
    }
}

}  // namespace

int main(int argc, char** argv) { return load::run(argc, argv, serve); }
