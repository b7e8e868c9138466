// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstring>
#include <estate/backend/posix/control.hpp>
#include <estate/backend/posix/unix_handle.hpp>
#include <estate/backend/posix/wait.hpp>
#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>

namespace estate::posix {

/// A message, and the descriptor that came with it.
template <System S>
struct ReceivedDescriptor {
    Received message;
    BasicDescriptor<S> descriptor;  ///< owns nothing where none came, or not exactly one
    bool cut;                       ///< more than one came, or not all: all are closed

    /// No byte and no descriptor: the end of a stream, or an empty packet.
    [[nodiscard]] bool is_nothing() const noexcept {
        return message.length == 0 && !message.truncated && descriptor.number() < 0 && !cut;
    }
};

/// Descriptors that travel with a message.
/// Source  unix(7) SCM_RIGHTS, POSIX.1-2024 <sys/socket.h> SCM_RIGHTS.
template <UnixSystem S>
struct UnixPassing {
    using Descriptor = BasicDescriptor<S>;
    using Until = posix::Until<S>;

    /// Sends bytes and one descriptor, which stays the caller's. Pre  bytes is not empty.
    static result<std::size_t> send_descriptor(const Descriptor& socket, int passed, ConstBuffer bytes,
                                               Until until) noexcept {
        if (passed < 0) return errc::moved_from;
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof passed)]{};
        iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};
        msghdr message = describe(part);
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        cmsghdr* const rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof passed);
        std::memcpy(CMSG_DATA(rights), &passed, sizeof passed);
        for (;;) {
            if (until.is_stopped()) return until.why_stopped();
            const ssize_t count =
                socket.system().sendmsg(socket.number(), &message, until.is_never() ? 0 : MSG_DONTWAIT);
            if (count >= 0) return static_cast<std::size_t>(count);
            if (const auto again = settle(socket, POLLOUT, until); !again) return again.assume_error();
        }
    }

    /// Receives a message with what came along. There is room for descriptors that nobody wants, so that they can be
    /// closed; what exceeds it the kernel closes itself and says so (MSG_CTRUNC).
    /// Pre  buffer is not empty.
    static result<ReceivedDescriptor<S>> recv_descriptor(const Descriptor& socket, MutableBuffer buffer,
                                                         Until until) noexcept {
        ControlRoom control;
        iovec part{buffer.data(), buffer.size()};
        msghdr message{};
        ssize_t count = 0;
        const int flags = UnixCalls<S>::received_flags | (until.is_never() ? 0 : MSG_DONTWAIT);
        for (;;) {
            if (until.is_stopped()) return until.why_stopped();
            message = describe(part);
            control.attach(message);
            count = socket.system().recvmsg(socket.number(), &message, flags);
            if (count >= 0) break;
            if (const auto again = settle(socket, POLLIN, until); !again) return again.assume_error();
        }
        const auto size = static_cast<std::size_t>(count);
        const bool is_cut = (message.msg_flags & MSG_TRUNC) != 0;
        ReceivedDescriptor<S> got{{size, is_cut, is_cut ? SIZE_MAX : size}, {}, (message.msg_flags & MSG_CTRUNC) != 0};
        take(socket.system(), message, got);
        return got;
    }

    /// Closes a descriptor whose object another process has by now.
    static void let_go(const Descriptor& socket, int passed) noexcept { socket.system().close(passed); }

private:
    static msghdr describe(iovec& part) noexcept {
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        return message;
    }

    /// Owns every descriptor of a message; keeps it if it is the only one that was passed.
    static void take(S system, msghdr& message, ReceivedDescriptor<S>& got) noexcept {
        for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = next_control(message, each)) {
            if (each->cmsg_level != SOL_SOCKET) continue;
            const bool is_passed = each->cmsg_type == SCM_RIGHTS;
            if (!is_passed && each->cmsg_type != Kernel::told_process) continue;
            const std::size_t count = (each->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            for (std::size_t i = 0; i < count; ++i) {
                int number = -1;
                std::memcpy(&number, CMSG_DATA(each) + i * sizeof number, sizeof number);
                BasicDescriptor<S> came(number, system);
                if (!is_passed) continue;  // and `came` closes
                if (got.descriptor.number() >= 0) got.cut = true;
                if (UnixCalls<S>::received_flags == 0) system.set_close_on_exec(number);
                if (!got.cut) got.descriptor = std::move(came);
            }
        }
        if (got.cut) got.descriptor = {};
    }
};

}  // namespace estate::posix
