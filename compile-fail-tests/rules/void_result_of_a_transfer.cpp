// SPDX-License-Identifier: BSL-1.0
// rule:   send_all() and recv_exact() say how far they came, which a result<void> has no place for.
// remedy: BOOST_OUTCOME_TRY(peer.send_all(text)); return success(); or return transfer_result.
// expect: estate::Incomplete
// expect-gcc: could not convert
// expect-clang: no viable conversion from returned value
// lines-gcc-16+: 21 because GCC shows the constructors that are explicit
// lines-gcc: 8 because types are written out
// lines-clang: 90 because Clang lists the constructors
#include <estate/estate.hpp>

estate::result<void> probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    return peer.send_all("hello");
#else
    BOOST_OUTCOME_TRY(peer.send_all("hello"));
    return estate::success();
#endif
}
