// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/transport/setting.hpp>
#include <estate/base/milliseconds.hpp>
#include <estate/base/seconds.hpp>

// Options that only TCP has.

namespace estate::option {

/// Sends small segments at once instead of gathering them (Nagle). Off by default. Not in WASI.
/// Source  tcp(7) TCP_NODELAY, RFC 9293 section 3.7.4.
struct no_delay {
    using key = no_delay;
    bool value = true;
};

/// TCP Fast Open: data in the SYN of clients that have connected before. value is the length of the queue of such
/// connections; 0 turns it off.
/// Source  tcp(7) TCP_FASTOPEN, RFC 7413.
struct fast_open {
    using key = fast_open;
    int value = 0;
    [[nodiscard]] constexpr bool valid() const noexcept { return value >= 0; }
};

/// Probes an idle connection to find a peer that vanished. Off by default.
/// Source  socket(7) SO_KEEPALIVE, RFC 9293 section 3.8.4.
struct keep_alive {
    using key = keep_alive;
    bool value = true;
};
/// Idle time before the first probe. Linux: 1 s to 32767 s.
/// Source  tcp(7) TCP_KEEPIDLE.
struct keep_alive_idle {
    using key = keep_alive_idle;
    Seconds time{};
};
/// Time between probes. Linux: 1 s to 32767 s.
/// Source  tcp(7) TCP_KEEPINTVL.
struct keep_alive_interval {
    using key = keep_alive_interval;
    Seconds time{};
};
/// Unanswered probes before the connection is dropped. Linux: 1 to 127.
/// Source  tcp(7) TCP_KEEPCNT.
struct keep_alive_count {
    using key = keep_alive_count;
    int value = 0;
    [[nodiscard]] constexpr bool valid() const noexcept { return value >= 1; }
};

/// How long close() waits until unsent bytes are acknowledged, in a destructor and for a socket that never waits
/// too. Off by default: close() returns at once and the system goes on sending. To end with RST use abort(); to end
/// well use finish().
/// Source  socket(7) SO_LINGER.
struct linger {
    using key = linger;
    bool lingers = false;
    Seconds time{};
    /// The kernel takes a negative time for 136 years.
    [[nodiscard]] constexpr bool valid() const noexcept { return time.count() >= 0; }
};

/// How long sent bytes, and a connect, may stay unacknowledged before the connection ends with timed_out; zero is the
/// system's own, minutes. Overrides what keep_alive would find. Linux.
/// Range   0 to 2^31 - 1 ms. Source  tcp(7) TCP_USER_TIMEOUT, RFC 5482.
struct user_timeout {
    using key = user_timeout;
    Milliseconds time{};
    [[nodiscard]] constexpr bool valid() const noexcept { return time.count() >= 0; }
};

/// Acknowledges at once what is received instead of waiting for bytes to send along. Not for good: the system goes
/// back to delaying by itself, so it is set again after a receive. Linux.
/// Source  tcp(7) TCP_QUICKACK.
struct quick_ack {
    using key = quick_ack;
    bool value = true;
};

/// Holds back what does not fill a segment, for 200 ms at most, until it is taken off. Off by default. Linux.
/// Source  tcp(7) TCP_CORK.
struct cork {
    using key = cork;
    bool value = true;
};

/// connect() to a server that was here before returns at once, and the first send() goes with the SYN: it then
/// reports what connect() would have, connection_refused too. Only for a first message that may arrive twice. Linux.
/// Source  tcp(7) TCP_FASTOPEN_CONNECT, RFC 7413.
struct fast_open_connect {
    using key = fast_open_connect;
    bool value = true;
};

}  // namespace estate::option
