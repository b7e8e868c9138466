// SPDX-License-Identifier: BSL-1.0
// rule:   accept() can fail, so what it returns is a result and not the connection.
// remedy: BOOST_OUTCOME_TRY(auto client, listener.accept()), or auto, test the result, and std::move(r).value().
// wrote:  ConnectedSocket client = listener.accept()
// expect-gcc:   class template argument deduction failed
// errors-gcc: 2 because it says the same mistake more than once
// expect-clang: no viable constructor or deduction guide for deduction of template arguments
// expect-clang-14: requires template arguments; argument deduction only allowed for class templates
// lines:  25 because compilers list the overloads
#include <estate/estate.hpp>

estate::result<void> probe(estate::ListeningSocket<estate::Tcp<estate::V4>>& listener) {
#if defined(ESTATE_ILLEGAL)
    estate::ConnectedSocket client = listener.accept();
#else
    BOOST_OUTCOME_TRY(auto client, listener.accept());
#endif
    (void)client;
    return estate::success();
}
