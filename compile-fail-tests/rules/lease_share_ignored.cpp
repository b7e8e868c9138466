// SPDX-License-Identifier: BSL-1.0
// rule:   a share that nobody keeps is given back at once.
// remedy: keep what share() returns.
// expect: ignoring return
// expect: nodiscard
// lines:  10 because GCC shows the declarations and that warnings are errors
#include <estate/pool.hpp>

void probe(const estate::Lease<estate::V4>& lease) {
#if defined(ESTATE_ILLEGAL)
    lease.share();
#else
    [[maybe_unused]] const auto further = lease.share();
#endif
}
