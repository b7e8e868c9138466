// SPDX-License-Identifier: BSL-1.0
// rule:   a binding names a lease and holds nothing.
// remedy: binding.share(), which is refused once the lease has ended; or bind_with_binding().
// expect: bind
// lines-gcc-14+: 57 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  32 because compilers list the overloads of bind()
#include <estate/estate.hpp>
#include <estate/pool.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>>&& fresh, const estate::IpBinding<estate::V4>& binding) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(fresh).bind(binding, 80);
#else
    (void)std::move(fresh).bind_with_binding(binding, 80);
#endif
}
