// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

/// finish_or_abort(): the farewell of a server to clients that it does not trust. As finish(), while there is time; a
/// peer that has not ended by then is reset, so that nothing of the connection stays in the kernel.
///
/// From      Connected or SendClosed; consumed.
/// Leaves    Closed, on failure too.
/// Errors    errc::deadline_exceeded, errc::stopped when the peer was reset, and may have lost our last bytes;
///           connection_reset and not_connected as finish(). Unix-domain sockets have no reset: the peer finds the end,
///           and keeps what was sent to it.
/// Source    RFC 1122 section 4.2.2.13; POSIX shutdown(), recv(), close(); socket(7) SO_LINGER. Not in WASI.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::finish_or_abort, Socket<S, T, H>>
    : detail::SocketPart<op::finish_or_abort, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;
    ESTATE_CONSUMES [[nodiscard]]
    lifecycle::transition<op::finish_or_abort, Self> finish_or_abort(Until until) && noexcept {
        auto& handle = this->owned_handle();
        result<void> done = success();
        if constexpr (std::is_same_v<S, Connected>) done = T::backend::shutdown_send(handle);
        if (done) done = T::backend::drain(handle, until);
        const auto ended = done ? T::backend::close(handle) : T::backend::abort(handle);
        return lifecycle::conclude<op::finish_or_abort>(this->whole(), done ? ended : done);
    }
    void finish_or_abort(Until) & = delete;  // transitions consume: std::move(socket).finish_or_abort(until)
};

}  // namespace estate
