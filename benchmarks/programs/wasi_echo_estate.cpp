// SPDX-License-Identifier: BSL-1.0
//
// Echoes one connection, as wasi_echo_raw.c does.

#include <cstdio>
#include <estate/tcp.hpp>
#include <boost/outcome/try.hpp>

namespace {
using namespace estate;

result<void> serve() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(Ipv4Address::loopback(), 0));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto port, listener.local_port());
    std::printf("listening on 127.0.0.1:%d\n", port.number());
    std::fflush(stdout);
    BOOST_OUTCOME_TRY(auto peer, listener.accept());
    for (std::byte room[4096];;) {
        const auto got = peer.recv(room);
        if (!got && got.error() == errc::end_of_stream) return success();
        if (!got) return got.error();
        BOOST_OUTCOME_TRY(peer.send_all(std::span(room).first(got.value())));
    }
}

}  // namespace

int main() {
    const auto done = serve();
    if (!done) std::fprintf(stderr, "wasi_echo_estate: %s\n", done.error().message());
    return done ? 0 : 1;
}
