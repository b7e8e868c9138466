// SPDX-License-Identifier: BSL-1.0
// BOOST_OUTCOME_TRY without any bridge: only results of estate.
#include <boost/outcome/try.hpp>
#include <boost/test/unit_test.hpp>
#include <estate/error/result.hpp>
#include <estate/error/transition_error.hpp>
#include <system_error>
#include <type_traits>

namespace {
using namespace estate;

struct Left {
    Left() = default;
    Left(Left&& from) noexcept : gone{from.gone} { from.gone = nullptr; }
    Left& operator=(Left&&) = delete;
    ~Left() {
        if (gone != nullptr) *gone = true;
    }
    bool* gone = nullptr;
};

transition_result<int, TransitionError<Left>> transition(bool& gone) {
    TransitionError<Left> error{Error::system(EADDRINUSE), {}};
    error.socket.gone = &gone;
    return error;
}
result<int> text(int number) {
    if (number < 0) return errc::malformed_port;
    return number;
}

// Neither with exceptions nor without (two_units/silent.cpp) does a result bring the conversion to std::error_code.
static_assert(!std::is_convertible_v<errc, std::error_code> && !std::is_convertible_v<Error, std::error_code>);

BOOST_AUTO_TEST_SUITE(outcome_try)

BOOST_AUTO_TEST_CASE(a_chain_of_results_stops_at_the_first_failure) {
    const auto chain = [](int a, int b) -> result<int> {
        BOOST_OUTCOME_TRY(auto x, text(a));
        BOOST_OUTCOME_TRY(auto y, text(b));
        return x + y;
    };
    BOOST_TEST(chain(1, 2).value() == 3);
    BOOST_TEST((chain(1, -2).error() == errc::malformed_port));
}

BOOST_AUTO_TEST_CASE(a_failed_transition_drops_what_it_carried_and_keeps_the_reason) {
    bool gone = false;
    const auto chain = [&gone]() -> result<int> {
        BOOST_OUTCOME_TRY(auto next, transition(gone));
        return next;
    };
    BOOST_TEST((chain().error() == std::errc::address_in_use));
    BOOST_TEST(gone);
}

BOOST_AUTO_TEST_CASE(a_success_without_a_value_passes) {
    const auto check = [](bool fine) -> result<void> {
        if (!fine) return errc::stopped;
        return success();
    };
    const auto chain = [&check](bool fine) -> result<int> {
        BOOST_OUTCOME_TRYV(check(fine));
        return 1;
    };
    BOOST_TEST(chain(true).value() == 1);
    BOOST_TEST((chain(false).error() == errc::stopped));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
