// SPDX-License-Identifier: BSL-1.0
// rule:   text is no address until it was read.
// remedy: "..."_ip4 for text in the source, IpAddress::parse() for the rest.
// wrote:  an address from a run-time text
// expect: estate::Ipv4Address
// lines:  13 because compilers list the constructors
#include <estate/net/literals.hpp>

using namespace estate::literals;

#if defined(ESTATE_ILLEGAL)
estate::Ipv4Address probe() { return "192.0.2.1"; }
#else
estate::Ipv4Address probe() { return "192.0.2.1"_ip4; }
#endif
