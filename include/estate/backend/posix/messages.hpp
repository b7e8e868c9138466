// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <time.h>

#include <cstring>
#include <estate/backend/posix/batch.hpp>

namespace estate::posix {

/// Datagrams with what goes beside their bytes: the size that they are cut into, and where they are sent from or to.
template <System S>
struct Messages : Batch<S> {
    using Descriptor = BasicDescriptor<S>;
    using Until = posix::Until<S>;

    template <class Handle = Descriptor>  // templates: only a program that calls them compiles them
    static result<void> join_segments(const Handle& socket) noexcept {
        return turn_on(socket, IPPROTO_UDP, Kernel::join_option);
    }
    template <class Address>
    static result<void> tell_destination(const Descriptor& socket) noexcept {
        using Form = typename Kernel::template PacketForm<typename Address::family>;
        return turn_on(socket, Form::level, Form::asked);
    }

    /// Source is `const Source<F>`, or void for none; a null peer is the fixed one; segment 0 cuts nothing.
    template <class Address, class Source>
    static result<std::size_t> send_message(const Descriptor& socket, ConstBuffer bytes, const Address* peer,
                                            Source* source, std::size_t segment, Until until) noexcept {
        typename Native<typename Address::family>::type native;
        iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};  // the call only reads it
        Control control{};
        msghdr message{};
        if (peer != nullptr) {
            native = Native<typename Address::family>::from(*peer);
            message.msg_name = &native;
            message.msg_namelen = sizeof native;
        }
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        std::size_t used = 0;
        if (segment != 0) {
            add(control, used, IPPROTO_UDP, Kernel::segment_option, static_cast<std::uint16_t>(segment));
        }
        if constexpr (!std::is_void_v<Source>) {
            using Form = typename Kernel::template PacketForm<typename Address::family>;
            add(control, used, Form::level, Form::told, Form::from(*source));
        }
        message.msg_control = &control;
        message.msg_controllen = static_cast<decltype(message.msg_controllen)>(used);
        return Transfer<S>::repeat_to_send(socket, bytes.empty(), until, [&] {
            return socket.system().sendmsg(socket.number(), &message, Transfer<S>::flags_of(until));
        });
    }

    /// Got is a ReceivedFrom<Address> with more: a `segment`, a `destination`, or both.
    template <class Got>
    static result<Got> recv_message(const Descriptor& socket, MutableBuffer room, Until until) noexcept {
        using F = typename decltype(Got::sender)::family;
        typename Native<F>::type native;  // not set: a call that succeeds sets it whole
        iovec part{room.data(), room.size()};
        Control control;
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
        Got got{};
        static_cast<Received&>(got) = Transfer<S>::cut(length.assume_value(), room);
        got.sender = Native<F>::to(native);
        if constexpr (requires { got.segment; }) got.segment = got.length;  // of one alone the kernel says nothing
        for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
            if constexpr (requires { got.segment; }) {
                if (each->cmsg_level == IPPROTO_UDP && each->cmsg_type == Kernel::join_option) {
                    int size = 0;
                    std::memcpy(&size, CMSG_DATA(each), sizeof size);
                    got.segment = static_cast<std::size_t>(size);
                }
            }
            if constexpr (requires { got.destination; }) {
                using Form = typename Kernel::template PacketForm<F>;
                if (each->cmsg_level == Form::level && each->cmsg_type == Form::told) {
                    typename Form::type info{};
                    std::memcpy(&info, CMSG_DATA(each), sizeof info);
                    Form::tell(info, got);
                } else if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == Kernel::time_option) {
                    timespec at{};
                    std::memcpy(&at, CMSG_DATA(each), sizeof at);
                    got.arrived = std::int64_t{at.tv_sec} * 1'000'000'000 + std::int64_t{at.tv_nsec};
                }
            }
        }
        return got;
    }

private:
    /// Space for every control message that is asked for: a size, an in6_pktinfo, a time.
    struct alignas(cmsghdr) Control {
        unsigned char bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(in6_addr) + sizeof(int)) +
                            CMSG_SPACE(sizeof(timespec))];
    };

    template <class T>
    static void add(Control& control, std::size_t& used, int level, int type, const T& value) noexcept {
        auto* const head = reinterpret_cast<cmsghdr*>(control.bytes + used);
        head->cmsg_level = level;
        head->cmsg_type = type;
        head->cmsg_len = CMSG_LEN(sizeof value);
        std::memcpy(CMSG_DATA(head), &value, sizeof value);
        used += CMSG_SPACE(sizeof value);
    }
    static result<void> turn_on(const Descriptor& socket, int level, int name) noexcept {
        const int on = 1;
        if (socket.system().setsockopt(socket.number(), level, name, &on, sizeof on) != 0) return failure(socket);
        return success();
    }
};

}  // namespace estate::posix
