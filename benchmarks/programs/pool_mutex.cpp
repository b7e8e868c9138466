// SPDX-License-Identifier: BSL-1.0
// IpPool: ranges that come and go, tenants, and a lock. -DESTATE_SELECT=... names another selection than NextFit,
// -DESTATE_QUARANTINE sets one of a nanosecond.

#include <estate/pool/ip_pool.hpp>

#include "pool_churn.hpp"
#include "pool_names.hpp"

namespace {

class Mutex {
#if defined(ESTATE_SELECT)
    using Addresses = estate::IpPool<estate::V4, estate::ESTATE_SELECT>;
#else
    using Addresses = estate::IpPool<estate::V4>;
#endif

public:
    using Held = estate::Lease<estate::V4>;
    static constexpr std::uint32_t size = (1U << 16) - 2;

    Mutex() {
        if (!addresses_.add_cidr_range("10.0.0.0/16")) std::abort();
#if defined(ESTATE_QUARANTINE)
        if (!addresses_.set_quarantine(std::chrono::nanoseconds{1})) std::abort();
#endif
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
