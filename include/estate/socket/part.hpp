// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/incomplete.hpp>
#include <estate/lifecycle/transition.hpp>
#include <estate/socket/socket.hpp>

namespace estate {

/// A socket whose state is known at run time only: it is in one of States.
template <class Transport, class Hold, class... States>
using OneOf = lifecycle::OneOf<Socket<States, Transport, Hold>...>;

namespace detail {

/// The base of an operation of sockets: reaches the whole socket and the handle that it owns.
template <class Op, class S, class T, class H>
class SocketPart : public lifecycle::part<Op, Socket<S, T, H>> {
protected:
    using lifecycle::part<Op, Socket<S, T, H>>::part;

    ESTATE_INLINE [[nodiscard]] auto& owned_handle() noexcept {
        return lifecycle::machine::body(this->whole()).handle;
    }
    ESTATE_INLINE [[nodiscard]] const auto& owned_handle() const noexcept {
        return lifecycle::machine::body(this->whole()).handle;
    }
};

/// Makes a socket in State of a handle, and of the hold that it keeps.
template <class State, class T, class H = NoHold>
ESTATE_INLINE [[nodiscard]] inline Socket<State, T, H> make_socket(typename T::backend::handle&& handle,
                                                                   H&& hold = {}) noexcept {
    using Made = Socket<State, T, H>;
    return lifecycle::machine::make<Made>(body_of<T, H>(std::forward<H>(hold), std::move(handle)));
}

template <class Self>
struct transfer_of {
    using type = transfer_result;
};

}  // namespace detail

/// The transfer_result of a Self: dependent, so that a program without such calls compiles none of it.
template <class Self>
using transfer = typename detail::transfer_of<Self>::type;

}  // namespace estate
