// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/backlog.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// set_backlog(): changes how many connections may wait to be accepted.
///
/// From      Listening, which it stays.
/// Source    POSIX listen() on a listening socket; wasi:sockets/tcp set-listen-backlog-size.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::set_backlog, Socket<S, T, H>>
    : detail::SocketPart<op::set_backlog, S, T, H> {
    using Self = Socket<S, T, H>;
    ESTATE_USES [[nodiscard]] result<void> set_backlog(Backlog backlog) noexcept {
        return T::backend::listen(this->owned_handle(), backlog.length());
    }
};

}  // namespace estate
