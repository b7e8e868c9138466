// SPDX-License-Identifier: BSL-1.0
//
// What a host would trap at never comes to it: names that are no UTF-8, and lists that wasmtime does not copy, which
// are those above 128 MiB.

#include <estate/resolve.hpp>
#include <vector>

#include "../laws/host.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(arguments)

BOOST_AUTO_TEST_CASE(names_that_are_no_utf8_are_not_found) {
    for (const char* name : {"\xff.example", "\x80", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xe0\x80\x80", "\xe2(\xa1",
                             "\xf0\x9f\x98", "\xf4\x90\x80\x80"}) {
        BOOST_TEST(fails_with(resolve<V4>(name, 80, soon()), errc::name_not_found));
    }
}

BOOST_AUTO_TEST_CASE(names_that_no_host_has_are_not_found) {
    BOOST_TEST(fails_with(resolve<V4>("no such host", 80, soon()), errc::name_not_found));
    BOOST_TEST(fails_with(resolve<V6>("::1]", 80, soon()), errc::malformed_address));
}

BOOST_AUTO_TEST_CASE(a_buffer_of_any_size_can_be_given) {
    std::vector<std::byte> large(129 << 20);
    const auto pair = connected_pair<V4>();
    const auto sent = pair.client.send(large, in(20ms));
    BOOST_REQUIRE(succeeds(sent));
    BOOST_TEST(sent.assume_value() > 0U);
    const auto got = pair.server.recv(large, soon());
    BOOST_REQUIRE(succeeds(got));
    BOOST_TEST((got.assume_value() > 0 && got.assume_value() <= sent.assume_value()));

    const auto a = datagrams_on_loopback<V4>();
    BOOST_TEST(fails_with(a.send_to(large, a.local_addr().value(), soon()), std::errc::message_size));
    BOOST_TEST(succeeds(a.send_to("small", a.local_addr().value())));
    BOOST_TEST(a.recv_from(large, soon()).value().size == 5U);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
