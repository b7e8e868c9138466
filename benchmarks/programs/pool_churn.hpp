// SPDX-License-Identifier: BSL-1.0
// How a pool of addresses is measured. A Pool has a size, a token Held, `Held allocate()`, `void release(Held&)`,
// and `std::size_t bytes()`, its own size without what it has on the heap. Some have `fill(count)`, which takes 0 to
// count - 1 at once, where one at a time would take minutes.
#pragma once

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

inline std::size_t heap_bytes() {
    const auto heap = ::mallinfo2();
    return heap.uordblks + heap.hblkhd;  // what malloc() gave from its arenas, and by mmap()
}

/// Numbers below `end`, each run the same: xorshift64 and a multiplication.
class Random {
public:
    std::uint32_t below(std::uint32_t end) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return static_cast<std::uint32_t>((state_ >> 32) * end >> 32);
    }

private:
    std::uint64_t state_ = 88172645463325252;
};

/// A round gives the address of a random holder back and takes another one for it.
template <class Pool>
[[gnu::noinline]] void churn(Pool& pool, std::vector<typename Pool::Held>& held, Random& random, long rounds) {
    const auto holders = static_cast<std::uint32_t>(held.size());
    for (long i = 0; i < rounds; ++i) {
        auto& one = held[random.below(holders)];
        pool.release(one);
        one = pool.allocate();
    }
}

template <class Pool>
void take(Pool& pool, std::vector<typename Pool::Held>& held, std::uint32_t count) {
    held.reserve(count);
    if constexpr (requires { pool.fill(count); }) {
        pool.fill(count);
        for (std::uint32_t i = 0; i < count; ++i) held.push_back(i);
    } else {
        while (held.size() < count) held.push_back(pool.allocate());
    }
}

/// Nanoseconds a round, once so many rounds before have scattered what is free over a /16.
template <class Pool>
double time_churn(Pool& pool, std::vector<typename Pool::Held>& held, long rounds) {
    Random random;
    churn(pool, held, random, 1L << 16);
    const auto start = std::chrono::steady_clock::now();
    churn(pool, held, random, rounds);
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / double(rounds);
}

/// `ROUNDS FILL`: prints the nanoseconds of a round at a fill of so many hundredths of a percent, of one address at
/// least. `memory`: prints the bytes for each address while none is taken, and while all are, the tokens included.
template <class Pool>
int measure(int argc, char** argv) {
    const std::size_t before = heap_bytes();
    static Pool pool;
    std::vector<typename Pool::Held> held;
    if (argc == 2) {
        const auto each = [&] { return double(pool.bytes() + heap_bytes() - before) / double(Pool::size); };
        const double idle = each();
        take(pool, held, Pool::size);
        std::printf("%.4f %.4f\n", idle, each());
        return 0;
    }
    if (argc != 3) return 2;
    const long rounds = std::atol(argv[1]);
    const auto fill =
        static_cast<std::uint32_t>(std::uint64_t{Pool::size} * std::strtoul(argv[2], nullptr, 10) / 10000);
    take(pool, held, std::max(fill, 1U));
    std::printf("%.2f\n", time_churn(pool, held, rounds));
    return 0;
}
