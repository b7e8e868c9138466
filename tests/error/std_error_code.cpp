// SPDX-License-Identifier: BSL-1.0
#include <boost/outcome/std_result.hpp>
#include <boost/outcome/try.hpp>
#include <boost/test/unit_test.hpp>
#include <estate/error/result.hpp>
#include <estate/error/std_error_code.hpp>
#include <estate/error/transition_error.hpp>

namespace {
using namespace estate;
static_assert(std::is_convertible_v<errc, std::error_code> && std::is_convertible_v<Error, std::error_code>);
namespace outcome = boost::outcome_v2;

result<int> fail(Error with) { return with; }
struct Left {
    Left() = default;
    Left(Left&&) = default;
};
transition_result<int, TransitionError<Left>> fail_transition(Error with) { return TransitionError<Left>{with, {}}; }

outcome::std_result<int> chain(Error with) {
    BOOST_OUTCOME_TRY(auto value, fail(with));
    return value;
}
outcome::std_result<int> chain_transition(Error with) {
    BOOST_OUTCOME_TRY(auto value, fail_transition(with));
    return value;
}

BOOST_AUTO_TEST_SUITE(std_error_code)

BOOST_AUTO_TEST_CASE(errors_enter_std_error_code) {
    const std::error_code own = errc::end_of_stream;
    BOOST_TEST(own.category().name() == std::string("estate"));
    BOOST_TEST(own.message() == "the peer closed its sending half");
    BOOST_TEST((own == errc::end_of_stream));
    const std::error_code system = Error::system(ECONNREFUSED);
    BOOST_TEST((system.category() == std::generic_category()));
    BOOST_TEST(system.value() == ECONNREFUSED);
    BOOST_TEST((system == std::errc::connection_refused));
    const std::error_code made = make_error_code(errc::stopped);
    BOOST_TEST((made == Error(errc::stopped)));
}

BOOST_AUTO_TEST_CASE(std_error_codes_compare_by_meaning_as_errors_do) {
    for (int code = 1; code <= static_cast<int>(detail::errc_count); ++code) {
        const Error error{static_cast<errc>(code)};
        const std::error_code converted = error;
        for (int number = 1; number < 134; ++number) {
            const auto meaning = static_cast<std::errc>(number);
            BOOST_REQUIRE((error == meaning) == (converted == meaning));
        }
        BOOST_REQUIRE(converted.message() == error.message());
        BOOST_REQUIRE(converted);
    }
}

BOOST_AUTO_TEST_CASE(outcome_try_passes_errors_to_a_std_result) {
    BOOST_TEST((chain(errc::deadline_exceeded).error() == errc::deadline_exceeded));
    BOOST_TEST((chain(errc::deadline_exceeded).error() == std::errc::timed_out));
    BOOST_TEST((chain(Error::system(EMFILE)).error() == std::errc::too_many_files_open));
    BOOST_TEST((chain_transition(Error::system(EADDRINUSE)).error() == std::errc::address_in_use));
    BOOST_TEST((chain_transition(errc::stopped).error() == errc::stopped));
}

BOOST_AUTO_TEST_CASE(the_category_is_one_object) {
    BOOST_TEST(&error_category() == &std::error_code(errc::stopped).category());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
