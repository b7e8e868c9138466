// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstring>
#include <estate/backend/posix/batch.hpp>

namespace estate::posix {

/// Datagrams that the system cuts and joins.
template <System S>
struct Segments : Batch<S> {
    using Descriptor = BasicDescriptor<S>;

    template <class Handle = Descriptor>  // templates: only a program that calls them compiles them
    static result<void> join_segments(const Handle& socket) noexcept {
        const int on = 1;
        const int done = socket.system().setsockopt(socket.number(), IPPROTO_UDP, Kernel::join_option, &on, sizeof on);
        if (done != 0) return failure(socket);
        return success();
    }

    template <class Address>
    static result<std::size_t> send_segments(const Descriptor& socket, ConstBuffer bytes, std::size_t segment,
                                             const Address* peer, Deadline until) noexcept {
        typename Native<typename Address::family>::type native;
        iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};  // the call only reads it
        Control<std::uint16_t> control{};
        msghdr message{};
        if (peer != nullptr) {
            native = Native<typename Address::family>::from(*peer);
            message.msg_name = &native;
            message.msg_namelen = sizeof native;
        }
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        cmsghdr* const head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = IPPROTO_UDP;
        head->cmsg_type = Kernel::segment_option;
        head->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
        const auto size = static_cast<std::uint16_t>(segment);
        std::memcpy(CMSG_DATA(head), &size, sizeof size);
        return Transfer<S>::repeat_to_send(socket, bytes.empty(), until, [&] {
            return socket.system().sendmsg(socket.number(), &message, Transfer<S>::flags_of(until));
        });
    }

    template <class Address>
    static result<ReceivedSegments<Address>> recv_segments(const Descriptor& socket, MutableBuffer room,
                                                     Deadline until) noexcept {
        typename Native<typename Address::family>::type native;  // not set: a call that succeeds sets it whole
        iovec part{room.data(), room.size()};
        Control<int> control;
        msghdr message{};
        const int flags = MSG_TRUNC | Transfer<S>::flags_of(until);
        const auto length = Transfer<S>::repeat(socket, POLLIN, until, [&] {
            message.msg_name = &native;
            message.msg_namelen = sizeof native;
            message.msg_iov = &part;
            message.msg_iovlen = 1;
            message.msg_control = &control;
            message.msg_controllen = sizeof control;
            return socket.system().recvmsg(socket.number(), &message, flags);
        });
        if (!length) return length.assume_error();
        ReceivedSegments<Address> got;
        static_cast<Received&>(got) = Transfer<S>::cut(length.assume_value(), room);
        got.sender = Native<typename Address::family>::to(native);
        got.segment = got.length;  // of a single datagram the kernel says nothing
        for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
            if (each->cmsg_level != IPPROTO_UDP || each->cmsg_type != Kernel::join_option) continue;
            int size = 0;
            std::memcpy(&size, CMSG_DATA(each), sizeof size);
            got.segment = static_cast<std::size_t>(size);
        }
        return got;
    }

private:
    /// Space for one control message about a T.
    template <class T>
    struct alignas(cmsghdr) Control {
        unsigned char bytes[CMSG_SPACE(sizeof(T))];
    };
};

}  // namespace estate::posix
