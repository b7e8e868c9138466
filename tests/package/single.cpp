// SPDX-License-Identifier: BSL-1.0
// All that the single header promises, by one include.
#include <estate/estate.hpp>
#include <iostream>

static_assert(ESTATE_VERSION == ESTATE_VERSION_MAJOR * 10000 + ESTATE_VERSION_MINOR * 100 + ESTATE_VERSION_PATCH);

using namespace estate;

result<void> run() {
    IpPool<V4> pool{"front"};
    BOOST_OUTCOME_TRY(pool.add_cidr_range("127.22.0.0/28"));
    BOOST_OUTCOME_TRY(auto lease, pool.allocate("shop", "web-1", ResourceType::vm("vm1")));
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(std::move(lease), 0));
    BOOST_OUTCOME_TRY(const auto here, bound.local_addr());
    std::cout << here << ' ' << to_text(here).view() << '\n';
    BOOST_OUTCOME_TRY(const auto found, resolve<V4>("127.0.0.1", 80));
    return found.size() == 1 ? success() : result<void>(errc::invalid_argument);
}

int main() {
    const auto done = run();
    if (!done) std::cerr << done.error().message() << '\n';
    return done ? 0 : 1;
}
