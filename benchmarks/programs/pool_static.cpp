// SPDX-License-Identifier: BSL-1.0
// BasicStaticIpPool without a lock: a record for each address, and a lease that gives it back.

#include <estate/net/literals.hpp>
#include <estate/pool/static_ip_pool.hpp>

#include "pool_churn.hpp"
#include "pool_names.hpp"

namespace {

using namespace estate::literals;

class Static {
    using Addresses = estate::BasicStaticIpPool<estate::NoLock, "10.0.0.0/16"_cidr4>;

public:
    using Held = Addresses::lease;
    static constexpr std::uint32_t size = Addresses::capacity();

    Held allocate() { return names_.lease_from(addresses_); }
    void release(Held& one) { std::move(one).release(); }
    std::size_t bytes() const { return sizeof addresses_; }

private:
    Addresses addresses_;
    Names names_;
};

}  // namespace

int main(int argc, char** argv) { return measure<Static>(argc, argv); }
