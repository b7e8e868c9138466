// SPDX-License-Identifier: BSL-1.0
// rule:   a lambda in which BOOST_OUTCOME_TRY is the only return has the type of the failure, and falls off its end.
// remedy: []() -> estate::result<void> { ...; return estate::success(); }.
// wrote:  BOOST_OUTCOME_TRY in a thread's lambda without a return type
// only:   clang
// expect-clang: non-void lambda does not return a value in all control paths [-Werror,-Wreturn-type]
#include <estate/estate.hpp>

#if defined(ESTATE_ILLEGAL)
[[maybe_unused]] auto body = [] {
    BOOST_OUTCOME_TRY(auto socket, estate::tcp_v4());
};
#else
[[maybe_unused]] auto body = []() -> estate::result<void> {
    BOOST_OUTCOME_TRY(auto socket, estate::tcp_v4());
    return estate::success();
};
#endif

