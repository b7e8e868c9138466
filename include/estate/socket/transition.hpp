// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/incomplete.hpp>
#include <estate/error/result.hpp>
#include <estate/error/transition_error.hpp>
#include <estate/socket/one_of.hpp>

namespace estate {

namespace detail {

template <class State, class T, class H>
struct left_socket {
    using type = Socket<State, T, H>;
};
template <class... States, class T, class H>
struct left_socket<either<States...>, T, H> {
    using type = OneOf<T, H, States...>;
};

template <class Self>
struct transfer_of {
    using type = transfer_result;
};

template <class Op, class Self>
struct transition_of;
template <class Op, class S, class T, class H>
struct transition_of<Op, Socket<S, T, H>> {
    using next = estate::next<typename T::lifecycle, S, Op>;
    using left = estate::left<typename T::lifecycle, S, Op>;
    using failure = TransitionError<typename left_socket<left, T, H>::type>;
    using type = transition_result<Socket<next, T, H>, failure>;
};

/// What a failed transition answers.
template <class Op, class S, class T, class H>
typename transition_of<Op, Socket<S, T, H>>::type fail(Socket<S, T, H>& socket, Error error) noexcept {
    using Row = transition_of<Op, Socket<S, T, H>>;
    return typename Row::failure{error, socket_access::advance<typename Row::left>(socket)};
}

/// What a transition answers once its call has been made.
template <class Op, class S, class T, class H>
typename transition_of<Op, Socket<S, T, H>>::type conclude(Socket<S, T, H>& socket,
                                                           const result<void>& outcome) noexcept {
    using Row = transition_of<Op, Socket<S, T, H>>;
    if (outcome) [[likely]]
        return socket_access::advance<typename Row::next>(socket);
    return fail<Op>(socket, outcome.assume_error());
}

}  // namespace detail

/// What Op on a Self answers: the socket in its next state, or the reason with what is left.
template <class Op, class Self>
using transition = typename detail::transition_of<Op, Self>::type;

/// The transfer_result of a Self: dependent, so that a program without such calls compiles none of it.
template <class Self>
using transfer = typename detail::transfer_of<Self>::type;

}  // namespace estate
