// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/backlog.hpp>
#include <estate/socket/transition.hpp>

namespace estate {

/// set_backlog(): changes how many connections may wait to be accepted.
///
/// From      Listening, which it stays.
/// Source    POSIX listen() on a listening socket; wasi:sockets/tcp set-listen-backlog-size.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::set_backlog, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;
    ESTATE_USES [[nodiscard]] result<void> set_backlog(Backlog backlog) {
        return T::backend::listen(detail::socket_access::handle(static_cast<Self&>(*this)), backlog.length());
    }

protected:
    ~operation() = default;  // a part of Self, never an object
};

}  // namespace estate
