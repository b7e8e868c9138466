// SPDX-License-Identifier: BSL-1.0
#include <estate/pool.hpp>

using namespace estate;

constinit StaticIpPool<"127.77.0.0/29"_cidr4> fixed;

result<void> lease() {
    IpPool<V6> pool{"pool"};
    BOOST_OUTCOME_TRY(pool.add_cidr_range("fd00::/64"));
    BOOST_OUTCOME_TRY(auto one, pool.allocate("tenant", "resource", ResourceType::vm("vm1")));
    BOOST_OUTCOME_TRY(pool.get_binding(one.address()));
    std::move(one).release();
    BOOST_OUTCOME_TRY(auto other, fixed.allocate("tenant", "resource", ResourceType::pod()));
    return fixed.contains(other.address()) ? result<void>(success()) : errc::address_not_in_pool;
}

int main() { return lease() ? 0 : 1; }
