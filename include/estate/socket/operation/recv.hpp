// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/incomplete.hpp>
#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>
#include <estate/net/deadline.hpp>
#include <estate/socket/transition.hpp>

namespace estate {

/// recv(), TCP: receives what has arrived, waiting for the first byte.
///
/// From      Connected, SendClosed; stays.
/// Returns   how many bytes were written into room, 1 at least.
/// Errors    errc::end_of_stream once the peer has closed and all was read; errc::invalid_argument for
///           empty room; connection_reset; errc::deadline_exceeded.
/// Source    POSIX recv(); wasi:io/streams input-stream read.
template <class S, Stream T, class H>
struct ESTATE_CONSUMABLE operation<op::recv, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;

    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<std::size_t> recv(MutableBuffer room) const {
        if (room.empty()) [[unlikely]]
            return errc::invalid_argument;
        return T::backend::recv(own_handle(), room);
    }
    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<std::size_t> recv(MutableBuffer room, Deadline until) const {
        if (room.empty()) [[unlikely]]
            return errc::invalid_argument;
        return T::backend::recv(own_handle(), room, until);
    }
    /// At most max_len bytes in a container of its own. Needs <estate/socket/recv_container.hpp>.
    template <std::integral Size>
    ESTATE_USES [[nodiscard]] auto recv(Size max_len, Deadline until = Deadline::never()) const {
        return recv_container(static_cast<const Self&>(*this), static_cast<std::size_t>(max_len), until);
    }

private:
    [[nodiscard]] const auto& own_handle() const noexcept {
        return detail::socket_access::handle(static_cast<const Self&>(*this));
    }
};

/// recv(), UDP: receives the next datagram of the fixed peer.
///
/// From      Connected; stays.
/// Returns   its size (0 is legal) and whether it was cut to fit room.
/// Errors    connection_refused when an earlier datagram was refused; errc::invalid_argument for empty
///           room; errc::deadline_exceeded.
/// Source    POSIX recv(), Linux MSG_TRUNC; wasi:sockets/udp receive.
template <class S, Datagram T, class H>
struct ESTATE_CONSUMABLE operation<op::recv, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;

    ESTATE_USES [[nodiscard]] result<Received> recv(MutableBuffer room, Deadline until = Deadline::never()) const {
        if (room.empty()) [[unlikely]]
            return errc::invalid_argument;
        return T::backend::recv_datagram(detail::socket_access::handle(static_cast<const Self&>(*this)), room, until);
    }
};

/// recv_exact(): fills room, in as many calls as it takes.
///
/// From      Connected, SendClosed; stays.
/// Errors    as recv(); Incomplete::transferred tells how much had come: with errc::end_of_stream, 0 is a
///           clean end and more is a message that was cut.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::recv_exact, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;

    ESTATE_USES [[nodiscard]] transfer_result recv_exact(MutableBuffer room, Deadline until = Deadline::never()) const {
        const auto& handle = detail::socket_access::handle(static_cast<const Self&>(*this));
        if (room.empty()) return Incomplete{errc::invalid_argument, 0};
        std::size_t done = 0;
        while (done < room.size()) {
            const auto rest = room.subspan(done);
            const auto got = until.is_never() ? T::backend::recv(handle, rest) : T::backend::recv(handle, rest, until);
            if (!got) return Incomplete{got.assume_error(), done};
            done += got.assume_value();
        }
        return success();
    }
};

/// recv_vectored(): receives into several buffers in one call, filling one after the other.
///
/// From      Connected, SendClosed; stays.
/// Returns   how many bytes were written over all buffers, 1 at least; the first 64 buffers are used.
/// Errors    as recv().
/// Source    POSIX recvmsg().
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::recv_vectored, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;

    ESTATE_USES [[nodiscard]] result<std::size_t> recv_vectored(std::span<const MutableBuffer> buffers,
                                                                Deadline until = Deadline::never()) const {
        std::size_t room = 0;
        for (const auto& buffer : buffers) room += buffer.size();
        if (room == 0) return errc::invalid_argument;
        return T::backend::recv_vectored(detail::socket_access::handle(static_cast<const Self&>(*this)), buffers,
                                         until);
    }
};

}  // namespace estate
