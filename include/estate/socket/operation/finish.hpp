// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

/// finish(): the polite end. Sends the FIN, reads and drops what the peer still sends up to its FIN, and
/// closes; so no reset can destroy the last bytes on their way. With a deadline or a waker it does not wait for
/// option::linger.
///
/// From      Connected or SendClosed; consumed.
/// Leaves    Closed, on failure too.
/// Errors    errc::deadline_exceeded, errc::stopped when the peer did not end in time, or what a WASI host still had
///           was not taken; connection_reset. If an earlier call has reported the reset, not_connected from
///           Connected; from SendClosed it is then not reported.
/// Source    RFC 1122 section 4.2.2.13; POSIX shutdown(), recv(), close().
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::finish, Socket<S, T, H>> : detail::SocketPart<op::finish, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;
    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::finish, Self> finish(Until until) && noexcept {
        auto& handle = this->owned_handle();
        result<void> done = success();
        if constexpr (std::is_same_v<S, Connected>) done = T::backend::shutdown_send(handle);
        if (done) done = T::backend::drain(handle, until);
        const auto closed = T::backend::close(handle);
        return lifecycle::conclude<op::finish>(this->whole(), done ? closed : done);
    }
    void finish(Until) & = delete;  // transitions consume: std::move(socket).finish(until)
};

}  // namespace estate
