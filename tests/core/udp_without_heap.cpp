// SPDX-License-Identifier: BSL-1.0
// claim: UDP sockets live without heap, exceptions or RTTI.
#include <estate/estate.hpp>

#include "support/claim.hpp"

namespace {
using namespace estate;
using core::soon;

template <class F>
result<BoundSocket<Udp<F>>> bound() {
    BOOST_OUTCOME_TRY(auto created, new_udp<F>());
    BOOST_OUTCOME_TRY(created.set(option::receive_buffer{65536}));
    BOOST_OUTCOME_TRY(auto made, std::move(created).bind_to_ip(IpAddress<F>::loopback(), 0));
    return made;
}

template <class F>
int datagrams() {
    auto a = bound<F>();
    auto b = bound<F>();
    CLAIM(a.has_value() && b.has_value());
    const auto to = b.assume_value().local_addr().assume_value();
    std::byte room[4];
    CLAIM(a.assume_value().send_to("abcdef", to).assume_value() == 6);
    CLAIM(a.assume_value().send_to("", to).assume_value() == 0);
    const auto cut = b.assume_value().recv_from(room, soon()).assume_value();
    CLAIM(cut.size == 4 && cut.truncated && cut.sender == a.assume_value().local_addr().assume_value());
    const auto empty = b.assume_value().recv_from(room, soon()).assume_value();
    CLAIM(empty.size == 0 && !empty.truncated);
    CLAIM(b.assume_value().recv_from(room, Deadline::at_once()).assume_error() == errc::deadline_exceeded);
    CLAIM(a.assume_value().send_to("x", SocketAddress<F>::any(1)).assume_error() == errc::peer_unspecified);
    return 0;
}

template <class F>
int peers() {
    auto a = bound<F>();
    auto b = bound<F>();
    CLAIM(a.has_value() && b.has_value());
    const auto at = a.assume_value().local_addr().assume_value();
    auto connected = std::move(a).assume_value().connect(b.assume_value().local_addr().assume_value());
    CLAIM(connected.has_value());
    CLAIM(connected.assume_value().send("hi").assume_value() == 2);
    std::byte room[8];
    const auto got = b.assume_value().recv_from(room, soon()).assume_value();
    CLAIM(got.sender == at);
    CLAIM(b.assume_value().send_to("ho", at));
    CLAIM(connected.assume_value().recv(room, soon()).assume_value().size == 2);
    auto alone = std::move(connected).assume_value().disconnect();
    CLAIM(alone.has_value() && alone.assume_value().local_addr().assume_value() == at);

    auto lost = std::move(alone).assume_value().connect(SocketAddress<F>::loopback(0));
    CLAIM(!lost && lost.assume_error() == errc::peer_port_zero);
    CLAIM(lost.assume_error().socket.local_addr().assume_value() == at);
    CLAIM(std::move(lost.assume_error().socket).close().has_value());
    return 0;
}

template <class F>
int all() {
    CLAIMS_OF(datagrams<F>());
    CLAIMS_OF(peers<F>());
    return 0;
}

}  // namespace

int main() {
    CLAIMS_OF(all<V4>());
    if (!bound<V6>()) return core::skip("the half with IPv6", "this host has no ::1");
    return all<V6>();
}
