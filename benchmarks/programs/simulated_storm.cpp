// SPDX-License-Identifier: BSL-1.0
// The storm of tests/sim/poller_storm.hpp: DISTURBANCES SEED. The exit code is 1 where a byte was lost or wrong.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "../../tests/sim/poller_storm.hpp"

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const auto begin = std::chrono::steady_clock::now();
    const auto came = estate::test::storm(std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[1], nullptr, 10));
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    std::printf("%llu cancels, %llu timeouts, %llu closes; %llu connections, %llu bytes: %llu lost, %llu wrong, "
                "%llu unexplained; hash %016llx, %.2f s\n",
                number(came.cancels), number(came.timeouts), number(came.closes), number(came.connections),
                number(came.bytes), number(came.lost), number(came.wrong), number(came.unexplained),
                number(came.hash), took);
    return came.lost + came.wrong + came.unexplained == 0 ? 0 : 1;
}
