// SPDX-License-Identifier: BSL-1.0
// rule:   a function whose type is deduced cannot return an error and a value: their types differ.
// remedy: write the type: estate::result<int>; of a lambda -> estate::result<void>.
// wrote:  BOOST_OUTCOME_TRY in a function that returns auto
// expect-gcc:   inconsistent deduction for auto return type
// errors-gcc: 2 because it says the same mistake more than once
// lines-gcc: 22 because it shows what else there is, and where
// expect-clang: in earlier return statement
#include <estate/estate.hpp>

#if defined(ESTATE_ILLEGAL)
auto run() {
    BOOST_OUTCOME_TRY(auto socket, estate::tcp_v4());
    return 1;
}
#else
estate::result<int> run() {
    BOOST_OUTCOME_TRY(auto socket, estate::tcp_v4());
    return 1;
}
#endif
