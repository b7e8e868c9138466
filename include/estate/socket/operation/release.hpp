// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/transition.hpp>

namespace estate {

/// What release() of a socket with a hold gives: keep the hold as long as the handle is open.
template <class Handle, class Hold>
struct ReleasedHandle {
    Handle handle;
    Hold hold;
};

/// release(): hands the native handle to the caller, who closes it.
///
/// From      every live state; consumed. A moved-from socket gives -1.
/// Returns   the handle; with a hold, both, since the address must stay taken while the handle is open. It is
///           non-blocking from Listening and Connecting, whose sockets are.
/// Errors    none.
/// Source    no call is made.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::release, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] auto release() && {
        auto& self = static_cast<Self&>(*this);
        using Handle = typename T::backend::native_handle;
        const Handle handle = T::backend::forget(detail::socket_access::handle(self));
        if constexpr (std::is_same_v<H, NoHold>) {
            return handle;
        } else {
            return ReleasedHandle<Handle, H>{handle, std::move(detail::socket_access::hold(self))};
        }
    }
    void release() & = delete;  // transitions consume: std::move(socket).release()

protected:
    ~operation() = default;  // a part of Self, never an object
};

}  // namespace estate
