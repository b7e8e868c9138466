// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/wasi/permit.hpp>
#include <estate/backend/wasi/wait.hpp>

namespace estate::wasi {

/// TCP: the ways a connection ends. There is no abort(): WASI cannot ask for a reset.
struct Ending {
    /// Sends what the host still has, then the FIN. Source: wasi:sockets/tcp shutdown.
    static result<void> shutdown_send(const StreamHandle& handle) noexcept {
        return shut(handle, TCP_SHUTDOWN_TYPE_SEND);
    }
    /// What has come unread is discarded by the host.
    static result<void> shutdown_receive(const StreamHandle& handle) noexcept {
        return shut(handle, TCP_SHUTDOWN_TYPE_RECEIVE);
    }

    /// Streams before their socket. What the host still has goes with them.
    /// Errors  input_output_error: there was such, from a send() whose deadline passed before it was on its way.
    /// Source  resource.drop, which cannot fail.
    static result<void> close(StreamHandle& handle) noexcept {
        if (!handle.socket) return errc::moved_from;
        bool is_lossy = handle.may_hold_back && !is_passed_on(handle);
        if (is_lossy) {  // or the system is full: then the stream ends with shutdown() at once
            (void)shutdown_send(handle);
            is_lossy = !is_passed_on(handle);
        }
        handle.reset();
        if (is_lossy) return Error::system(EIO);
        return success();
    }

    static void discard_received(const StreamHandle& handle) noexcept {
        for (int skips = 0; skips < most_discarding; ++skips) {
            const auto skipped = skip(handle);
            if (!skipped || skipped.assume_value() == 0) return;
        }
    }

    /// Drops what the peer still sends, to its FIN, and lets the host pass on what it still has: the peer may have
    /// sent its FIN long before it has read all.
    static result<void> drain(const StreamHandle& handle, Deadline until) noexcept {
        if (auto ended = skip_to_end(handle, until); !ended) return ended;
        while (handle.may_hold_back) {
            const auto passed = has_passed_on(handle);
            if (!passed) return passed.assume_error();
            if (passed.assume_value()) break;
            const Pollable ended(streams_method_output_stream_subscribe(handle.out.borrow()));
            if (auto waited = wait(ended, until); !waited) return waited;
        }
        return success();
    }

private:
    static constexpr int most_late = 64;           // skips of what has arrived, after the deadline
    static constexpr int most_discarding = 2048;  // of 4 KiB each; a peer may always send more

    static result<void> skip_to_end(const StreamHandle& handle, Deadline until) noexcept {
        for (int late = 0;;) {
            const auto skipped = skip(handle);
            if (!skipped && skipped.assume_error() == errc::end_of_stream) return success();
            if (!skipped) return skipped.assume_error();
            if (skipped.assume_value() == 0) {
                const Pollable arrived(streams_method_input_stream_subscribe(handle.in.borrow()));
                if (auto waited = wait(arrived, until); !waited) return waited;
            } else if (!until.is_never() && is_over(until) && ++late == most_late) {  // always more: nobody waits
                return errc::deadline_exceeded;
            }
        }
    }

    /// Whether the system has all that the host was given. A stream that was shut ends then.
    static result<bool> has_passed_on(const StreamHandle& handle) noexcept {
        const auto permit = permitted_now(handle);
        if (permit) return permit.assume_value() > 0;
        if (permit.assume_error().posix() == EPIPE) return true;
        return permit.assume_error();
    }
    static bool is_passed_on(const StreamHandle& handle) noexcept {
        const auto passed = has_passed_on(handle);
        return passed && passed.assume_value();
    }
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
