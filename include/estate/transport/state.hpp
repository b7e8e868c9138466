// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace estate {

// The states of a socket, TCP and UDP. That the peer has closed is not a state, since no call of this
// side made it so: it is a value (errc::end_of_stream).

/// Exists; has no address.
struct Created {
    static constexpr const char* name = "Created";
};
/// Has a local address.
struct Bound {
    static constexpr const char* name = "Bound";
};
/// Queues incoming connections; carries no data.
struct Listening {
    static constexpr const char* name = "Listening";
};
/// A connect is under way.
struct Connecting {
    static constexpr const char* name = "Connecting";
};
/// TCP: both directions are open; of a half: its own is. UDP: the peer is fixed.
struct Connected {
    static constexpr const char* name = "Connected";
};
/// The FIN is sent; what the peer still sends can be received.
struct SendClosed {
    static constexpr const char* name = "SendClosed";
};
/// Nothing more is received; sending goes on.
struct ReceiveClosed {
    static constexpr const char* name = "ReceiveClosed";
};
/// The descriptor is gone; an address hold, if there was one, is still here.
struct Closed {
    static constexpr const char* name = "Closed";
};
/// No longer an object of this library: its descriptor was released to the caller.
struct Released {
    static constexpr const char* name = "Released";
};

// Facts about a socket that are no state of the kernel's.
namespace fact {

/// It has no hold: nobody leased its address.
struct plain {
    static constexpr const char* name = "plain";
};
/// It has a hold on an address (net/address_hold.hpp).
struct held {
    static constexpr const char* name = "held";
};
/// Its calls wait.
struct blocking {
    static constexpr const char* name = "blocking";
};
/// Its calls never wait (transport/nonblocking.hpp).
struct nonblocking {
    static constexpr const char* name = "nonblocking";
};
/// Each of its datagrams is received by itself.
struct whole {
    static constexpr const char* name = "whole";
};
/// The system cuts what it sends into datagrams, and gives it several of one sender in one piece.
struct segments {
    static constexpr const char* name = "segments";
};

/// A receive reports the bytes of a datagram and its sender.
struct bare {
    static constexpr const char* name = "bare";
};
/// A receive reports where the datagram was sent to as well, and a send chooses where it is sent from.
struct packet_info {
    static constexpr const char* name = "packet_info";
};

}  // namespace fact

}  // namespace estate
