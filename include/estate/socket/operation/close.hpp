// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

/// close(): gives the descriptor back and returns the system's error, which the destructor drops.
///
/// A connection that was received from and not read to the end is closed by RST, which can destroy our own
/// last bytes on their way; finish() waits for the peer.
///
/// From      every live state; consumed.
/// Leaves    Closed, on failure too: the descriptor is gone either way and is never closed twice. A hold
///           stays in the ClosedSocket: the address is free once that has gone, or detach_hold() took it out.
/// Errors    the system's own, as input_output_error; nothing can be done about them. WASI: the same where the host
///           drops bytes that a send() with a deadline had no time to see on their way; finish() waits for them.
/// Source    POSIX close(); WASI resource drop.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::close, Socket<S, T, H>> : detail::SocketPart<op::close, S, T, H> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::close, Self> close() && noexcept {
        return lifecycle::conclude<op::close>(this->whole(), T::backend::close(this->owned_handle()));
    }
    void close() & = delete;  // transitions consume: std::move(socket).close()
};

}  // namespace estate
