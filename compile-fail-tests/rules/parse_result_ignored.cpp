// SPDX-License-Identifier: BSL-1.0
// rule:   what parse() found is to be looked at.
// remedy: test the result, or BOOST_OUTCOME_TRY it.
// expect: nodiscard
// lines:  10 because GCC shows the declarations and its promotion of the warning
#include <estate/net/ip_address.hpp>

void probe(std::string_view text) {
#if defined(ESTATE_ILLEGAL)
    estate::Ipv4Address::parse(text);
#else
    if (estate::Ipv4Address::parse(text).has_value()) return;
#endif
}
