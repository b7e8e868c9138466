// SPDX-License-Identifier: BSL-1.0
// rule:   a pool leases addresses of its family.
// remedy: an IpPool<V6> for IPv6 addresses.
// expect: V6>
// expect: estate::V4
// lines-gcc-15+: 24 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  16 because compilers show the conversions there are
#include <estate/net/literals.hpp>
#include <estate/pool.hpp>

using namespace estate::literals;

void probe(estate::IpPool<estate::V4>& pool) {
#if defined(ESTATE_ILLEGAL)
    (void)pool.allocate_specific("2001:db8::1"_ip6, "tenant", "web", estate::ResourceType::vm("vm1"));
#else
    (void)pool.allocate_specific("192.0.2.1"_ip4, "tenant", "web", estate::ResourceType::vm("vm1"));
#endif
}
