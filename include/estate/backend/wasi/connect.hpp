// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/wasi/open.hpp>

namespace estate::wasi {

/// TCP: connecting. After any failure but a deadline the host's socket is closed: dropping is all that is legal.
/// Source  wasi:sockets/tcp start-connect, finish-connect.
struct Connect {
    template <class Address>
    static result<void> connect(StreamHandle& handle, const Address& peer) noexcept {
        if (auto begun = begin_connect(handle, peer); !begun) return begun;
        return finish(handle, Forever());
    }
    template <class Address>
    static result<void> connect(StreamHandle& handle, const Address& peer, Deadline until) noexcept {
        if (auto begun = begin_connect(handle, peer); !begun) return begun;
        return finish(handle, until);
    }

    template <class Address>
    static result<void> begin_connect(const StreamHandle& handle, const Address& peer) noexcept {
        if (!handle.socket) return errc::moved_from;
        const Network network = the_network();
        auto native = Native<typename Address::family>::from(peer);
        network_error_code_t error = 0;
        if (!tcp_method_tcp_socket_start_connect(handle.socket.borrow(), network.borrow(), &native, &error)) {
            return failure(error);
        }
        return success();
    }

    /// Errors  errc::deadline_exceeded: still connecting. Any other: the attempt is over.
    static result<void> finish_connect(StreamHandle& handle, Deadline until) noexcept { return finish(handle, until); }
    static result<void> await_connect(StreamHandle& handle, Deadline until) noexcept { return finish(handle, until); }

private:
    template <class Until>
    static result<void> finish(StreamHandle& handle, Until until) noexcept {
        if (!handle.socket) return errc::moved_from;
        tcp_tuple2_own_input_stream_own_output_stream_t streams{};
        network_error_code_t error = 0;
        while (!tcp_method_tcp_socket_finish_connect(handle.socket.borrow(), &streams, &error)) {
            if (error != NETWORK_ERROR_CODE_WOULD_BLOCK) return failure(error);
            const Pollable answered(tcp_method_tcp_socket_subscribe(handle.socket.borrow()));
            if (auto waited = wait(answered, until); !waited) return waited;
        }
        handle.in = InputStream(streams.f0);
        handle.out = OutputStream(streams.f1);
        return success();
    }
};

}  // namespace estate::wasi
