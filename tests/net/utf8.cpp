// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/detail/utf8.hpp>

namespace {
using namespace estate;

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(text_is_what_unicode_says) {
    for (const char* text : {"", "a", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80",
                             "\xF4\x8F\xBF\xBF"}) {
        BOOST_TEST(detail::is_utf8(text), text);
    }
    for (const char* text : {"\x80", "\xC1\xBF", "\xC2", "\xC2x", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                             "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF"}) {
        BOOST_TEST(!detail::is_utf8(text), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
