// SPDX-License-Identifier: BSL-1.0
// An hour of the world in tests/sim/poller_hour.hpp: CONNECTIONS SEED. Prints what happened in it and how long it took.
#include <cstdio>
#include <cstdlib>

#include "../../tests/sim/poller_hour.hpp"

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const auto begin = std::chrono::steady_clock::now();
    const auto hour = estate::test::an_hour<estate::test::ByReadySet>(
        std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[1], nullptr, 10), std::chrono::seconds(300));
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("%llu answers, %llu events, %llu calls, hash %016llx, %.2f s\n",
                static_cast<unsigned long long>(hour.answers), static_cast<unsigned long long>(hour.events),
                static_cast<unsigned long long>(hour.calls), static_cast<unsigned long long>(hour.hash), took);
    return 0;
}
