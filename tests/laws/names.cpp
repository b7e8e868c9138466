// SPDX-License-Identifier: BSL-1.0
#include <estate/resolve.hpp>

#include "host.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(names)

BOOST_AUTO_TEST_CASE(an_address_needs_no_resolver) {
    const auto found = resolve<V4>("127.0.0.1", 80);
    BOOST_REQUIRE(succeeds(found));
    BOOST_TEST(found.assume_value().size() == 1U);
    BOOST_TEST((found.assume_value()[0] == SocketAddress<V4>::loopback(80)));
    BOOST_TEST(fails_with(resolve<V4>("127.1", 80), errc::malformed_address));
    BOOST_TEST(fails_with(resolve<V6>("127.0.0.1", 80), errc::name_no_address));
}

BOOST_AUTO_TEST_CASE(localhost_is_the_loopback_address) {
    const auto found = resolve<V4>("localhost", "7007", soon());
    if (!found && found.assume_error() == std::errc::permission_denied) {
        return print_skipped("the host does not allow looking names up");
    }
    BOOST_REQUIRE(succeeds(found));
    BOOST_TEST((found.assume_value()[0] == SocketAddress<V4>::loopback(7007)));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
