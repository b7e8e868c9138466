// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <estate/backend/posix/transfer.hpp>

namespace estate::posix {

/// The ways a connection ends.
struct Ending {
    static result<void> shutdown_send(const Descriptor& socket) noexcept { return shut(socket, SHUT_WR); }
    static result<void> shutdown_receive(const Descriptor& socket) noexcept { return shut(socket, SHUT_RD); }

    static result<void> close(Descriptor& socket) noexcept { return socket.close(); }

    /// Drops what was received and not read: closing over it would send RST at once, and our own last bytes
    /// would be lost with it.
    static void discard_received(const Descriptor& socket) noexcept {
        std::byte scratch[1024];
        for (;;) {
            const ssize_t count = ::recv(socket.number(), scratch, sizeof scratch, MSG_DONTWAIT);
            if (count == 0 || (count < 0 && errno != EINTR)) return;
        }
    }

    /// RST instead of FIN: SO_LINGER with time 0 (socket(7)).
    static result<void> abort(Descriptor& socket) noexcept {
        const linger at_once{1, 0};
        if (::setsockopt(socket.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) != 0) {
            return failure(socket.number());
        }
        return socket.close();
    }

    /// Reads and drops what the peer still sends, to its FIN: closing with unread data would answer it
    /// with RST, which can destroy our own last bytes on their way (RFC 1122 section 4.2.2.13).
    static result<void> drain(const Descriptor& socket, Deadline until) noexcept {
        const auto ended = skip_to_end(socket, until);
        if (ended || ended.assume_error() != errc::deadline_exceeded) return ended;
        const linger none{};  // close() would wait as long as option::linger says
        static_cast<void>(::setsockopt(socket.number(), SOL_SOCKET, SO_LINGER, &none, sizeof none));
        return ended;
    }

private:
    static constexpr int most_late = 64;  // reads of what has arrived, after the deadline

    static result<void> skip_to_end(const Descriptor& socket, Deadline until) noexcept {
        std::byte scratch[1024];
        for (int late = 0;;) {
            const auto count = Transfer::recv(socket, MutableBuffer(scratch, sizeof scratch), until);
            if (!count && count.assume_error() == errc::end_of_stream) return success();
            if (!count) return count.assume_error();
            // While there is always more to read, recv() never looks at the clock.
            if (!until.is_never() && time_left(until) <= 0 && ++late == most_late) return errc::deadline_exceeded;
        }
    }
    static result<void> shut(const Descriptor& socket, int direction) noexcept {
        if (::shutdown(socket.number(), direction) != 0) return failure(socket.number());
        return success();
    }
};

}  // namespace estate::posix
