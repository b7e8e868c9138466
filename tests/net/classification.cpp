// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/arithmetic.hpp>
#include <estate/net/classification.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <utility>
#include <vector>

#include "random.hpp"

namespace {
using namespace estate;

/// A predicate beside the ranges of the RFCs in text form; `except` are holes in them.
template <Family F>
struct Claim {
    using Texts = std::vector<const char*>;
    const char* name;
    bool (*predicate)(IpAddress<F>);
    Texts ranges;
    Texts except;

    Claim(const char* of, bool (*answer)(IpAddress<F>), Texts inside, Texts holes = {})
        : name{of}, predicate{answer}, ranges{std::move(inside)}, except{std::move(holes)} {}

    static bool any(const std::vector<const char*>& texts, IpAddress<F> ip) {
        for (const char* const text : texts) {
            if (CidrRange<F>::parse(text).value().contains(ip)) return true;
        }
        return false;
    }
    bool expected(IpAddress<F> ip) const { return any(ranges, ip) && !any(except, ip); }
};

/// Wrong at no boundary of any range in the table, one before and one after it, nor at a random address.
template <Family F>
void holds_everywhere(const std::vector<Claim<F>>& claims) {
    std::vector<IpAddress<F>> probes;
    for (const auto& claim : claims) {
        for (const auto* list : {&claim.ranges, &claim.except}) {
            for (const char* const text : *list) {
                const auto range = CidrRange<F>::parse(text).value();
                for (const auto edge : {range.first(), range.last()}) {
                    probes.push_back(edge);
                    if (const auto after = checked_add(edge, 1)) probes.push_back(after.assume_value());
                    if (const auto before = checked_subtract(edge, 1)) probes.push_back(before.assume_value());
                }
            }
        }
    }
    Random random;
    for (int i = 0; i < 20'000; ++i) probes.push_back(random.address<F>());
    for (const auto& claim : claims) {
        for (const auto ip : probes) {
            BOOST_REQUIRE_MESSAGE(claim.predicate(ip) == claim.expected(ip), claim.name << " of " << ip);
        }
    }
}

BOOST_AUTO_TEST_SUITE(classification)

BOOST_AUTO_TEST_CASE(ipv4_classes_begin_and_end_where_the_rfcs_say) {
    holds_everywhere<V4>({
        {"is_unspecified", [](Ipv4Address ip) { return ip.is_unspecified(); }, {"0.0.0.0/32"}},
        {"is_loopback", [](Ipv4Address ip) { return ip.is_loopback(); }, {"127.0.0.0/8"}},
        {"is_link_local", [](Ipv4Address ip) { return ip.is_link_local(); }, {"169.254.0.0/16"}},
        {"is_multicast", [](Ipv4Address ip) { return ip.is_multicast(); }, {"224.0.0.0/4"}},
        {"is_broadcast", [](Ipv4Address ip) { return ip.is_broadcast(); }, {"255.255.255.255/32"}},
        {"is_private",
         [](Ipv4Address ip) { return ip.is_private(); },
         {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}},
        {"is_shared", [](Ipv4Address ip) { return ip.is_shared(); }, {"100.64.0.0/10"}},
        {"is_documentation",
         [](Ipv4Address ip) { return ip.is_documentation(); },
         {"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"}},
        {"is_benchmarking", [](Ipv4Address ip) { return ip.is_benchmarking(); }, {"198.18.0.0/15"}},
        {"is_reserved", [](Ipv4Address ip) { return ip.is_reserved(); }, {"240.0.0.0/4"}, {"255.255.255.255/32"}},
        {"is_global",
         [](Ipv4Address ip) { return is_global(ip); },
         {"0.0.0.0/0"},
         {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
          "192.0.0.0/29", "192.0.0.8/32", "192.0.0.11/32", "192.0.0.12/30", "192.0.0.16/28", "192.0.0.32/27",
          "192.0.0.64/26", "192.0.0.128/25", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
          "203.0.113.0/24", "224.0.0.0/3"}},
    });
}

BOOST_AUTO_TEST_CASE(ipv6_classes_begin_and_end_where_the_rfcs_say) {
    holds_everywhere<V6>({
        {"is_unspecified", [](Ipv6Address ip) { return ip.is_unspecified(); }, {"::/128"}},
        {"is_loopback", [](Ipv6Address ip) { return ip.is_loopback(); }, {"::1/128"}},
        {"is_link_local", [](Ipv6Address ip) { return ip.is_link_local(); }, {"fe80::/10"}},
        {"is_multicast", [](Ipv6Address ip) { return ip.is_multicast(); }, {"ff00::/8"}},
        {"is_broadcast", [](Ipv6Address ip) { return ip.is_broadcast(); }, {}},
        {"is_private", [](Ipv6Address ip) { return ip.is_private(); }, {"fc00::/7"}},
        {"is_documentation",
         [](Ipv6Address ip) { return ip.is_documentation(); },
         {"2001:db8::/32", "3fff::/20"}},
        {"is_benchmarking", [](Ipv6Address ip) { return ip.is_benchmarking(); }, {"2001:2::/48"}},
        {"is_v4_mapped", [](Ipv6Address ip) { return ip.is_v4_mapped(); }, {"::ffff:0:0/96"}},
        {"is_zoned",
         [](Ipv6Address ip) { return ip.is_zoned(); },
         {"fe80::/10", "ff01::/16", "ff02::/16", "ff11::/16", "ff12::/16", "ff21::/16", "ff22::/16", "ff31::/16",
          "ff32::/16", "ff41::/16", "ff42::/16", "ff51::/16", "ff52::/16", "ff61::/16", "ff62::/16", "ff71::/16",
          "ff72::/16", "ff81::/16", "ff82::/16", "ff91::/16", "ff92::/16", "ffa1::/16", "ffa2::/16", "ffb1::/16",
          "ffb2::/16", "ffc1::/16", "ffc2::/16", "ffd1::/16", "ffd2::/16", "ffe1::/16", "ffe2::/16", "fff1::/16",
          "fff2::/16"}},
        {"is_global",
         [](Ipv6Address ip) { return is_global(ip); },
         {"2000::/16", "2001:1::1/128", "2001:1::2/127", "2001:3::/32", "2001:4:112::/48", "2001:20::/27",
          "2001:200::/23", "2001:400::/22", "2001:800::/22", "2001:c00::/24", "2001:e00::/23", "2001:1000::/20",
          "2001:d00::/25", "2001:d80::/27", "2001:da0::/28", "2001:db0::/29", "2001:db9::/32", "2001:dba::/31",
          "2001:dbc::/30", "2001:dc0::/26", "2001:2000::/19", "2001:4000::/18", "2001:8000::/17", "2003::/16",
          "2004::/14", "2008::/13", "2010::/12", "2020::/11", "2040::/10", "2080::/9", "2100::/8", "2200::/7",
          "2400::/6", "2800::/5", "3000::/5", "3800::/6", "3c00::/7", "3e00::/8", "3f00::/9", "3f80::/10",
          "3fc0::/11", "3fe0::/12", "3ff0::/13", "3ff8::/14", "3ffc::/15", "3ffe::/16", "3fff:1000::/20",
          "3fff:2000::/19", "3fff:4000::/18", "3fff:8000::/17", "64:ff9b::/96"}},
    });
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
