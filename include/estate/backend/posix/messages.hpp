// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <time.h>

#include <cstring>
#include <estate/backend/posix/batch.hpp>
#include <estate/backend/posix/control.hpp>

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
    static result<Got> recv_message(const Descriptor& socket, MutableBuffer buffer, Until until) noexcept {
        using F = typename decltype(Got::sender)::family;
        typename Native<F>::type native;  // not set: a call that succeeds sets it whole
        iovec part{buffer.data(), buffer.size()};
        ControlRoom control;
        msghdr message{};
        const int flags = MSG_TRUNC | Transfer<S>::flags_of(until);
        const auto length = Transfer<S>::repeat(socket, POLLIN, until, [&] {
            message.msg_name = &native;
            message.msg_namelen = sizeof native;
            message.msg_iov = &part;
            message.msg_iovlen = 1;
            control.attach(message);
            return socket.system().recvmsg(socket.number(), &message, flags);
        });
        if (!length) return length.assume_error();
        Got got{};
        static_cast<Received&>(got) = Transfer<S>::cut(length.assume_value(), buffer);
        got.sender = Native<F>::to(native);
        if constexpr (requires { got.segment; }) got.segment = got.length;  // of one alone the kernel says nothing
        for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = next_control(message, each)) {
            if constexpr (requires { got.segment; }) {
                int size = 0;
                const bool is_size = read(*each, IPPROTO_UDP, Kernel::join_option, size) && size > 0;
                if (is_size) got.segment = static_cast<std::size_t>(size);
            }
            if constexpr (requires { got.destination; }) {
                using Form = typename Kernel::template PacketForm<F>;
                typename Form::type info{};
                timespec at{};
                if (read(*each, Form::level, Form::told, info)) {
                    Form::tell(info, got);
                } else if (read(*each, SOL_SOCKET, Kernel::time_option, at)) {
                    got.arrived = std::int64_t{at.tv_sec} * 1'000'000'000 + std::int64_t{at.tv_nsec};
                }
            }
        }
        return got;
    }

private:
    /// Space for what is sent beside the bytes: a size and an in6_pktinfo.
    struct alignas(cmsghdr) Control {
        unsigned char bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(in6_addr) + sizeof(int))];
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
    /// False of another message, and of one that was cut.
    template <class T>
    static bool read(cmsghdr& message, int level, int type, T& value) noexcept {
        if (message.cmsg_level != level || message.cmsg_type != type) return false;
        if (message.cmsg_len < CMSG_LEN(sizeof value)) return false;
        std::memcpy(&value, CMSG_DATA(&message), sizeof value);
        return true;
    }
    static result<void> turn_on(const Descriptor& socket, int level, int name) noexcept {
        const int on = 1;
        if (socket.system().setsockopt(socket.number(), level, name, &on, sizeof on) != 0) return failure(socket);
        return success();
    }
};

}  // namespace estate::posix
