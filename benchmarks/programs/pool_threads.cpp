// SPDX-License-Identifier: BSL-1.0
// `THREADS ROUNDS pool|magazine`: prints the rounds of allocate and release a second of all threads together, each
// with 32 leases of a /16, and how many addresses two of them had at once.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/pool/ip_pool.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

estate::IpPool<estate::V4> pool;
/// A cache line each, else the threads would wait for one another's here.
struct alignas(64) Holder {
    std::atomic<unsigned char> has{0};
};
std::array<Holder, 1U << 16> holders;
std::atomic<int> twice{0};

std::atomic<unsigned char>& holder_of(const estate::Lease<estate::V4>& lease) {
    return holders[lease.address().bits().low() % holders.size()].has;
}

template <class Allocate>
void churn(long rounds, Allocate allocate) {
    std::vector<estate::Lease<estate::V4>> held;
    const auto take = [&] {
        auto lease = allocate();
        if (!lease) std::abort();
        if (holder_of(lease.assume_value()).exchange(1, std::memory_order_relaxed) != 0) ++twice;
        return std::move(lease).assume_value();
    };
    for (int i = 0; i < 32; ++i) held.push_back(take());
    for (long i = 0; i < rounds; ++i) {
        auto& one = held[static_cast<std::size_t>(i) % held.size()];
        holder_of(one).store(0, std::memory_order_relaxed);
        std::move(one).release();
        one = take();
    }
    for (const auto& lease : held) holder_of(lease).store(0, std::memory_order_relaxed);
}

void run(long rounds, bool with_magazine) {
    if (with_magazine) {
        auto magazine = pool.magazine("shop");
        if (!magazine) std::abort();
        churn(rounds, [&] { return magazine.assume_value().allocate("greeter", {}); });
    } else {
        const auto owner = estate::Owner::make("shop", "greeter").value();
        churn(rounds, [&] { return pool.allocate(owner); });
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4 || !pool.add_cidr_range("10.0.0.0/16")) return 2;
    const int count = std::atoi(argv[1]);
    const long rounds = std::atol(argv[2]);
    const bool with_magazine = argv[3] == std::string_view{"magazine"};
    std::vector<std::thread> threads;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) threads.emplace_back(run, rounds, with_magazine);
    for (auto& thread : threads) thread.join();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    std::printf("%.0f %d\n", double(rounds) * count / taken.count(), twice.load());
}
