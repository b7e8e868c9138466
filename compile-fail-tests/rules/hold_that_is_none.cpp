// SPDX-License-Identifier: BSL-1.0
// rule:   what a socket holds models AddressHold: address() and share().
// remedy: a pool's Lease, or a type of your own that models it.
// expect: bind
// lines-gcc-14+: 62 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  38 because compilers list the overloads
#include <estate/estate.hpp>

struct NoToken {};
struct Token {
    estate::Ipv4Address address() const noexcept { return {}; }
    Token share() const noexcept { return {}; }
};

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>>&& fresh) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(fresh).bind(NoToken{}, 80);
#else
    (void)std::move(fresh).bind(Token{}, 80);
#endif
}
