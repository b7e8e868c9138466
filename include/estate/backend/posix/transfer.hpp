// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <estate/backend/posix/address.hpp>
#include <estate/backend/posix/wait.hpp>
#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>

namespace estate::posix {

/// Moving bytes. MSG_NOSIGNAL on every send: SIGPIPE never fires and no process-wide state changes.
/// With a deadline each attempt is made with MSG_DONTWAIT, so the descriptor's own mode is never touched.
struct Transfer {
    ESTATE_INLINE static result<std::size_t> send(const Descriptor& socket, ConstBuffer bytes) noexcept {
        return send_with(socket, bytes, 0, Forever());
    }
    ESTATE_INLINE static result<std::size_t> send(const Descriptor& socket, ConstBuffer bytes,
                                                  Deadline until) noexcept {
        return send_with(socket, bytes, MSG_DONTWAIT, until);
    }

    /// Pre  room is not empty. Errors  errc::end_of_stream for the zero that a stream ends with.
    ESTATE_INLINE static result<std::size_t> recv(const Descriptor& socket, MutableBuffer room) noexcept {
        return recv_with(socket, room, 0, Forever());
    }
    ESTATE_INLINE static result<std::size_t> recv(const Descriptor& socket, MutableBuffer room,
                                                  Deadline until) noexcept {
        return recv_with(socket, room, MSG_DONTWAIT, until);
    }

    /// At most 64 buffers a call; a longer list is a short send, which callers look at anyway.
    template <class Handle = Descriptor>  // a template: only who calls it compiles it, and recv_vectored()
    static result<std::size_t> send_vectored(const Handle& socket, std::span<const ConstBuffer> buffers,
                                             Deadline until) noexcept {
        iovec parts[max_parts];
        msghdr message = describe(buffers, parts);
        const int flags = MSG_NOSIGNAL | (until.is_never() ? 0 : MSG_DONTWAIT);
        return repeat(socket, POLLOUT, until, [&] { return ::sendmsg(socket.number(), &message, flags); });
    }
    template <class Handle = Descriptor>
    static result<std::size_t> recv_vectored(const Handle& socket, std::span<const MutableBuffer> buffers,
                                             Deadline until) noexcept {
        iovec parts[max_parts];
        msghdr message = describe(buffers, parts);
        const int flags = until.is_never() ? 0 : MSG_DONTWAIT;
        return repeat_to_end(socket, until, [&] { return ::recvmsg(socket.number(), &message, flags); });
    }

    template <Family F>
    static result<std::size_t> send_to(const Descriptor& socket, ConstBuffer bytes, const SocketAddress<F>& peer,
                                       Deadline until) noexcept {
        const auto native = Native<F>::from(peer);
        const int flags = MSG_NOSIGNAL | (until.is_never() ? 0 : MSG_DONTWAIT);
        return repeat(socket, POLLOUT, until, [&] {
            return ::sendto(socket.number(), bytes.data(), bytes.size(), flags, generic(native), sizeof native);
        });
    }

    /// MSG_TRUNC makes Linux answer the datagram's full length, so a cut one is seen (recv(2)).
    template <Family F>
    static result<ReceivedFrom<F>> recv_from(const Descriptor& socket, MutableBuffer room, Deadline until) noexcept {
        typename Native<F>::type native{};
        const int flags = MSG_TRUNC | (until.is_never() ? 0 : MSG_DONTWAIT);
        const auto length = repeat(socket, POLLIN, until, [&] {
            socklen_t size = sizeof native;
            return ::recvfrom(socket.number(), room.data(), room.size(), flags, generic(native), &size);
        });
        if (!length) return length.assume_error();
        return ReceivedFrom<F>{cut(length.assume_value(), room), Native<F>::to(native)};
    }
    template <class Answer = Received>  // a template: who has streams only compiles none of it
    static result<Answer> recv_datagram(const Descriptor& socket, MutableBuffer room, Deadline until) noexcept {
        const int flags = MSG_TRUNC | (until.is_never() ? 0 : MSG_DONTWAIT);
        const auto length = repeat(socket, POLLIN, until, [&] {
            return ::recv(socket.number(), room.data(), room.size(), flags);
        });
        if (!length) return length.assume_error();
        return cut(length.assume_value(), room);
    }

private:
    static constexpr std::size_t max_parts = 64;

    static Received cut(std::size_t length, MutableBuffer room) noexcept {
        return length > room.size() ? Received{room.size(), true} : Received{length, false};
    }

    template <class Buffer>
    static msghdr describe(std::span<const Buffer> buffers, iovec* parts) noexcept {
        std::size_t count = 0;
        for (const Buffer& buffer : buffers) {
            if (buffer.empty()) continue;  // 64 of them in front would read like the end of the stream
            if (count == max_parts) break;
            parts[count].iov_base = const_cast<std::byte*>(buffer.data());
            parts[count].iov_len = buffer.size();
            ++count;
        }
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = count;
        return message;
    }

    // The socket goes by reference down to the call: a copied number would have to survive the call for
    // the retry, one register and one instruction more on the path that succeeds.
    template <class Until, class Attempt>
    ESTATE_INLINE static result<std::size_t> repeat(const Descriptor& socket, short events, Until until,
                                                    Attempt attempt) noexcept {
        for (;;) {
            const ssize_t count = attempt();
            if (count >= 0) [[likely]]
                return static_cast<std::size_t>(count);
            if (const auto again = settle(socket.number(), events, until); !again) return again.assume_error();
        }
    }
    /// The same for streams, where zero bytes are the end; callers gave room.
    template <class Until, class Attempt>
    ESTATE_INLINE static result<std::size_t> repeat_to_end(const Descriptor& socket, Until until,
                                                           Attempt attempt) noexcept {
        for (;;) {
            const ssize_t count = attempt();
            if (count > 0) [[likely]]
                return static_cast<std::size_t>(count);
            if (count == 0) return errc::end_of_stream;
            if (const auto again = settle(socket.number(), POLLIN, until); !again) return again.assume_error();
        }
    }
    template <class Until>
    ESTATE_INLINE static result<std::size_t> send_with(const Descriptor& socket, ConstBuffer bytes, int flags,
                                         Until until) noexcept {
        return repeat(socket, POLLOUT, until, [&] {
            return ::send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | flags);
        });
    }
    template <class Until>
    ESTATE_INLINE static result<std::size_t> recv_with(const Descriptor& socket, MutableBuffer room, int flags,
                                         Until until) noexcept {
        return repeat_to_end(socket, until,
                             [&] { return ::recv(socket.number(), room.data(), room.size(), flags); });
    }
};

}  // namespace estate::posix
