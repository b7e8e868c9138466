// SPDX-License-Identifier: BSL-1.0
// rule:   the names of a lease live as long as a lease of the address.
// remedy: keep the lease, or the binding, which has names of its own.
// expect: temporary
// only:   clang
#include <estate/pool.hpp>

estate::Lease<estate::V4> make();

std::size_t probe() {
#if defined(ESTATE_ILLEGAL)
    const std::string_view tenant = make().tenant();
#else
    const auto lease = make();
    const std::string_view tenant = lease.tenant();
#endif
    return tenant.size();
}
