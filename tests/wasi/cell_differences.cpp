// SPDX-License-Identifier: BSL-1.0
// What the laws of cells do not ask of a host, a line each with its reason. A probe tells whether the host that runs
// this is one of those, so that one that was mended is asked.

#include <optional>

#include "laws/cells.hpp"
#include "laws/host.hpp"

namespace {
using namespace estate;
using namespace estate::test;

/// A probe that is made once.
template <bool (*Probe)()>
bool once() {
    static const bool answer = Probe();
    return answer;
}

/// wasmtime: a socket that connects is in no state in which it would have options.
bool options_wait_for_the_connection() {
    auto listener = created<V4>().bind(SocketAddress<V4>::loopback(0)).value().listen().value();
    auto socket = created<V4>().begin_connect(listener.local_addr().value());
    return socket && !socket.assume_value().get<option::hop_limit>();
}
/// A connection whose peer closes over what it has not read.
ConnectedSocket<Tcp<V4>> reset_by_its_peer() {
    auto pair = connected_pair<V4>();
    pair.client.send_all("unread", soon()).value();
    (void)read_text(pair.server, 1);
    (void)std::move(pair.server).close();
    std::byte room[1];
    (void)datagrams_on_loopback<V4>().recv_from(room, in(50ms));  // time for the reset
    return std::move(pair.client);
}
/// wasmtime: shutdown() of a connection that its peer has reset succeeds.
bool shutdown_hides_resets() { return reset_by_its_peer().shutdown_send().has_value(); }
/// jco: what its process has read ahead of the program is not unread, so that the peer ends in peace.
bool nothing_resets() {
    const auto socket = reset_by_its_peer();
    std::byte room[8];
    const auto got = socket.recv(room, soon());
    return !got && got.assume_error() == errc::end_of_stream;
}
/// wasmtime: a receive that waits is not woken by a refusal, which the next send or receive is told.
bool refusals_wake_nobody() {
    std::optional<BoundSocket<Udp<V4>>> peer{datagrams_on_loopback<V4>()};
    const auto socket = datagrams_on_loopback<V4>().connect(peer->local_addr().value()).value();
    peer.reset();
    std::byte room[8];
    (void)socket.send("x");
    const auto got = socket.recv(room, in(50ms));
    return !got && got.assume_error() == errc::deadline_exceeded;
}

struct Difference {
    bool (*is_so_here)();
    bool streams;
    std::string_view state;   // of the cell
    std::string_view call;    // the beginning of its text
    std::optional<Way> way;   // each, where it is empty
    const char* why;
};
constexpr Difference differences[] = {
    {once<options_wait_for_the_connection>, true, "Connecting", "set(", {}, "a socket that connects has no options"},
    {once<options_wait_for_the_connection>, true, "Connecting", "template get<", {},
     "a socket that connects has no options"},
    {once<half_close_is_broken>, true, "SendClosed", "", {}, "shutdown() ignores its direction"},
    {once<half_close_is_broken>, true, "ReceiveClosed", "", {}, "shutdown() ignores its direction"},
    {once<half_close_is_broken>, true, "Connected", "shutdown_", {}, "shutdown() ignores its direction"},
    {once<half_close_is_broken>, true, "Connected", "finish", {}, "shutdown() ignores its direction"},
    {once<bound_ports_connect>, true, "", "connect(", Way::peer,
     "bind() listens, so that a bound port takes connections"},
    {once<bound_ports_connect>, true, "", "begin_connect(", Way::peer,
     "bind() listens, so that a bound port takes connections"},
    {once<nothing_resets>, true, "Connected", "", Way::peer, "a peer that closes over unread bytes ends in peace"},
    {once<shutdown_hides_resets>, true, "Connected", "shutdown_", Way::peer, "shutdown() does not tell of a reset"},
    {once<shutdown_hides_resets>, true, "ReceiveClosed", "shutdown_", Way::peer, "shutdown() does not tell of a reset"},
    {once<refusals_are_hidden>, false, "Connected", "", Way::peer, "refusals are hidden from datagram sockets"},
    {once<refusals_wake_nobody>, false, "Connected", "recv", Way::peer, "a receive that waits hears of no refusal"},
};

}  // namespace

const char* estate::test::why_not_on_this_host(bool streams, std::string_view state, std::string_view call, Way way) {
    for (const Difference& each : differences) {
        if (each.streams == streams && (each.state.empty() || each.state == state) && call.starts_with(each.call) &&
            (!each.way || *each.way == way) && each.is_so_here()) {
            return each.why;
        }
    }
    return nullptr;
}
