// SPDX-License-Identifier: BSL-1.0
// rule:   <estate/tcp.hpp> alone does not bring BOOST_OUTCOME_TRY, which is a statement and has no value.
// remedy: #include <boost/outcome/try.hpp>, or <estate/estate.hpp>, which brings it; BOOST_OUTCOME_TRY(auto x, f()).
// wrote:  BOOST_OUTCOME_TRY with <estate/tcp.hpp> alone; auto x = BOOST_OUTCOME_TRY(f())
// expect-gcc:   expected primary-expression before
// errors-gcc: 2 because it says the same mistake more than once
// lines-gcc: 8 because it shows what else there is, and where
// expect-clang: expected
#include <estate/tcp.hpp>

estate::result<void> probe() {
#if defined(ESTATE_ILLEGAL)
    BOOST_OUTCOME_TRY(auto socket, estate::tcp_v4());
#else
    auto socket = estate::tcp_v4();
    if (!socket) return socket.error();
#endif
    return estate::success();
}
