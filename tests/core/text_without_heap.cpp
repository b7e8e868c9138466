// SPDX-License-Identifier: BSL-1.0
// claim: addresses are read, written, compared and computed without heap, exceptions or RTTI.
#include <estate/net/arithmetic.hpp>
#include <estate/net/classification.hpp>
#include <estate/net/hash.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/socket_address.hpp>
#include <estate/net/text.hpp>

#include "support/claim.hpp"

namespace {
using namespace estate;

template <class T>
int comes_back(std::string_view text) {
    const auto read = T::parse(text);
    CLAIM(read.has_value());
    const auto written = to_text(read.assume_value());
    CLAIM(written.view() == text && std::strlen(written.c_str()) == text.size());
    return 0;
}

int text() {
    CLAIMS_OF(comes_back<Ipv4Address>("192.0.2.1"));
    CLAIMS_OF(comes_back<Ipv6Address>("2001:db8::1"));
    CLAIMS_OF(comes_back<SocketAddress<V4>>("192.0.2.1:80"));
    CLAIMS_OF(comes_back<SocketAddress<V6>>("[2001:db8::1]:80"));
    CLAIMS_OF(comes_back<SocketAddress<V6>>("[fe80::1%4294967295]:65535"));
    CLAIMS_OF(comes_back<CidrRange<V4>>("10.0.0.0/24"));
    CLAIMS_OF(comes_back<CidrRange<V6>>("2001:db8::/32"));
    return 0;
}

int refusals() {
    CLAIM(Ipv4Address::parse("010.0.0.1").assume_error() == errc::malformed_address);
    CLAIM(Ipv6Address::parse(":::").assume_error() == errc::malformed_address);
    CLAIM(SocketAddress<V4>::parse("192.0.2.1:65536").assume_error() == errc::malformed_port);
    CLAIM(SocketAddress<V6>::parse("[::1%1]:80").assume_error() == errc::malformed_zone);
    CLAIM(CidrRange<V4>::parse("10.0.0.1/24").assume_error() == errc::host_bits_set);
    CLAIM(CidrRange<V4>::parse("10.0.0.0/33").assume_error() == errc::prefix_too_long);
    CLAIM(Port::parse("080").assume_error() == errc::malformed_port);
    for (const errc code : {errc::moved_from, errc::host_bits_set, errc::malformed_name}) {
        CLAIM(std::strlen(Error(code).message()) > 4);
    }
    CLAIM(std::strcmp(Error::system(ECONNREFUSED).message(), "Connection refused") == 0);
    CLAIM(std::strlen(Error::system(99999).message()) > 4);
    return 0;
}

int arithmetic() {
    CLAIM(checked_add("192.0.2.255"_ip4, 1).assume_value() == "192.0.3.0"_ip4);
    CLAIM(checked_add("255.255.255.255"_ip4, 1).assume_error() == errc::address_overflow);
    CLAIM(checked_subtract("::"_ip6, 1).assume_error() == errc::address_overflow);
    CLAIM(distance("::"_ip6, "1::"_ip6) == Uint128(std::uint64_t{1} << 48, 0));
    CLAIM("10.0.0.0/8"_cidr4.contains("10.1.2.3"_ip4) && !"10.0.0.0/8"_cidr4.contains("11.0.0.0"_ip4));
    CLAIM("2001:db8::/32"_cidr6.overlaps("2001:db8:1::/48"_cidr6));
    CLAIM(is_global("192.0.3.1"_ip4) && !is_global("fd00::1"_ip6));
    CLAIM(std::hash<Ipv6Address>{}("::1"_ip6) == std::hash<Ipv6Address>{}(Ipv6Address::loopback()));
    return 0;
}

}  // namespace

int main() {
    CLAIMS_OF(text());
    CLAIMS_OF(refusals());
    CLAIMS_OF(arithmetic());
    return 0;
}
