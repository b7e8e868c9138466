// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <estate/backend/accept_failure.hpp>
#include <estate/backend/wasi/open.hpp>

namespace estate::wasi {

/// TCP: the listening end.
struct Listen {
    /// On a listener it changes the backlog only. A host that cannot choose one uses its own.
    /// Source  wasi:sockets/tcp set-listen-backlog-size, start-listen, finish-listen.
    static result<void> listen(const StreamHandle& handle, int backlog) noexcept {
        if (!handle.socket) return errc::moved_from;
        network_error_code_t error = 0;
        const bool set = tcp_method_tcp_socket_set_listen_backlog_size(handle.socket.borrow(),
                                                                       static_cast<std::uint64_t>(backlog), &error);
        if (!set && error != NETWORK_ERROR_CODE_NOT_SUPPORTED) return failure(error);
        if (tcp_method_tcp_socket_is_listening(handle.socket.borrow())) return success();
        return start_and_finish(
            handle.socket,
            [&](network_error_code_t* why) { return tcp_method_tcp_socket_start_listen(handle.socket.borrow(), why); },
            tcp_method_tcp_socket_finish_listen, tcp_method_tcp_socket_subscribe);
    }

    static result<StreamHandle> accept(const StreamHandle& listener) noexcept { return next(listener, Forever()); }
    static result<StreamHandle> accept(const StreamHandle& listener, Deadline until) noexcept {
        return next(listener, until);
    }

    /// A stream of the host never waits by itself, so what is accepted is as any other.
    /// Errors  errc::deadline_exceeded: no connection is queued.
    static result<StreamHandle> accept_nonblocking(const StreamHandle& listener) noexcept {
        if (!listener.socket) return errc::moved_from;
        Accepted made{};
        network_error_code_t error = 0;
        if (tcp_method_tcp_socket_accept(listener.socket.borrow(), &made, &error)) return handle_of(made);
        if (error == NETWORK_ERROR_CODE_WOULD_BLOCK) return errc::deadline_exceeded;
        return failure_to_make(error);
    }

    /// Source  the numbers that failure() makes of what accept of wasi:sockets/tcp answers.
    static AcceptFailure classify_accept(int error) noexcept {
        switch (error) {
            case ECONNABORTED:
            case EPERM:
            case EPROTO:
            case ENOPROTOOPT:
            case ENETDOWN:
            case ENETUNREACH:
            case EHOSTUNREACH:
            case EOPNOTSUPP:
            case ETIMEDOUT: return AcceptFailure::retry;
            default: return is_out_of_resources(error) ? AcceptFailure::resources : AcceptFailure::fatal;
        }
    }

private:
    using Accepted = tcp_tuple3_own_tcp_socket_own_input_stream_own_output_stream_t;

    static StreamHandle handle_of(const Accepted& made) noexcept {
        return StreamHandle(TcpSocket(made.f0), InputStream(made.f1), OutputStream(made.f2));
    }
    /// The peer's address is not asked for: of a connection that was reset while queued it is an error.
    /// Source  wasi:sockets/tcp accept.
    template <class Until>
    static result<StreamHandle> next(const StreamHandle& listener, Until until) noexcept {
        if (!listener.socket) return errc::moved_from;
        Accepted made{};
        network_error_code_t error = 0;
        while (!tcp_method_tcp_socket_accept(listener.socket.borrow(), &made, &error)) {
            if (error != NETWORK_ERROR_CODE_WOULD_BLOCK) return failure_to_make(error);
            const Pollable pending(tcp_method_tcp_socket_subscribe(listener.socket.borrow()));
            if (const auto waited = wait(pending, until); !waited) return waited.assume_error();
        }
        return handle_of(made);
    }
};

}  // namespace estate::wasi
