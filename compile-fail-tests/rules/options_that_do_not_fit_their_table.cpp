// SPDX-License-Identifier: BSL-1.0
// rule:   an option of a transport stands in one row, and names states that the transport has.
// remedy: mend its row.
// expect: estate: an option stands twice, or names a state that the transport does not have; mend its row
// lines:  9 because compilers trace a consteval call
#include <estate/tcp.hpp>
#include <estate/transport/proofs.hpp>

using estate::Created, estate::Closed, estate::setting;

struct Twice : estate::Tcp<estate::V4> {
    using settings = estate::lifecycle::table<setting<estate::option::linger, Created>,  //
                                              setting<estate::option::linger, Closed>>;
};
struct Once : estate::Tcp<estate::V4> {
    using settings = estate::lifecycle::table<setting<estate::option::linger, Created>,  //
                                              setting<estate::option::no_delay, Closed>>;
};

#if defined(ESTATE_ILLEGAL)
static_assert(estate::prove_transport<Twice, Created, Closed>());
#else
static_assert(estate::prove_transport<Once, Created, Closed>());
#endif
