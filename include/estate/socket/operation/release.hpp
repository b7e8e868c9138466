// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

/// What release() of a socket with a hold gives: keep the hold as long as the handle is open.
template <class Handle, class Hold>
struct ReleasedHandle {
    Handle handle;
    Hold hold;
};

/// release(): hands the native handle to the caller, which closes it.
///
/// From      every live state; consumed. A moved-from socket gives -1.
/// Leaves    Released: the caller has the handle, and there is no socket any more.
/// Returns   the handle; with a hold, both, since the address must stay taken while the handle is open. It is
///           non-blocking from Listening and Connecting, whose sockets are.
/// Errors    none.
/// Source    none
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::release, Socket<S, T, H>> : detail::SocketPart<op::release, S, T, H> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] auto release() && noexcept {
        using Handle = typename T::backend::native_handle;
        const Handle handle = T::backend::forget(this->owned_handle());
        if constexpr (std::is_same_v<H, NoHold>) {
            return handle;
        } else {
            return ReleasedHandle<Handle, H>{handle, std::move(lifecycle::machine::body(this->whole()).hold)};
        }
    }
    void release() & = delete;  // transitions consume: std::move(socket).release()
};

}  // namespace estate
