// SPDX-License-Identifier: BSL-1.0
// The storm of tests/completion/ring_storm.hpp on the kernel: DISTURBANCES SEED. The exit code is 1 where a byte was lost
// or wrong, and 77 where there is no ring.
#include <cstdio>
#include <cstdlib>

#include "../../tests/completion/ring_storm.hpp"

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    if (const auto probed = estate::posix::Uring::open(1); !probed) {
        std::printf("skipped: io_uring: %s\n", probed.error().message());
        return 77;
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto came = std::make_unique<estate::test::RingStorm>(std::strtoull(argv[2], nullptr, 10),
                                                                std::strtoull(argv[1], nullptr, 10))
                          ->run();
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    std::printf("%llu cancels (%llu too late), %llu timeouts, %llu closes, %llu in flight when their ring went; %llu connections, "
                "%llu bytes: %llu lost, %llu wrong, %llu unexplained; %.2f s\n",
                number(came.cancels), number(came.too_late), number(came.timeouts), number(came.closes),
                number(came.dropped), number(came.connections), number(came.bytes), number(came.lost),
                number(came.wrong), number(came.unexplained), took);
    return came.lost + came.wrong + came.unexplained == 0 ? 0 : 1;
}
