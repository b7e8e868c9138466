// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "cells.hpp"

namespace estate::test {

[[nodiscard]] inline bool gives_a_peer_up(const CellFacts& cell) {
    return !cell.streams && (cell.is<op::disconnect>() || (cell.is<op::connect>() && cell.in<Connected>()));
}

/// Why an operation succeeds although a call of the system failed; nullptr: it does not, and its error is the system's.
template <class Call>
[[nodiscard]] const char* why_tolerated(const CellFacts& cell, Call call, int error) {
    const bool moves = call == Call::send || call == Call::recv || call == Call::sendto || call == Call::recvfrom ||
                       call == Call::sendmsg || call == Call::recvmsg || call == Call::accept;
    if (error == EINTR && (moves || call == Call::poll)) return "an interrupted call is made again";
    if (error == EINTR && call == Call::close) return "the descriptor is closed before close() can be interrupted";
    if (error == EAGAIN && moves) return "a call that would block is waited for";
    if (cell.is_local) {
        if constexpr (requires { Call::lstat; }) {
            if (call == Call::lstat || call == Call::unlink) return "a file that cannot be looked at stays";
        }
        if (call == Call::getsockname && cell.is<op::close>()) return "the file of a name that is not told stays";
        if (call == Call::close && cell.is<op::send_socket>()) return "it is at the other end, whatever close() says";
        if (call == Call::connect) {
            return error == EINTR || error == EAGAIN ? "what has not begun is begun again" : nullptr;
        }
    }
    const bool begun = error == EINTR || error == EINPROGRESS;
    if (call == Call::connect && begun) return "an interrupted connect() goes on, and is waited for";
    if (cell.streams) {
        if (call == Call::recvmsg && cell.is<op::shutdown_send, op::shutdown_receive>()) {
            return "what could not be dropped is answered by RST";
        }
        if (call == Call::setsockopt && error == ENOPROTOOPT && cell.is<op::finish, op::finish_or_abort>()) {
            return "where no option is known that makes close() wait, it does not";
        }
        if (call == Call::close && cell.is<op::join>()) return "the second descriptor is gone, whatever close() says";
        if (call == Call::shutdown && cell.is<op::close>()) {
            return "a half that sends tells the end where somebody is left to hear it";
        }
        if (call == Call::shutdown && error == ENOTCONN && cell.is<op::shutdown_receive>() && cell.in<SendClosed>()) {
            return "the peer has ended it too: no half is left to shut";
        }
    } else {
        if (gives_a_peer_up(cell) && call == Call::getsockopt) return "a refusal by the old peer is reported to nobody any more";
    }
    return nullptr;
}

template <class Call>
[[nodiscard]] bool is_as_it_should_be(const CellFacts& cell, Call call, int error, const Outcome& outcome) {
    if (why_tolerated(cell, call, error) != nullptr) return !outcome.failed;
    // So do the BSDs answer where they gave the peer up; to the connect() that follows it is an error.
    if (gives_a_peer_up(cell) && call == Call::connect && error == EAFNOSUPPORT && !outcome.failed) return true;
    // A batch that has begun says how many went; the call that begins with the next one tells why.
    if (cell.is<op::send_batch, op::recv_batch>() && !outcome.failed) return true;
    if (call == Call::getsockopt && error == ENOTSOCK && cell.is<op::recv_socket>()) {
        // What came is asked what it is, and then in which state.
        return outcome.failed && (outcome.error == errc::not_a_socket || outcome.error == Error::system(error));
    }
    return outcome.failed && outcome.error == Error::system(error);
}

}  // namespace estate::test
