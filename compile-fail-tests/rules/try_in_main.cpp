// SPDX-License-Identifier: BSL-1.0
// rule:   BOOST_OUTCOME_TRY returns the error from its function, so the function returns a result.
// remedy: a function that returns estate::result<void>, which main() calls and asks whether it succeeded.
// wrote:  BOOST_OUTCOME_TRY in main() or in a function that returns int
// expect-gcc:   cannot convert
// lines-gcc: 8 because it shows what else there is, and where
// expect-clang: no viable conversion from returned value of type
// lines-clang: 23 because it shows what else there is, and where
#include <estate/estate.hpp>

#if defined(ESTATE_ILLEGAL)
int run() {
    BOOST_OUTCOME_TRY(auto socket, estate::tcp_v4());
    return 0;
}
#else
estate::result<void> run() {
    BOOST_OUTCOME_TRY(auto socket, estate::tcp_v4());
    return estate::success();
}
#endif
