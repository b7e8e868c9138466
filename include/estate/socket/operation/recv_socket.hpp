// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>
#include <estate/net/unix_errc.hpp>
#include <estate/socket/adopt.hpp>
#include <estate/socket/same_world.hpp>

namespace estate {

/// A message, and the socket that came with it, or why there is none: unix_errc::no_socket_passed, passed_cut, or the
/// errors of adopt(), after which what came is closed.
template <class Passed>
struct ReceivedSocket : Received {
    result<AdoptedSocket<Passed>> socket;
};

/// recv_socket(): receives a message and the socket that came with it: recv_socket<Tcp<V4>>(). It is in one of the
/// states that adopt() finds, by asking the kernel; closed on exec always. What came and is not wanted is closed: a
/// socket of another transport, what is no socket, all of several descriptors.
///
/// From      Connected; SendClosed of streams and sequenced packets; Bound datagram sockets; stays.
/// Returns   the socket. With room for bytes, how many came, and the socket or why there is none; without, one byte is
///           received and dropped.
/// Errors    errc::end_of_stream; unix_errc::no_socket_passed, passed_cut, wrong_family, wrong_transport, not_a_socket;
///           errc::invalid_argument for an empty buffer; errc::deadline_exceeded, errc::stopped.
/// Source    POSIX recvmsg(), SCM_RIGHTS; unix(7); recvmsg(2) MSG_CMSG_CLOEXEC, MSG_CTRUNC.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::recv_socket, Socket<S, T, H>>
    : detail::SocketPart<op::recv_socket, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;

    template <class Passed>
        requires(detail::of_the_same_world<Passed, T>)
    ESTATE_USES [[nodiscard]] result<AdoptedSocket<Passed>> recv_socket(Until until = Until::never()) const noexcept {
        std::byte one[1];
        auto got = recv_socket<Passed>(one, until);
        if (!got) return got.assume_error();
        return std::move(got.assume_value().socket);
    }
    template <class Passed>
        requires(detail::of_the_same_world<Passed, T>)
    ESTATE_USES [[nodiscard]] result<ReceivedSocket<Passed>> recv_socket(MutableBuffer buffer,
                                                                         Until until = Until::never()) const noexcept {
        if (buffer.empty()) return errc::invalid_argument;
        auto got = T::backend::recv_descriptor(this->owned_handle(), buffer, until);
        if (!got) return got.assume_error();
        auto& came = got.assume_value();
        if (came.cut) return ReceivedSocket<Passed>{came.message, unix_errc::passed_cut};
        if (came.descriptor.number() < 0) return ReceivedSocket<Passed>{came.message, unix_errc::no_socket_passed};
        auto socket = adopt<Passed>(came.descriptor.number(), context_of<Passed>(came.descriptor.system()));
        if (socket) (void)came.descriptor.forget();  // it has an owner
        return ReceivedSocket<Passed>{came.message, std::move(socket)};
    }

private:
    /// That of what it came over, or one without state.
    template <class Passed, class System>
    static typename Passed::backend::context context_of(System system) noexcept {
        using Context = typename Passed::backend::context;
        if constexpr (std::is_convertible_v<System, Context>) {
            return system;
        } else {
            return Context();
        }
    }
};

}  // namespace estate
