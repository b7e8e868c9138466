// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// send(): hands bytes to the system; to the peer that is fixed.
///
/// From      Connected, ReceiveClosed; stays.
/// Returns   how many bytes were taken: on a stream it may be fewer than given, so look at it, or use
///           send_all(). A datagram goes whole.
/// Errors    broken_pipe and connection_reset when the peer has gone; connection_refused for an earlier datagram, and
///           this one was not sent; message_size; errc::invalid_argument for an empty sequenced packet, which would
///           read like the end; errc::deadline_exceeded, errc::stopped. SIGPIPE is never raised.
/// Source    POSIX send(MSG_NOSIGNAL); wasi:io/streams output-stream write, wasi:sockets/udp send.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::send, Socket<S, T, H>> : detail::SocketPart<op::send, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;

    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<std::size_t> send(ConstBuffer bytes) const noexcept {
        return T::backend::send(this->owned_handle(), bytes);
    }
    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<std::size_t> send(ConstBuffer bytes, Until until) const noexcept {
        return T::backend::send(this->owned_handle(), bytes, until);
    }
    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<std::size_t> send(std::string_view text) const noexcept {
        return send(as_buffer(text));
    }
    ESTATE_INLINE ESTATE_USES [[nodiscard]]
    result<std::size_t> send(std::string_view text, Until until) const noexcept {
        return send(as_buffer(text), until);
    }
    void send(std::nullptr_t, Until = Until::never()) const = delete;  // no text
    template <std::size_t Size>
    void send(char (&)[Size], Until = Until::never()) const = delete;  // std::string_view(array, length)
};

}  // namespace estate
