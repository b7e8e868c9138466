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
    static result<std::size_t> send(const Descriptor& socket, ConstBuffer bytes) noexcept {
        return send_with(socket.number(), bytes, MSG_NOSIGNAL, Deadline::never());
    }
    static result<std::size_t> send(const Descriptor& socket, ConstBuffer bytes, Deadline until) noexcept {
        return send_with(socket.number(), bytes, MSG_NOSIGNAL | MSG_DONTWAIT, until);
    }

    /// Zero from recv() on a stream is its end, never an empty read: callers give room.
    static result<std::size_t> recv(const Descriptor& socket, MutableBuffer room) noexcept {
        return recv_with(socket.number(), room, 0, Deadline::never());
    }
    static result<std::size_t> recv(const Descriptor& socket, MutableBuffer room, Deadline until) noexcept {
        return recv_with(socket.number(), room, MSG_DONTWAIT, until);
    }

    /// At most 64 buffers a call; a longer list is a short send, which callers look at anyway.
    static result<std::size_t> send_vectored(const Descriptor& socket, std::span<const ConstBuffer> buffers,
                                             Deadline until) noexcept {
        iovec parts[max_parts];
        msghdr message = describe(buffers, parts);
        const int flags = MSG_NOSIGNAL | (until.is_never() ? 0 : MSG_DONTWAIT);
        return repeat(socket.number(), POLLOUT, until, [&] { return ::sendmsg(socket.number(), &message, flags); });
    }
    static result<std::size_t> recv_vectored(const Descriptor& socket, std::span<const MutableBuffer> buffers,
                                             Deadline until) noexcept {
        iovec parts[max_parts];
        msghdr message = describe(buffers, parts);
        const int flags = until.is_never() ? 0 : MSG_DONTWAIT;
        return repeat(socket.number(), POLLIN, until, [&] { return ::recvmsg(socket.number(), &message, flags); });
    }

    template <Family F>
    static result<std::size_t> send_to(const Descriptor& socket, ConstBuffer bytes, const SocketAddress<F>& peer,
                                       Deadline until) noexcept {
        const auto native = Native<F>::from(peer);
        const int flags = MSG_NOSIGNAL | (until.is_never() ? 0 : MSG_DONTWAIT);
        return repeat(socket.number(), POLLOUT, until, [&] {
            return ::sendto(socket.number(), bytes.data(), bytes.size(), flags, generic(native), sizeof native);
        });
    }

    /// MSG_TRUNC makes Linux answer the datagram's full length, so a cut one is seen (recv(2)).
    template <Family F>
    static result<ReceivedFrom<F>> recv_from(const Descriptor& socket, MutableBuffer room, Deadline until) noexcept {
        typename Native<F>::type native{};
        const int flags = MSG_TRUNC | (until.is_never() ? 0 : MSG_DONTWAIT);
        const auto length = repeat(socket.number(), POLLIN, until, [&] {
            socklen_t size = sizeof native;
            return ::recvfrom(socket.number(), room.data(), room.size(), flags, generic(native), &size);
        });
        if (!length) return length.assume_error();
        return ReceivedFrom<F>{cut(length.assume_value(), room), Native<F>::to(native)};
    }
    static result<Received> recv_datagram(const Descriptor& socket, MutableBuffer room, Deadline until) noexcept {
        const int flags = MSG_TRUNC | (until.is_never() ? 0 : MSG_DONTWAIT);
        const auto length = recv_with(socket.number(), room, flags, until);
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
        for (; count < buffers.size() && count < max_parts; ++count) {
            parts[count].iov_base = const_cast<std::byte*>(buffers[count].data());
            parts[count].iov_len = buffers[count].size();
        }
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = count;
        return message;
    }

    template <class Attempt>
    static result<std::size_t> repeat(int descriptor, short events, Deadline until, Attempt attempt) noexcept {
        for (;;) {
            const ssize_t count = attempt();
            if (count >= 0) [[likely]]
                return static_cast<std::size_t>(count);
            if (const auto again = settle(descriptor, events, until); !again) return again.assume_error();
        }
    }
    static result<std::size_t> send_with(int descriptor, ConstBuffer bytes, int flags, Deadline until) noexcept {
        return repeat(descriptor, POLLOUT, until,
                      [=] { return ::send(descriptor, bytes.data(), bytes.size(), flags); });
    }
    static result<std::size_t> recv_with(int descriptor, MutableBuffer room, int flags, Deadline until) noexcept {
        return repeat(descriptor, POLLIN, until,
                      [=] { return ::recv(descriptor, room.data(), room.size(), flags); });
    }
};

}  // namespace estate::posix
