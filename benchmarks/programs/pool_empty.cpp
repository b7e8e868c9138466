// SPDX-License-Identifier: BSL-1.0
// An IpPool of an IPv4 /8. Prints the milliseconds until it has leased an address, the bytes of memory that are
// resident then, and those that are once every word of its index was written.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/net/literals.hpp>
#include <estate/pool/ip_pool.hpp>

namespace {

/// Source  proc_pid_status(5): VmRSS of anonymous memory.
long resident_bytes() {
    std::FILE* const status = std::fopen("/proc/self/status", "r");
    if (status == nullptr) std::abort();
    long kilobytes = -1;
    char line[256];
    while (std::fgets(line, sizeof line, status) != nullptr) std::sscanf(line, "RssAnon: %ld", &kilobytes);
    std::fclose(status);
    if (kilobytes < 0) std::abort();
    return kilobytes * 1024;
}

}  // namespace

int main() {
    using namespace estate::literals;
    constexpr auto all = "10.0.0.0/8"_cidr4;
    static_cast<void>(resident_bytes());  // so that what stdio wants is there before
    const long before = resident_bytes();

    const auto start = std::chrono::steady_clock::now();
    estate::IpPool<estate::V4> pool;
    if (!pool.add_cidr_range(all) || !pool.allocate("shop", "greeter", {})) std::abort();
    const std::chrono::duration<double, std::milli> ready = std::chrono::steady_clock::now() - start;

    const long at_first = resident_bytes() - before;
    if (!pool.reserve(all) || !pool.unreserve(all)) std::abort();
    std::printf("%.3f %ld %ld\n", ready.count(), at_first, resident_bytes() - before);
    return 0;
}
