// SPDX-License-Identifier: BSL-1.0
// rule:   a transition returns a socket in its next state, which a result<void> has no place for.
// remedy: BOOST_OUTCOME_TRY(auto closed, ...) and return success(); or return the socket, as
//   result<BoundSocket<Tcp<V4>>> where it was bind().
// wrote:  return std::move(bound).listen() as result<void>
// expect: estate::TransitionError<
// expect-gcc: could not convert
// expect-clang: no viable conversion from returned value
// lines-gcc: 8 because types are written out
// lines-clang: 90 because Clang lists the constructors
#include <estate/estate.hpp>

estate::result<void> probe(estate::BoundSocket<estate::Tcp<estate::V4>>&& socket) {
#if defined(ESTATE_ILLEGAL)
    return std::move(socket).close();
#else
    BOOST_OUTCOME_TRY(auto closed, std::move(socket).close());
    return estate::success();
#endif
}
