// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>
#include <estate/transport/halves.hpp>

namespace estate {

template <class T>
struct ReadHalf;  // socket/halves.hpp
template <class T>
struct WriteHalf;

/// The halves of one connection.
template <class Reader, class Writer>
struct Halves {
    Reader reader;
    Writer writer;
};

namespace detail {
template <class T, class H, class Life, class State>
struct socket_in<T, H, lifecycle::into<transport::ReadLife<Life>, State>> {
    using type = Socket<State, ReadHalf<T>, H>;
};
template <class T, class H, class Life, class State>
struct socket_in<T, H, lifecycle::into<transport::WriteLife<Life>, State>> {
    using type = Socket<State, WriteHalf<T>, H>;
};

template <class Self>
using split_result =
    transition_result<Halves<lifecycle::next_of<op::split, Self>, lifecycle::yield_of<op::split, Self>>,
                      typename lifecycle::machinery::transition_of<op::split, Self>::failure>;
template <class Self>
split_result<Self> split_in_two(Self& self) noexcept;
}  // namespace detail

/// split(): makes two objects of a connection, a half that receives and a half that sends, of the transports
/// ReadHalf<T> and WriteHalf<T>; each can go to a thread of its own. join() of the two gives the connection back. Needs
/// <estate/halves.hpp>.
///
///     BOOST_OUTCOME_TRY(auto halves, std::move(peer).split());
///     std::thread receiver(receive_all, std::move(halves.reader));
///
/// Each half has a descriptor of its own and a share of the address hold, so that neither needs the other: no heap, no
/// lock, no count.
///
/// From      Connected, which is consumed.
/// Leaves    the half that receives, Connected; on failure the socket as it was.
/// Yields    the half that sends, Connected.
/// Errors    too_many_files_open: it takes one descriptor more, until one half is gone; or the system's own.
/// Source    POSIX fcntl(F_DUPFD_CLOEXEC). Not in WASI, whose components have one thread.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::split, Socket<S, T, H>> : detail::SocketPart<op::split, S, T, H> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] detail::split_result<Self> split() && noexcept {
        return detail::split_in_two(this->whole());
    }
    void split() & = delete;  // transitions consume: std::move(socket).split()
};

}  // namespace estate
