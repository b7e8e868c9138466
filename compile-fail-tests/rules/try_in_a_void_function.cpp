// SPDX-License-Identifier: BSL-1.0
// rule:   BOOST_OUTCOME_TRY returns the error from its function; a void function returns nothing.
// remedy: estate::result<void>, and return estate::success() at the end.
// wrote:  BOOST_OUTCOME_TRY in a void function
// expect-gcc:   return-statement with a value, in function returning
// lines-gcc: 6 because it shows what else there is, and where
// expect-clang: should not return a value
// lines-clang: 23 because it shows what else there is, and where
#include <estate/estate.hpp>

#if defined(ESTATE_ILLEGAL)
void run() {
    BOOST_OUTCOME_TRY(auto socket, estate::tcp_v4());
}
#else
estate::result<void> run() {
    BOOST_OUTCOME_TRY(auto socket, estate::tcp_v4());
    return estate::success();
}
#endif
