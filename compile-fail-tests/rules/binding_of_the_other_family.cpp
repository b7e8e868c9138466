// SPDX-License-Identifier: BSL-1.0
// rule:   an IPv4 socket shares an IPv4 lease.
// remedy: a binding of an IpPool<V4>, or a tcp_v6() socket.
// expect: bind_with_binding
// lines-gcc-14+: 53 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  31 because compilers list the overloads
#include <estate/estate.hpp>
#include <estate/pool.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>&& four,
           [[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V6>>&& six,
           const estate::IpBinding<estate::V6>& binding) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(four).bind_with_binding(binding, 80);
#else
    (void)std::move(six).bind_with_binding(binding, 80);
#endif
}
