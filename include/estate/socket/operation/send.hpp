// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/incomplete.hpp>
#include <estate/net/buffer.hpp>
#include <estate/net/deadline.hpp>
#include <estate/socket/transition.hpp>

namespace estate {

/// send(): hands bytes to the system; to the peer that is fixed.
///
/// From      Connected, ReceiveClosed; stays.
/// Returns   how many bytes were taken: on a stream it may be fewer than given, so look at it, or use
///           send_all(). A datagram goes whole.
/// Errors    broken_pipe and connection_reset when the peer has gone; connection_refused for an earlier
///           datagram; message_size; errc::deadline_exceeded. SIGPIPE is never raised.
/// Source    POSIX send(MSG_NOSIGNAL); wasi:io/streams output-stream write, wasi:sockets/udp send.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::send, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;

    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<std::size_t> send(ConstBuffer bytes) const {
        return T::backend::send(own_handle(), bytes);
    }
    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<std::size_t> send(ConstBuffer bytes, Deadline until) const {
        return T::backend::send(own_handle(), bytes, until);
    }
    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<std::size_t> send(std::string_view text) const { return send(as_buffer(text)); }
    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<std::size_t> send(std::string_view text, Deadline until) const {
        return send(as_buffer(text), until);
    }

private:
    [[nodiscard]] const auto& own_handle() const noexcept {
        return detail::socket_access::handle(static_cast<const Self&>(*this));
    }
};

/// send_all(): sends every byte, in as many calls as it takes.
///
/// From      Connected, ReceiveClosed; stays.
/// Errors    as send(); Incomplete::transferred tells how many bytes were taken before.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::send_all, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;

    ESTATE_USES [[nodiscard]] transfer_result send_all(ConstBuffer bytes, Deadline until = Deadline::never()) const {
        const auto& handle = detail::socket_access::handle(static_cast<const Self&>(*this));
        std::size_t done = 0;
        while (done < bytes.size()) {
            const auto rest = bytes.subspan(done);
            const auto sent = until.is_never() ? T::backend::send(handle, rest) : T::backend::send(handle, rest, until);
            if (!sent) return Incomplete{sent.assume_error(), done};
            done += sent.assume_value();
        }
        return success();
    }
    ESTATE_USES [[nodiscard]] transfer_result send_all(std::string_view text,
                                                       Deadline until = Deadline::never()) const {
        return send_all(as_buffer(text), until);
    }
};

/// send_vectored(): sends several buffers in one call.
///
/// From      Connected, ReceiveClosed; stays.
/// Returns   how many bytes were taken, over all buffers; at most the first 64 buffers are looked at.
/// Errors    as send().
/// Source    POSIX sendmsg(): writev() cannot keep SIGPIPE away.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::send_vectored, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;

    ESTATE_USES [[nodiscard]] result<std::size_t> send_vectored(std::span<const ConstBuffer> buffers,
                                                                Deadline until = Deadline::never()) const {
        return T::backend::send_vectored(detail::socket_access::handle(static_cast<const Self&>(*this)), buffers,
                                         until);
    }
};

}  // namespace estate
