// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "cells.hpp"

namespace estate::test {

/// Why an operation succeeds although a call of the system failed; nullptr: it does not, and its error is the system's.
template <class C, class Call>
[[nodiscard]] constexpr const char* why_tolerated(Call call, int error) {
    const bool moves = call == Call::send || call == Call::recv || call == Call::sendto || call == Call::recvfrom ||
                       call == Call::sendmsg || call == Call::recvmsg || call == Call::accept;
    if (error == EINTR && (moves || call == Call::poll)) return "an interrupted call is made again";
    if (error == EINTR && call == Call::close) return "the descriptor is closed before close() can be interrupted";
    if (error == EAGAIN && moves) return "a call that would block is waited for";
    const bool begun = error == EINTR || error == EINPROGRESS;
    if (call == Call::connect && begun) return "an interrupted connect() goes on, and is waited for";
    if constexpr (C::streams) {
        if (call == Call::recvmsg && C::template is<op::shutdown_send, op::shutdown_receive>) {
            return "what could not be dropped is answered by RST";
        }
        if (call == Call::close && C::template is<op::join>) return "the second descriptor is gone, whatever close() says";
        if (call == Call::shutdown && C::template is<op::close>) {
            return "a half that sends tells the end where somebody is left to hear it";
        }
        if (call == Call::shutdown && error == ENOTCONN && C::template is<op::shutdown_receive> &&
            std::same_as<typename C::state, SendClosed>) {
            return "the peer has ended it too: no half is left to shut";
        }
    } else {
        constexpr bool gives_a_peer_up = C::template is<op::disconnect> ||
                                         (C::template is<op::connect> && std::same_as<typename C::state, Connected>);
        if (gives_a_peer_up && call == Call::getsockopt) return "a refusal by the old peer is reported to nobody any more";
    }
    return nullptr;
}

template <class C, class Call>
[[nodiscard]] bool is_as_it_should_be(Call call, int error, const Outcome& outcome) {
    if (why_tolerated<C>(call, error) != nullptr) return !outcome.failed;
    // So do the BSDs answer where they gave the peer up; to the connect() that follows it is an error.
    constexpr bool gives_a_peer_up = !C::streams && (C::template is<op::disconnect> ||
                                                     (C::template is<op::connect> &&
                                                      std::same_as<typename C::state, Connected>));
    if (gives_a_peer_up && call == Call::connect && error == EAFNOSUPPORT && !outcome.failed) return true;
    // A batch that has begun says how many went; the call that begins with the next one tells why.
    if (C::template is<op::send_batch, op::recv_batch> && !outcome.failed) return true;
    return outcome.failed && outcome.error == Error::system(error);
}

}  // namespace estate::test
