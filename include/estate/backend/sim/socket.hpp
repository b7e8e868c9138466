// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <netinet/tcp.h>

#include <cstdint>
#include <estate/backend/sim/options.hpp>
#include <estate/backend/sim/packet.hpp>
#include <estate/backend/sim/settings.hpp>

namespace estate::sim {

/// What a trace calls the state of a socket: those of RFC 9293, and what comes before.
enum class State : std::uint8_t {
    absent,
    created,
    bound,
    listening,
    syn_sent,
    syn_received,
    established,
    fin_wait_1,
    fin_wait_2,
    close_wait,
    closing,
    last_ack,
    time_wait,
    closed,
    connected,  // a datagram socket with a peer, a Unix-domain socket with one
    event,
    set,
};

constexpr const char* name_of_state(State state) noexcept {
    constexpr const char* names[] = {"-",          "CREATED",    "BOUND",      "LISTEN",  "SYN_SENT", "SYN_RECEIVED",
                                     "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING",
                                     "LAST_ACK",   "TIME_WAIT",  "CLOSED",     "CONNECTED", "EVENT",
                                     "SET"};
    return names[static_cast<unsigned>(state)];
}

/// What the calls know of a connection, whatever has become of it since: `sock->state` of Linux. It is `connecting`
/// until a connect() has told how the attempt ended, and `disconnecting` where shutdown() came before that.
enum class Phase : std::uint8_t { unconnected, connecting, connected, disconnecting };

/// What the timer of a connection is for.
enum class Timer : std::uint8_t { off, retransmit, probe, vanish };

/// A socket as the kernel keeps it, of either protocol. `tcp` has the numbers of tcp_states.h (TCP_CLOSE and so on);
/// a datagram socket with a peer is TCP_ESTABLISHED, as in Linux.
struct Socket {
    bool is_used = false;
    Protocol protocol = Protocol::tcp;
    int domain = AF_INET;
    HostId host = no_host;
    int descriptor = -1;  // -1: none, of an orphan or of what was not accepted yet
    int copies = 0;       // further descriptors
    int former = -1;      // the descriptor before, where it has changed to one of those
    int passed = 0;       // messages that carry it to who receives them

    std::uint8_t tcp = TCP_CLOSE;
    Phase phase = Phase::unconnected;
    bool has_been_connected = false;
    bool is_nonblocking = false;
    bool binds_address = false;   // bind() named it: outlives a disconnect
    bool binds_port = false;
    bool has_bound = false;       // bind() was called, be it with port 0
    bool is_held = false;         // close() waits for it
    bool is_spent = false;        // of a component: a transition failed, and it can be closed only
    bool ends_receive = false;    // RCV_SHUTDOWN: by shutdown(), or since the peer sent FIN
    bool ends_send = false;       // SEND_SHUTDOWN
    bool is_done = false;         // the peer's FIN is in
    int error = 0;                // SO_ERROR
    int soft_error = 0;           // what ICMP said of a connection: why it times out, if it does

    Endpoint local;
    Endpoint peer;
    Settings settings;
    bool lingers = false;
    int linger_seconds = 0;
    std::uint32_t send_capacity = 0;
    std::uint32_t receive_capacity = 0;
    char device[16] = {};

    // A connection. Numbers wrap; RFC 9293 section 3.3.1 names them.
    std::uint32_t iss = 0;
    std::uint32_t irs = 0;
    std::uint32_t snd_una = 0;
    std::uint32_t snd_nxt = 0;
    std::uint32_t snd_max = 0;  // the furthest that snd_nxt ever was
    std::uint32_t snd_wnd = 0;
    std::uint32_t rcv_nxt = 0;
    std::uint32_t told_edge = 0;  // rcv_nxt plus window, as last told to the peer
    Bytes unacknowledged;  // from snd_una on
    Bytes received;
    bool sends_fin = false;
    Timer timer = Timer::off;
    unsigned retries = 0;
    std::int64_t timeout = tcp::first_timeout;
    std::int64_t syn_time = 0;

    // A listener, and its connections until they are accepted.
    int backlog = 0;
    SocketId parent = none;
    SocketId queue_first = none;
    SocketId queue_last = none;
    SocketId queue_next = none;
    int queued = 0;

    // Datagrams that have arrived.
    PacketId datagram_first = none;
    PacketId datagram_last = none;
    std::uint32_t datagram_bytes = 0;

    std::uint32_t waits = none;  // who waits for it

    [[nodiscard]] bool is_stream() const noexcept { return protocol == Protocol::tcp; }
    [[nodiscard]] bool is_local() const noexcept { return protocol == Protocol::local; }
    [[nodiscard]] bool is_listening() const noexcept { return tcp == TCP_LISTEN; }
    /// A descriptor refers to it, or will.
    [[nodiscard]] bool is_owned() const noexcept { return descriptor >= 0 || passed > 0; }
    [[nodiscard]] bool is_v6_only() const noexcept { return settings.get<IPPROTO_IPV6, IPV6_V6ONLY>() != 0; }
    [[nodiscard]] bool takes(bool v6) const noexcept {
        return v6 ? domain == AF_INET6 : domain == AF_INET || !is_v6_only();
    }
    [[nodiscard]] bool is_opening() const noexcept { return tcp == TCP_SYN_SENT || tcp == TCP_SYN_RECV; }
    /// Its peer has to hear that it is given up. Source  Linux tcp_need_reset()
    [[nodiscard]] bool needs_reset() const noexcept {
        return tcp == TCP_ESTABLISHED || tcp == TCP_CLOSE_WAIT || tcp == TCP_FIN_WAIT1 || tcp == TCP_FIN_WAIT2 ||
               tcp == TCP_SYN_RECV;
    }
    [[nodiscard]] bool reuses_address() const noexcept { return settings.get<SOL_SOCKET, SO_REUSEADDR>() != 0; }
    [[nodiscard]] bool reuses_port() const noexcept { return settings.get<SOL_SOCKET, SO_REUSEPORT>() != 0; }

    /// Of its packets to the address.
    [[nodiscard]] std::uint8_t hop_limit(const Endpoint& to) const noexcept {
        if (to.is_multicast()) {
            return static_cast<std::uint8_t>(to.is_v6 ? settings.get<IPPROTO_IPV6, IPV6_MULTICAST_HOPS>()
                                                      : settings.get<IPPROTO_IP, IP_MULTICAST_TTL>());
        }
        return static_cast<std::uint8_t>(to.is_v6 ? settings.get<IPPROTO_IPV6, IPV6_UNICAST_HOPS>()
                                                  : settings.get<IPPROTO_IP, IP_TTL>());
    }

    [[nodiscard]] std::uint32_t send_space() const noexcept {
        return unacknowledged.size < send_capacity ? send_capacity - unacknowledged.size : 0;
    }
    [[nodiscard]] std::uint32_t receive_space() const noexcept {
        return received.size < receive_capacity ? receive_capacity - received.size : 0;
    }
    /// As Linux's sk_stream_is_writable(): a third must be free.
    [[nodiscard]] bool is_writable() const noexcept {
        return send_space() >= unacknowledged.size / 2 && send_space() > 0;
    }

    /// Pre  is_used
    [[nodiscard]] State state() const noexcept {
        if (is_local() && tcp != TCP_ESTABLISHED) {
            return is_listening() ? State::listening : has_bound ? State::bound : State::created;
        }
        if (!is_stream()) {
            return tcp == TCP_ESTABLISHED ? State::connected : local.port != 0 ? State::bound : State::created;
        }
        switch (tcp) {
            case TCP_ESTABLISHED: return State::established;
            case TCP_SYN_SENT: return State::syn_sent;
            case TCP_SYN_RECV: return State::syn_received;
            case TCP_FIN_WAIT1: return State::fin_wait_1;
            case TCP_FIN_WAIT2: return State::fin_wait_2;
            case TCP_TIME_WAIT: return State::time_wait;
            case TCP_CLOSE_WAIT: return State::close_wait;
            case TCP_LAST_ACK: return State::last_ack;
            case TCP_LISTEN: return State::listening;
            case TCP_CLOSING: return State::closing;
            default: break;
        }
        return has_been_connected ? State::closed : local.port != 0 ? State::bound : State::created;
    }
};

}  // namespace estate::sim
