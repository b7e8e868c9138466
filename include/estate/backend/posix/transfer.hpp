// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <estate/backend/posix/address.hpp>
#include <estate/backend/posix/kernel.hpp>
#include <estate/backend/posix/wait.hpp>
#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>

namespace estate::posix {

/// Moving bytes. With an end each attempt is made with MSG_DONTWAIT, so the descriptor's own mode does not
/// matter and is never touched.
template <System S>
struct Transfer {
    using Descriptor = BasicDescriptor<S>;
    using Until = posix::Until<S>;

    ESTATE_INLINE static result<std::size_t> send(const Descriptor& socket, ConstBuffer bytes) noexcept {
        return repeat_to_send(socket, bytes.empty(), Forever(), [&] { return send_once(socket, bytes, 0); });
    }
    ESTATE_INLINE static result<std::size_t> send(const Descriptor& socket, ConstBuffer bytes,
                                                  Until until) noexcept {
        return repeat_to_send(socket, bytes.empty(), until, [&] { return send_once(socket, bytes, MSG_DONTWAIT); });
    }

    /// Pre  buffer is not empty. Errors  errc::end_of_stream for the zero that a stream ends with.
    ESTATE_INLINE static result<std::size_t> recv(const Descriptor& socket, MutableBuffer buffer) noexcept {
        return repeat_to_end(socket, Forever(), [&] { return recv_once(socket, buffer, 0); });
    }
    ESTATE_INLINE static result<std::size_t> recv(const Descriptor& socket, MutableBuffer buffer,
                                                  Until until) noexcept {
        return repeat_to_end(socket, until, [&] { return recv_once(socket, buffer, MSG_DONTWAIT); });
    }

    /// One attempt, of a socket that never waits; a retry is made elsewhere, so that nothing has to survive the call.
    /// Errors  errc::deadline_exceeded: it would block.
    template <class Handle = Descriptor>
    ESTATE_INLINE static result<std::size_t> send_at_once(const Handle& socket, ConstBuffer bytes) noexcept {
        const ssize_t count = send_first(socket, bytes);
        if (count > 0) [[likely]]
            return static_cast<std::size_t>(count);
        return send_again(socket, bytes, count);
    }
    template <class Handle = Descriptor>
    ESTATE_INLINE static result<std::size_t> recv_at_once(const Handle& socket, MutableBuffer buffer) noexcept {
        const ssize_t count = recv_first(socket, buffer);
        if (count > 0) [[likely]]
            return static_cast<std::size_t>(count);
        return recv_again(socket, buffer, count);
    }
    // The two steps of these: a call that moves bytes, and what it means that it moved none.
    template <class Handle = Descriptor>
    ESTATE_INLINE static ssize_t send_first(const Handle& socket, ConstBuffer bytes) noexcept {
        return send_once(socket, bytes, MSG_DONTWAIT);
    }
    template <class Handle>
    ESTATE_COLD static result<std::size_t> send_again(const Handle& socket, ConstBuffer bytes, ssize_t count) noexcept {
        if (count < 0 && socket.system().error() == EINTR) return send(socket, bytes, Deadline::at_once());
        if (count == 0) return bytes.empty() ? result<std::size_t>(0) : errc::deadline_exceeded;
        return why_nothing(socket);
    }
    template <class Handle = Descriptor>
    ESTATE_INLINE static ssize_t recv_first(const Handle& socket, MutableBuffer buffer) noexcept {
        return recv_once(socket, buffer, MSG_DONTWAIT);
    }
    template <class Handle>
    ESTATE_COLD static result<std::size_t> recv_again(const Handle& socket, MutableBuffer buffer,
                                                      ssize_t count) noexcept {
        if (count == 0) return errc::end_of_stream;
        if (socket.system().error() == EINTR) return recv(socket, buffer, Deadline::at_once());
        return why_nothing(socket);
    }

    /// At most 64 buffers a call; a longer list is a short send, which callers look at anyway.
    template <class Handle = Descriptor>  // a template: only a program that calls it compiles it; recv_vectored() too
    static result<std::size_t> send_vectored(const Handle& socket, std::span<const ConstBuffer> buffers,
                                             Until until) noexcept {
        iovec parts[max_parts];
        const msghdr message = describe(buffers, parts);
        return repeat_to_send(socket, message.msg_iovlen == 0, until, [&] {
            return socket.system().sendmsg(socket.number(), &message, flags_of(until));
        });
    }
    template <class Handle = Descriptor>
    static result<std::size_t> recv_vectored(const Handle& socket, std::span<const MutableBuffer> buffers,
                                             Until until) noexcept {
        iovec parts[max_parts];
        msghdr message = describe(buffers, parts);
        return repeat_to_end(socket, until, [&] {
            return socket.system().recvmsg(socket.number(), &message, flags_of(until));
        });
    }

    template <class Address>
    ESTATE_INLINE static result<std::size_t> send_to(const Descriptor& socket, ConstBuffer bytes,
                                                     const Address& peer, Until until) noexcept {
        const auto native = Native<typename Address::family>::from(peer);
        return repeat_to_send(socket, bytes.empty(), until, [&] {
            return socket.system().sendto(socket.number(), bytes.data(), bytes.size(), flags_of(until), generic(native),
                                          sizeof native);
        });
    }

    /// Where MSG_TRUNC makes recv() answer the datagram's full length, a cut one is seen by it; elsewhere recvmsg()
    /// has a flag for it.
    template <class Address>
    ESTATE_INLINE static result<ReceivedFrom<Address>> recv_from(const Descriptor& socket, MutableBuffer buffer,
                                                                 Until until, int more = 0) noexcept {
        using Form = Native<typename Address::family>;
        typename Form::type native;  // not set: a call that succeeds sets it whole
        socklen_t size = sizeof native;
        if constexpr (Kernel::tells_whole_length) {
            if (until.is_stopped()) return until.why_stopped();
            const int flags = MSG_TRUNC | more | flags_of(until);
            ssize_t length = socket.system().recvfrom(socket.number(), buffer.data(), buffer.size(), flags,
                                                      generic(native), &size);
            if (length < 0) [[unlikely]] {
                const auto later = recv_from_again(pack(socket), buffer, until, flags, generic(native), sizeof native);
                if (!later) return later.assume_error();
                length = static_cast<ssize_t>(later.assume_value());
            }
            return ReceivedFrom<Address>{cut(static_cast<std::size_t>(length), buffer), Form::to(native)};
        } else {
            const auto got = recv_flagged(socket, buffer, until, more, &native, size);
            if (!got) return got.assume_error();
            return ReceivedFrom<Address>{got.assume_value(), Form::to(native)};
        }
    }
    template <class Answer = Received>  // a template: a program with streams only compiles none of it
    ESTATE_INLINE static result<Answer> recv_datagram(const Descriptor& socket, MutableBuffer buffer, Until until,
                                                      int more = 0) noexcept {
        if constexpr (Kernel::tells_whole_length) {
            const int flags = MSG_TRUNC | more | flags_of(until);
            const auto length = repeat(socket, POLLIN, until, [&] {
                return socket.system().recv(socket.number(), buffer.data(), buffer.size(), flags);
            });
            if (!length) return length.assume_error();
            return cut(length.assume_value(), buffer);
        } else {
            socklen_t none = 0;
            return recv_flagged(socket, buffer, until, more, nullptr, none);
        }
    }

    template <class Handle = Descriptor>  // templates, too
    static result<std::size_t> peek(const Handle& socket, MutableBuffer buffer, Until until) noexcept {
        const int flags = MSG_PEEK | flags_of(until);
        return repeat_to_end(socket, until, [&] { return recv_once(socket, buffer, flags); });
    }
    /// Got is ReceivedFrom<Address> or Received.
    template <class Got>
    static result<Got> peek_datagram(const Descriptor& socket, MutableBuffer buffer, Until until) noexcept {
        if constexpr (requires(Got got) { got.sender; }) {
            return recv_from<decltype(Got::sender)>(socket, buffer, until, MSG_PEEK);
        } else {
            return recv_datagram(socket, buffer, until, MSG_PEEK);
        }
    }

protected:
    static constexpr std::size_t max_parts = 64;

    // With one more function between an operation and its call GCC 12 joins the count and the sign of what was moved
    // out of two halves, in three instructions.
    ESTATE_INLINE static ssize_t send_once(const Descriptor& socket, ConstBuffer bytes, int flags) noexcept {
        return socket.system().send(socket.number(), bytes.data(), bytes.size(), flags);
    }
    ESTATE_INLINE static ssize_t recv_once(const Descriptor& socket, MutableBuffer buffer, int flags) noexcept {
        return socket.system().recv(socket.number(), buffer.data(), buffer.size(), flags);
    }

    // After an attempt that moved nothing; further ones are made here, so that nothing has to survive the first.

    template <class Flags>
    ESTATE_COLD static result<std::size_t> recv_from_again(Packed<S> packed, MutableBuffer buffer, Until until,
                                                           Flags flags, sockaddr* sender, socklen_t whole) noexcept {
        const auto [system, socket] = unpack<S>(packed);
        for (;;) {
            if (const auto again = settle<S>(packed, POLLIN, until); !again) return again.assume_error();
            if (until.is_stopped()) return until.why_stopped();
            socklen_t size = whole;
            const ssize_t length = system.recvfrom(socket, buffer.data(), buffer.size(), flags, sender, &size);
            if (length >= 0) return static_cast<std::size_t>(length);
        }
    }
    static Error why_nothing(const Descriptor& socket) noexcept {
        return socket.system().error() == EAGAIN ? Error(errc::deadline_exceeded) : failure(socket);
    }

    ESTATE_INLINE static int flags_of(const Until& until) noexcept { return until.is_never() ? 0 : MSG_DONTWAIT; }

    /// By recvmsg(), which has a flag for what is cut and reports how long the name of the sender is.
    static result<Received> recv_flagged(const Descriptor& socket, MutableBuffer buffer, Until until, int more,
                                         void* sender, socklen_t& sender_size) noexcept {
        iovec part{buffer.data(), buffer.size()};
        msghdr message{};
        const int flags = (Kernel::tells_whole_length ? MSG_TRUNC : 0) | more | flags_of(until);
        const auto length = repeat(socket, POLLIN, until, [&] {
            message = {};
            message.msg_name = sender;
            message.msg_namelen = sender_size;
            message.msg_iov = &part;
            message.msg_iovlen = 1;
            return socket.system().recvmsg(socket.number(), &message, flags);
        });
        if (!length) return length.assume_error();
        sender_size = message.msg_namelen;
        const bool is_unknown = !Kernel::tells_whole_length && (message.msg_flags & MSG_TRUNC) != 0;
        return is_unknown ? Received{length.assume_value(), true, SIZE_MAX} : cut(length.assume_value(), buffer);
    }
    ESTATE_INLINE static Received cut(std::size_t length, MutableBuffer buffer) noexcept {
        return length > buffer.size() ? Received{buffer.size(), true, length} : Received{length, false, length};
    }

    template <class Buffer>
    static msghdr describe(std::span<const Buffer> buffers, iovec* parts) noexcept {
        std::size_t count = 0;
        for (const Buffer& buffer : buffers) {
            if (buffer.empty()) continue;  // 64 empty buffers would make recvmsg() return 0
            if (count == max_parts) break;
            parts[count].iov_base = const_cast<std::byte*>(buffer.data());
            parts[count].iov_len = buffer.size();
            ++count;
        }
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(count);  // an int here, a size there
        return message;
    }

    // The socket goes by reference down to the call: a copied number would have to survive the call for
    // the retry, one register and one instruction more on the path that succeeds.
    template <class When, class Attempt>
    ESTATE_INLINE static result<std::size_t> repeat(const Descriptor& socket, short events, When until,
                                                    Attempt attempt) noexcept {
        for (;;) {
            if constexpr (!std::same_as<When, Forever>) {
                if (until.is_stopped()) return until.why_stopped();
            }
            const ssize_t count = attempt();
            if (count >= 0) [[likely]]
                return static_cast<std::size_t>(count);
            const auto again = settle(socket, events, until);
            if (!again) return again.assume_error();
        }
    }
    /// The same for what is sent: 0 of bytes that were given would block.
    template <class When, class Attempt>
    ESTATE_INLINE static result<std::size_t> repeat_to_send(const Descriptor& socket, bool empty, When until,
                                                            Attempt attempt) noexcept {
        for (;;) {
            if constexpr (!std::same_as<When, Forever>) {
                if (until.is_stopped()) return until.why_stopped();
            }
            const ssize_t count = attempt();
            if (count > 0 || (count == 0 && empty)) [[likely]]
                return static_cast<std::size_t>(count);
            const auto again = count == 0 ? wait<S>(pack(socket), POLLOUT, until)
                                          : settle<S>(pack(socket), POLLOUT, until);
            if (!again) return again.assume_error();
        }
    }
    /// The same for streams, where zero bytes are the end; callers gave a buffer that is not empty.
    template <class When, class Attempt>
    ESTATE_INLINE static result<std::size_t> repeat_to_end(const Descriptor& socket, When until,
                                                           Attempt attempt) noexcept {
        for (;;) {
            if constexpr (!std::same_as<When, Forever>) {
                if (until.is_stopped()) return until.why_stopped();
            }
            const ssize_t count = attempt();
            if (count > 0) [[likely]]
                return static_cast<std::size_t>(count);
            if (count == 0) return errc::end_of_stream;
            const auto again = settle<S>(pack(socket), POLLIN, until);
            if (!again) return again.assume_error();
        }
    }
};

}  // namespace estate::posix
