// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the destructor of a socket does; the tables say in which state. `text` is what the documents print.

namespace estate::drop {

/// Source  POSIX close(); its error is dropped.
struct closes {
    static constexpr const char* text = "closes the descriptor";
};
/// Source  Linux: the connections that wait in a backlog are reset.
struct resets_waiting {
    static constexpr const char* text = "resets the connections that wait";
};
struct gives_up {
    static constexpr const char* text = "gives the connect up";
};
/// The FIN follows what is still unsent; option::linger changes that.
struct sends_fin {
    static constexpr const char* text = "sends the FIN after the last byte";
};
/// Source  RFC 1122 section 4.2.2.13: closing over unread bytes sends RST, which can destroy our own last ones.
struct resets_unread {
    static constexpr const char* text = "resets the connection if received bytes are unread";
};
struct loses_queued {
    static constexpr const char* text = "drops the datagrams that wait";
};
/// Only the socket that bound the path, and only while the file is still its own.
struct removes_file {
    static constexpr const char* text = "removes the file that bind() made";
};
/// Of the half that sends. The peer reads the end after the last byte, and can be received from as long as somebody has
/// the other half.
struct shuts_sending {
    static constexpr const char* text = "shuts the sending direction, after the last byte";
};
/// The connection closes with the second half, as by a connected socket: over unread bytes by a reset.
struct leaves_other_half {
    static constexpr const char* text = "leaves the connection to the other half, and closes it as the last";
};
/// The pool has the address again when the last socket on it is gone.
struct returns_address {
    static constexpr const char* text = "gives a share of the held address back";
};

}  // namespace estate::drop
