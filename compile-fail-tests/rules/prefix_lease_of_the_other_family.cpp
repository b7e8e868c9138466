// SPDX-License-Identifier: BSL-1.0
// rule:   what holds an IPv4 range takes a lease of an IPv4 range.
// remedy: a PrefixPool<V4>.
// expect: estate::V6
// lines:  16 because compilers show the ways to make a lease
#include <estate/pool/prefix_pool.hpp>

#if defined(ESTATE_ILLEGAL)
estate::PrefixLease<estate::V4> probe(estate::PrefixLease<estate::V6> lease) { return lease; }
#else
estate::PrefixLease<estate::V4> probe(estate::PrefixLease<estate::V4> lease) { return lease; }
#endif
