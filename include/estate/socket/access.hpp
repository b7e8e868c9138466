// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/socket.hpp>

namespace estate::detail {

/// The only way into a socket's private parts, and so the only place where a state is changed.
struct socket_access {
    template <class S, class T, class H>
    static auto& handle(Socket<S, T, H>& socket) noexcept {
        return socket.owned_;
    }
    template <class S, class T, class H>
    static const auto& handle(const Socket<S, T, H>& socket) noexcept {
        return socket.owned_;
    }
    // Not auto&: Clang's consumed analysis would then take the reference for a value and complain.
    template <class S, class T, class H>
    static H& hold(Socket<S, T, H>& socket) noexcept {
        auto* const at = &socket;  // Clang's consumed analysis takes a member of a reference for the whole
        return at->hold_;
    }
    template <class S, class T, class H>
    static const H& hold(const Socket<S, T, H>& socket) noexcept {
        const auto* const at = &socket;
        return at->hold_;
    }

    template <class State, class T, class H = NoHold>
    static Socket<State, T, H> make(typename T::backend::handle&& handle, H&& hold = {}) noexcept {
        return Socket<State, T, H>(std::move(handle), std::forward<H>(hold));
    }

    /// The same handle and hold in the state Next; a closed one gives its handle up.
    template <class Next, class S, class T, class H>
    static Socket<Next, T, H> advance(Socket<S, T, H>& socket) noexcept {
        if constexpr (std::is_same_v<Next, Closed>) {
            typename T::backend::handle ended(std::move(socket.owned_));
        }
        return Socket<Next, T, H>(std::move(socket.owned_), std::move(socket.hold_));
    }
};

}  // namespace estate::detail
