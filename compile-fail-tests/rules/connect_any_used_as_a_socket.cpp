// SPDX-License-Identifier: BSL-1.0
// rule:   over which family connect_any() connected only the run knows, so its connection has no calls of its own.
// remedy: std::visit() with what is to be done on either.
// expect: send'
#include <estate/connect_any.hpp>
#include <estate/estate.hpp>

void probe(estate::AnyConnection<estate::native>& server) {
#if defined(ESTATE_ILLEGAL)
    (void)server.send("hello");
#else
    std::visit([](const auto& peer) { (void)peer.send("hello"); }, server.socket);
#endif
}
