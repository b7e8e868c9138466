// SPDX-License-Identifier: BSL-1.0
#pragma once

// Defects of hosts, each found by a probe and named where a law that meets it is skipped. A backend on which a probe
// finds nothing runs every law; doc/WASI.md lists which host has which.

#include "../support/loopback.hpp"

namespace estate::test {

/// jco 0.26: shutdown() ignores its direction and destroys the socket.
[[nodiscard]] inline bool half_close_is_broken() {
    auto pair = connected_pair<V4>();
    const auto half = std::move(pair.client).shutdown_send();
    const auto sent = pair.server.send_all("reply", soon());
    return !half || !sent || read_text(half.assume_value(), 5) != "reply";
}
[[nodiscard]] inline bool host_breaks_half_close() {
    const bool is_broken = half_close_is_broken();
    if (is_broken) print_skipped("the host's shutdown() ignores its direction");
    return is_broken;
}

/// jco 0.26: bind() listens already, so that a bound port takes connections.
[[nodiscard]] inline bool bound_ports_connect() {
    const auto port = bound_to_loopback<V4>();
    return created<V4>().connect(port.local_addr().value(), soon()).has_value();
}
[[nodiscard]] inline bool host_listens_at_bind() {
    const bool listens = bound_ports_connect();
    if (listens) print_skipped("the host's bind() listens already");
    return listens;
}

/// jco 0.26: an ICMP refusal never comes to the datagram socket that caused it.
[[nodiscard]] inline bool refusals_are_hidden() {
    const auto gone = datagrams_on_loopback<V4>().local_addr().value();
    const auto socket = datagrams_on_loopback<V4>().connect(gone).value();
    std::byte room[8];
    bool told = false;
    for (int i = 0; i < 3 && !told; ++i) {
        const auto sent = socket.send("x");
        const auto got = socket.recv(room, in(50ms));
        told = !sent || (!got && got.assume_error() != errc::deadline_exceeded);
    }
    return !told;
}
[[nodiscard]] inline bool host_hides_refusals() {
    const bool hides = refusals_are_hidden();
    if (hides) print_skipped("the host hides refusals from datagram sockets");
    return hides;
}

/// jco 0.26: a hop limit and the like are recorded and not set, or read as something else.
[[nodiscard]] inline bool host_fakes_hop_limit() {
    auto socket = created<V4>();
    const auto fresh = socket.get<option::hop_limit>();
    const bool fakes = !fresh || fresh.assume_value().value < 2;
    if (fakes) print_skipped("the host has no hop limit of the system's");
    return fakes;
}

}  // namespace estate::test
