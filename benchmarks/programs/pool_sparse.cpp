// SPDX-License-Identifier: BSL-1.0
// `ROUNDS`: an IpPool of an IPv6 /64 with a million leases. Prints the bytes of a lease with its token, the
// nanoseconds of the slowest of the allocations that led there, and those of a round of churn.

#include <estate/pool/ip_pool.hpp>

#include "pool_churn.hpp"
#include "pool_names.hpp"

namespace {

class Sparse {
public:
    using Held = estate::Lease<estate::V6>;

    Sparse() {
        if (!addresses_.add_cidr_range("2001:db8::/64")) std::abort();
    }
    Held allocate() { return names_.lease_from(addresses_); }
    void release(Held& one) { std::move(one).release(); }

private:
    estate::IpPool<estate::V6> addresses_{"sparse", {0x0123456789ABCDEF, 0xFEDCBA9876543210}};  // the same each run
    Names names_;
};

}  // namespace

int main(int argc, char** argv) {
    using Clock = std::chrono::steady_clock;
    constexpr std::size_t leases = 1'000'000;
    if (argc != 2) return 2;
    const std::size_t before = heap_bytes();
    Sparse pool;
    std::vector<Sparse::Held> held;
    held.reserve(leases);
    Clock::duration slowest{};
    for (auto last = Clock::now(); held.size() < leases;) {
        held.push_back(pool.allocate());
        const auto now = Clock::now();
        slowest = std::max(slowest, now - last);
        last = now;
    }
    const double bytes = double(heap_bytes() - before) / double(leases);
    const double pair = time_churn(pool, held, std::atol(argv[1]));
    std::printf("%.1f %.0f %.1f\n", bytes, std::chrono::duration<double, std::nano>(slowest).count(), pair);
    return 0;
}
