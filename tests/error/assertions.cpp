// SPDX-License-Identifier: BSL-1.0
// error/outcome.hpp reads Outcome as if NDEBUG were set; the program's own assertions must not notice.
#undef NDEBUG
#include <boost/assert.hpp>
#include <boost/test/unit_test.hpp>
#include <cassert>
#include <estate/error/result.hpp>

namespace {

bool assertions_are_off() {
#ifdef NDEBUG
    return true;
#else
    return false;
#endif
}

BOOST_AUTO_TEST_SUITE(assertions)

BOOST_AUTO_TEST_CASE(assert_is_still_checked_after_a_header_of_estate) {
    bool checked = false;
    assert((checked = true));  // NOLINT(bugprone-assert-side-effect): the side effect is what is tested
    BOOST_TEST(checked);
    BOOST_TEST(!assertions_are_off());
}

BOOST_AUTO_TEST_CASE(boost_assert_is_still_checked_after_a_header_of_estate) {
    bool checked = false;
    BOOST_ASSERT((checked = true));
    BOOST_TEST(checked);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
