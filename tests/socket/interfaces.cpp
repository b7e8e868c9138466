// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/interfaces.hpp>

#include "../support/no_descriptors.hpp"
#include "../support/sockets.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(interfaces)

BOOST_AUTO_TEST_CASE(without_a_descriptor_the_list_is_an_error_and_nothing_is_visited) {
    int visited = 0;
    const auto count = [&](const auto&...) { ++visited; };
    {
        const NoDescriptors none;
        BOOST_TEST(fails_with(for_each_interface(count), std::errc::too_many_files_open));
        BOOST_TEST(fails_with(for_each_interface_address(count), std::errc::too_many_files_open));
    }
    BOOST_TEST(visited == 0);
    BOOST_TEST(succeeds(for_each_interface(count)));
    BOOST_TEST(visited > 0);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
