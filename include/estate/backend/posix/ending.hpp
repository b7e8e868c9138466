// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/backend/posix/transfer.hpp>

namespace estate::posix {

/// The ways a connection ends.
template <System S>
struct Ending {
    using Descriptor = BasicDescriptor<S>;
    using Until = posix::Until<S>;

    static result<void> shutdown_send(const Descriptor& socket) noexcept { return shut(socket, SHUT_WR); }
    static result<void> shutdown_receive(const Descriptor& socket) noexcept { return shut(socket, SHUT_RD); }

    static result<void> close(Descriptor& socket) noexcept { return socket.close(); }

    /// Drops what was received and not read: closing over it would send RST at once, and our own last bytes
    /// would be lost with it. It drops no more than a receive buffer holds: of a peer that sends faster than this
    /// reads something stays unread, and the RST of close() is then what ends that peer's send().
    static void discard_received(const Descriptor& socket) noexcept {
        std::byte scratch[1024];
        iovec parts[32];
        for (iovec& part : parts) part = {scratch, sizeof scratch};  // all into the same
        for (int calls = 0; calls < most_discarding; ++calls) {
            msghdr message{};
            message.msg_iov = parts;
            message.msg_iovlen = 32;
            const ssize_t count = socket.system().recvmsg(socket.number(), &message, MSG_DONTWAIT);
            if (count == 0 || (count < 0 && socket.system().error() != EINTR)) return;
        }
    }

    /// RST instead of FIN: SO_LINGER with time 0 (socket(7)).
    static result<void> abort(Descriptor& socket) noexcept {
        const linger at_once{1, 0};
        if (socket.system().setsockopt(socket.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) != 0) {
            return failure(socket);
        }
        return socket.close();
    }

    /// Reads and drops what the peer still sends, to its FIN: closing with unread data would answer it
    /// with RST, which can destroy our own last bytes on their way (RFC 1122 section 4.2.2.13).
    static result<void> drain(const Descriptor& socket, Until until) noexcept {
        const auto ended = skip_to_end(socket, until);
        if (until.is_never() || (!ended && !is_end_of(until, ended.assume_error()))) return ended;
        const linger none{};  // close() would wait as long as option::linger says, whatever ends the call
        const int made = socket.system().setsockopt(socket.number(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
        if (made != 0 && socket.system().error() != ENOPROTOOPT) return failure(socket);
        return ended;
    }

private:
    static constexpr int most_late = 64;         // reads of what has arrived, after the deadline
    static constexpr int most_discarding = 256;  // of 32 KiB each: 8 MiB; Linux lets a buffer grow to 6 (tcp_rmem)

    static result<void> skip_to_end(const Descriptor& socket, Until until) noexcept {
        std::byte scratch[1024];
        for (int late = 0;;) {
            const auto count = Transfer<S>::recv(socket, MutableBuffer(scratch, sizeof scratch), until);
            if (!count && count.assume_error() == errc::end_of_stream) return success();
            if (!count) return count.assume_error();
            // While there is always more to read, recv() never looks at the clock.
            if (is_over(socket.system(), until.deadline()) && ++late == most_late) return errc::deadline_exceeded;
        }
    }
    static result<void> shut(const Descriptor& socket, int direction) noexcept {
        if (socket.system().shutdown(socket.number(), direction) != 0) return failure(socket);
        return success();
    }
};

}  // namespace estate::posix
