// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/completion/flight.hpp>
#include <estate/error/incomplete.hpp>

namespace estate {

namespace detail {
template <class Op, class Kind>
struct DoneOf;

/// recv, send: as much as went in one step; recv_exact, send_all: all, or how far it came.
template <class Op, class Kind>
    requires moves_bytes<Op>
struct DoneOf<Op, Kind> {
    typename Kind::socket socket;
    typename Kind::buffer buffer;
    std::conditional_t<moves_all<Op>, transfer_result, result<std::size_t>> outcome;
};
/// What the table yields, beside the listener.
template <class Kind>
struct DoneOf<op::accept, Kind> {
    typename Kind::socket socket;
    result<lifecycle::yield_of<op::accept, typename Kind::socket>> outcome;
};
/// The socket in its next state, or in that which a failure leaves.
template <class Kind>
struct DoneOf<op::connect, Kind> {
    lifecycle::transition<op::connect, typename Kind::socket> outcome;
};
}  // namespace detail

/// An operation of the Kind that is over, however: what went into it, and what came of it.
///
/// `outcome` is what the call of the socket answers: a count (recv, send), transfer_result (recv_exact, send_all), the
/// socket that was accepted, or the transition (connect). Where it was cancelled before it did anything, its error is
/// errc::stopped, and errc::deadline_exceeded where its time was over; where that came too late, the outcome is that of
/// the operation: bytes and sockets are never lost.
template <class Kind>
struct Done : detail::DoneOf<typename Kind::operation, Kind> {};

}  // namespace estate
