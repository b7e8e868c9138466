// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/wasi/wait.hpp>

namespace estate::wasi {

/// TCP: the ways a connection ends. There is no abort(): WASI cannot ask for a reset.
struct Ending {
    /// Sends what the host still has, then the FIN. Source: wasi:sockets/tcp shutdown.
    static result<void> shutdown_send(const StreamHandle& handle) noexcept { return shut(handle, TCP_SHUTDOWN_TYPE_SEND); }
    /// What has come unread is discarded by the host.
    static result<void> shutdown_receive(const StreamHandle& handle) noexcept {
        return shut(handle, TCP_SHUTDOWN_TYPE_RECEIVE);
    }

    /// Streams before their socket. Source: resource.drop, which cannot fail.
    static result<void> close(StreamHandle& handle) noexcept {
        if (!handle.socket) return errc::moved_from;
        handle.reset();
        return success();
    }

    static void discard_received(const StreamHandle& handle) noexcept {
        for (auto skipped = skip(handle); skipped && skipped.assume_value() > 0;) skipped = skip(handle);
    }

    /// Drops what the peer still sends, to its FIN.
    static result<void> drain(const StreamHandle& handle, Deadline until) noexcept {
        for (;;) {
            const auto skipped = skip(handle);
            if (!skipped && skipped.assume_error() == errc::end_of_stream) return success();
            if (!skipped) return skipped.assume_error();
            if (skipped.assume_value() == 0) {
                const Pollable arrived(streams_method_input_stream_subscribe(handle.in.borrow()));
                if (auto waited = wait(arrived, until); !waited) return waited;
            } else if (!until.is_never() && is_over(until)) {  // while there is always more, nobody waits
                return errc::deadline_exceeded;
            }
        }
    }

private:
    static result<void> shut(const StreamHandle& handle, tcp_shutdown_type_t direction) noexcept {
        if (!handle.socket) return errc::moved_from;
        network_error_code_t error = 0;
        if (!tcp_method_tcp_socket_shutdown(handle.socket.borrow(), direction, &error)) return failure(error);
        return success();
    }
    static result<std::uint64_t> skip(const StreamHandle& handle) noexcept {
        if (!handle.in) return errc::moved_from;
        std::uint64_t count = 0;
        streams_stream_error_t error{};
        if (!streams_method_input_stream_skip(handle.in.borrow(), 4096, &count, &error)) {
            return failure(error, errc::end_of_stream);
        }
        return count;
    }
};

}  // namespace estate::wasi
