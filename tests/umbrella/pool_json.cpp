// SPDX-License-Identifier: BSL-1.0
#include <cstdio>
#include <estate/pool_json.hpp>

using namespace estate;

//! [restart]
/// What a program writes down before it ends, and what the next one begins with.
result<void> goes_on(const IpPool<V4>& before, IpPool<V4>& after) {
    BOOST_OUTCOME_TRY(const auto state, export_json(before));
    const std::string text = state.dump();

    std::string where;
    const auto made = import_json(after, text, &where);
    if (!made) std::printf("%s: %s\n", where.c_str(), made.error().message());  // /leases/3: the address is leased
    return made;
}
//! [restart]

int main() {
    IpPool<V4> pool;
    IpPool<V4> same;
    if (!pool.add_cidr_range("127.77.0.0/29")) return 1;
    const auto lease = pool.allocate("tenant", "resource", ResourceType::vm());
    return lease && goes_on(pool, same) && same.stats() == pool.stats() ? 0 : 1;
}
