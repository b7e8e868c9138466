// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/test/unit_test.hpp>
#include <estate/error/error.hpp>

namespace estate::test {

/// BOOST_TEST(fails_with(result, code)): code is an errc or a std::errc; the message tells what came instead.
template <class Result, class Code>
[[nodiscard]] boost::test_tools::assertion_result fails_with(const Result& outcome, Code code) {
    boost::test_tools::assertion_result answer(outcome.has_error() && outcome.assume_error() == code);
    if (answer) return answer;
    if (outcome.has_error()) {
        answer.message() << "it failed with: " << Error(outcome.assume_error()).message();
    } else {
        answer.message() << "it succeeded";
    }
    return answer;
}

/// BOOST_TEST(succeeds(result)): the message tells the error.
template <class Result>
[[nodiscard]] boost::test_tools::assertion_result succeeds(const Result& outcome) {
    boost::test_tools::assertion_result answer(outcome.has_value());
    if (!answer) answer.message() << Error(outcome.assume_error()).message();
    return answer;
}

inline bool has_skipped = false;

/// Says that the running test cannot prove all that it claims here, and why: CTest counts it as skipped.
inline void print_skipped(const char* why) {
    has_skipped = true;
    BOOST_TEST_MESSAGE("skipped: " << why);
}

}  // namespace estate::test
