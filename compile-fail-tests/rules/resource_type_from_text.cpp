// SPDX-License-Identifier: BSL-1.0
// rule:   what uses an address is a vm, a container, a pod or custom; text alone does not say which.
// remedy: ResourceType::vm("vm1"), container(...), pod(...), custom(...).
// expect: ResourceType
// lines-gcc-15+: 24 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  16 because compilers list the overloads
#include <estate/pool.hpp>

void probe(estate::IpPool<estate::V4>& pool) {
#if defined(ESTATE_ILLEGAL)
    (void)pool.allocate("red", "web-1", "vm");
#else
    (void)pool.allocate("red", "web-1", estate::ResourceType::vm("vm1"));
#endif
}
