// SPDX-License-Identifier: BSL-1.0
// rule:   accept() can fail, so what it returns is a result and not the connection.
// remedy: BOOST_OUTCOME_TRY(auto client, listener.accept()), or auto, test the result, and std::move(r).value().
// wrote:  ConnectedSocket<Tcp<V4>> client = listener.accept()
// expect-gcc:   conversion from
// expect-clang: no viable conversion from
// lines-clang: 13 because it shows what else there is, and where
#include <estate/estate.hpp>

estate::result<void> probe(estate::ListeningSocket<estate::Tcp<estate::V4>>& listener) {
#if defined(ESTATE_ILLEGAL)
    estate::ConnectedSocket<estate::Tcp<estate::V4>> client = listener.accept();
#else
    BOOST_OUTCOME_TRY(estate::ConnectedSocket<estate::Tcp<estate::V4>> client, listener.accept());
#endif
    BOOST_OUTCOME_TRY(client.send_all("hello"));
    return estate::success();
}
