// SPDX-License-Identifier: BSL-1.0
// Includes both bridges and both kinds of result: they live together in one translation unit.
#include <boost/outcome/result.hpp>
#include <boost/outcome/std_result.hpp>
#include <boost/outcome/try.hpp>
#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>
#include <estate/error/boost_error_code.hpp>
#include <estate/error/result.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/error/transition_error.hpp>

namespace {
using namespace estate;
namespace outcome = boost::outcome_v2;
namespace meaning = boost::system::errc;

result<int> fail(Error with) { return with; }
struct Left {
    Left() = default;
    Left(Left&&) = default;
};
transition_result<int, TransitionError<Left>> fail_transition(Error with) { return TransitionError<Left>{with, {}}; }

template <class Result>
Result chain(Error with) {
    BOOST_OUTCOME_TRY(auto value, fail(with));
    return value;
}
template <class Result>
Result chain_transition(Error with) {
    BOOST_OUTCOME_TRY(auto value, fail_transition(with));
    return value;
}

BOOST_AUTO_TEST_SUITE(boost_error_code)

BOOST_AUTO_TEST_CASE(errors_enter_boost_error_code_as_codes_of_its_own) {
    const boost::system::error_code own = errc::end_of_stream;
    BOOST_TEST((own.category() == boost_error_category()));
    BOOST_TEST(own.value() == static_cast<int>(errc::end_of_stream));
    BOOST_TEST(own.message() == "the peer closed its sending half");
    const boost::system::error_code system = Error::system(ECONNREFUSED);
    BOOST_TEST((system.category() == boost::system::generic_category()));
    BOOST_TEST(system.value() == ECONNREFUSED);
    BOOST_TEST((system == meaning::connection_refused));
    boost::system::error_code assigned;
    assigned = Error(errc::stopped);
    BOOST_TEST((assigned == errc::stopped));
}

BOOST_AUTO_TEST_CASE(boost_error_codes_compare_with_errc_from_both_sides) {
    const boost::system::error_code code = errc::deadline_exceeded;
    BOOST_TEST((code == errc::deadline_exceeded));
    BOOST_TEST((errc::deadline_exceeded == code));
    BOOST_TEST((code == Error(errc::deadline_exceeded)));
    BOOST_TEST((code != errc::stopped));
    BOOST_TEST(!(code != errc::deadline_exceeded));
    BOOST_TEST((code == meaning::timed_out));
    BOOST_TEST((code == std::errc::timed_out));
    BOOST_TEST((Error(errc::deadline_exceeded) == meaning::timed_out));
}

BOOST_AUTO_TEST_CASE(boost_error_codes_compare_by_meaning_as_errors_do) {
    for (int code = 1; code <= static_cast<int>(detail::errc_count); ++code) {
        const Error error{static_cast<errc>(code)};
        const boost::system::error_code converted = error;
        for (int number = 1; number < 134; ++number) {
            BOOST_REQUIRE((error.posix() == number) == (converted == static_cast<meaning::errc_t>(number)));
        }
        BOOST_REQUIRE(converted.message() == error.message());
        BOOST_REQUIRE(converted.failed());
    }
}

BOOST_AUTO_TEST_CASE(outcome_try_passes_errors_to_either_kind_of_result) {
    BOOST_TEST((chain<outcome::result<int>>(errc::deadline_exceeded).error() == errc::deadline_exceeded));
    BOOST_TEST((chain<outcome::result<int>>(Error::system(EMFILE)).error() == meaning::too_many_files_open));
    BOOST_TEST((chain<outcome::result<int>>(Error::system(EMFILE)).error().category() ==
                boost::system::generic_category()));
    BOOST_TEST((chain_transition<outcome::result<int>>(Error::system(EADDRINUSE)).error() == meaning::address_in_use));
    BOOST_TEST((chain_transition<outcome::result<int>>(errc::stopped).error() == errc::stopped));
    BOOST_TEST((chain_transition<outcome::result<int>>(errc::stopped).error().category() == boost_error_category()));
    BOOST_TEST((chain<outcome::std_result<int>>(errc::deadline_exceeded).error() == errc::deadline_exceeded));
    BOOST_TEST((chain_transition<outcome::std_result<int>>(errc::stopped).error() == errc::stopped));
}

BOOST_AUTO_TEST_CASE(a_boost_result_throws_the_system_error_of_boost) {
    BOOST_CHECK_EXCEPTION(chain<outcome::result<int>>(errc::stopped).value(), boost::system::system_error,
                          [](const auto& thrown) { return thrown.code() == errc::stopped; });
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
