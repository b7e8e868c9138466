// SPDX-License-Identifier: BSL-1.0
// Outcome's own results work in a unit that includes estate first, which sets Outcome's hook for throwing.
#include <estate/error/result.hpp>
//
#include <boost/outcome/std_outcome.hpp>
#include <boost/outcome/std_result.hpp>
#include <boost/test/unit_test.hpp>
#include <system_error>

namespace {
namespace outcome = boost::outcome_v2;

BOOST_AUTO_TEST_SUITE(outcome_after_estate)

BOOST_AUTO_TEST_CASE(a_failed_std_result_throws_what_it_holds) {
    const outcome::std_result<int> failed = std::make_error_code(std::errc::timed_out);
    BOOST_CHECK_EXCEPTION(failed.value(), std::system_error,
                          [](const std::system_error& thrown) { return thrown.code() == std::errc::timed_out; });
    const outcome::std_result<int> fine = 1;
    BOOST_CHECK_THROW(fine.error(), outcome::bad_result_access);
}

BOOST_AUTO_TEST_CASE(a_failed_std_outcome_throws_what_it_holds) {
    const outcome::std_outcome<int> failed = std::make_error_code(std::errc::timed_out);
    BOOST_CHECK_THROW(failed.value(), std::system_error);
    const outcome::std_outcome<int> fine = 1;
    BOOST_CHECK_THROW(fine.error(), outcome::bad_outcome_access);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
