// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/socket/part.hpp>
#include <estate/socket/same_world.hpp>

namespace estate {

/// A socket that another process can be given: it lives, it has a number, and it holds nothing.
template <class S>
concept Passable = lifecycle::Allows<S, op::release> && std::is_same_v<typename S::hold, NoHold>;

/// send_socket(): gives a socket to the process at the other end, with some bytes, and so it is gone here. Both ends
/// share the open file until our descriptor is closed, which this call does; the file of a bound path stays.
///
/// A socket with a hold is not sent as it is: the other process knows nothing of our pool. send_socket_without_hold()
/// sends it and hands the hold back, to be kept for as long as the other process uses the address.
///
/// From      Connected; ReceiveClosed of streams and sequenced packets; stays.
/// Leaves    the passed socket at the other end; on failure in the error, as it was.
/// Returns   how many of the bytes went with it, as send(): 1 at least. Without bytes one NUL goes.
/// Errors    as send(); errc::moved_from of the passed socket too; too_many_references where too many are under way.
/// Source    POSIX sendmsg(), SCM_RIGHTS; unix(7).
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::send_socket, Socket<S, T, H>>
    : detail::SocketPart<op::send_socket, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;
    template <class Passed>
    using Sent = transition_result<std::size_t, TransitionError<Passed>>;

    template <class S2, class T2>
        requires(Passable<Socket<S2, T2>> && detail::of_the_same_world<T2, T>)
    ESTATE_USES [[nodiscard]] Sent<Socket<S2, T2>> send_socket(Socket<S2, T2>&& passed, std::string_view text = {},
                                                               Until until = Until::never()) const noexcept {
        const auto sent = pass_on(passed, text, until);
        if (!sent) return TransitionError<Socket<S2, T2>>{sent.assume_error(), std::move(passed)};
        T::backend::let_go(this->owned_handle(), std::move(passed).release());
        return sent.assume_value();
    }
    /// The hold, once the socket is sent.
    template <class S2, class T2, class H2>
        requires(lifecycle::Allows<Socket<S2, T2, H2>, op::release> && !std::is_same_v<H2, NoHold> &&
                 detail::of_the_same_world<T2, T>)
    ESTATE_USES [[nodiscard]] transition_result<H2, TransitionError<Socket<S2, T2, H2>>> send_socket_without_hold(
        Socket<S2, T2, H2>&& passed, std::string_view text = {}, Until until = Until::never()) const noexcept {
        const auto sent = pass_on(passed, text, until);
        if (!sent) return TransitionError<Socket<S2, T2, H2>>{sent.assume_error(), std::move(passed)};
        auto released = std::move(passed).release();
        T::backend::let_go(this->owned_handle(), released.handle);
        return std::move(released.hold);
    }
    // std::move(socket), open and of this world; with a hold send_socket_without_hold(), which hands it back
    template <class Other>
    void send_socket(Other&&, std::string_view = {}, Until = Until::never()) const = delete;

private:
    template <class Passed>
    result<std::size_t> pass_on(const Passed& passed, std::string_view text, Until until) const noexcept {
        const auto& body = lifecycle::machine::body(passed);
        using B = typename Passed::transport::backend;
        return T::backend::send_descriptor(this->owned_handle(), B::number(body.handle),
                                           text.empty() ? as_buffer(std::string_view("", 1)) : as_buffer(text), until);
    }
};

}  // namespace estate
