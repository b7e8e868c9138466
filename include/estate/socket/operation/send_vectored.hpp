// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/base/deadline.hpp>
#include <estate/socket/transition.hpp>

namespace estate {

/// send_vectored(): sends several buffers in one call.
///
/// From      Connected, ReceiveClosed; stays.
/// Returns   how many bytes were taken, over all buffers; at most 64, empty ones not counted, are looked at.
/// Errors    as send().
/// Source    POSIX sendmsg(): writev() cannot keep SIGPIPE away.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::send_vectored, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;

    ESTATE_USES [[nodiscard]] result<std::size_t> send_vectored(std::span<const ConstBuffer> buffers,
                                                                Deadline until = Deadline::never()) const {
        return T::backend::send_vectored(detail::socket_access::handle(static_cast<const Self&>(*this)), buffers,
                                         until);
    }

protected:
    ~operation() = default;  // a part of Self, never an object
};

}  // namespace estate
