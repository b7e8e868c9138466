// SPDX-License-Identifier: BSL-1.0
// rule:   an IPv4 socket holds an IPv4 lease.
// remedy: a lease of an IpPool<V4>, or a tcp_v6() socket.
// expect: bind
// expect: estate::V6
// lines-gcc-14+: 58 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  35 because compilers list the overloads of bind()
#include <estate/estate.hpp>
#include <estate/pool.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>&& four,
           [[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V6>>&& six,
           estate::Lease<estate::V6>&& lease) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(four).bind(std::move(lease), 80);
#else
    (void)std::move(six).bind(std::move(lease), 80);
#endif
}
