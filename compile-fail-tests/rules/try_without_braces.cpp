// SPDX-License-Identifier: BSL-1.0
// rule:   BOOST_OUTCOME_TRY is several statements, so an if or for without braces takes the first alone.
// remedy: braces: if (condition) { BOOST_OUTCOME_TRY(...); }
// wrote:  if (condition) BOOST_OUTCOME_TRY(...) without braces
// expect-gcc:   was not declared in this scope
// errors-gcc: 4 because it says the same mistake more than once
// lines-gcc: 13 because it shows what else there is, and where
// expect-clang: [-Werror,-Wunused-variable]
// errors-clang: 4 because it says the same mistake more than once
// lines-clang: 80 because it shows what else there is, and where
// errors-gcc-16+: 2 because it says the same mistake more than once
// lines-clang-23+: 89 because Boost 1.92, which comes with it, has more macros on the way
#include <estate/estate.hpp>

estate::result<void> probe(bool condition, estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    if (condition) BOOST_OUTCOME_TRY(peer.send_all("hello"));
#else
    if (condition) {
        BOOST_OUTCOME_TRY(peer.send_all("hello"));
    }
#endif
    return estate::success();
}
