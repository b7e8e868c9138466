// SPDX-License-Identifier: BSL-1.0
// IpPool: ranges that come and go, tenants, and a mutex.

#include <estate/pool/ip_pool.hpp>

#include "pool_churn.hpp"
#include "pool_names.hpp"

namespace {

class Mutex {
    using Addresses = estate::IpPool<estate::V4>;

public:
    using Held = estate::Lease<estate::V4>;
    static constexpr std::uint32_t size = (1U << 16) - 2;

    Mutex() {
        if (!addresses_.add_cidr_range("10.0.0.0/16")) std::abort();
    }
    Held allocate() { return names_.lease_from(addresses_); }
    void release(Held& one) { std::move(one).release(); }
    std::size_t bytes() const { return sizeof addresses_; }

private:
    Addresses addresses_;
    Names names_;
};

}  // namespace

int main(int argc, char** argv) { return measure<Mutex>(argc, argv); }
