// SPDX-License-Identifier: BSL-1.0
// rule:   creating a socket can fail, so what it returns is no socket yet.
// remedy: test the result and take .value(), or BOOST_OUTCOME_TRY it.
// wrote:  the result used as the socket
// expect: bind
// expect: basic_result
// lines:  5 because type names are spelt out
#include <estate/estate.hpp>

void probe(estate::SocketAddress<estate::V4> address) {
#if defined(ESTATE_ILLEGAL)
    (void)estate::tcp_v4().bind(address);
#else
    (void)estate::tcp_v4().value().bind(address);
#endif
}
