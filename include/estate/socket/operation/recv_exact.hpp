// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// recv_exact(): fills the buffer, in as many calls as it takes.
///
/// From      Connected, SendClosed; stays.
/// Errors    as recv(); Incomplete::transferred says how much had come. With errc::end_of_stream, 0 is a
///           clean end (if no earlier call had an error), and more is a message that was cut.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::recv_exact, Socket<S, T, H>>
    : detail::SocketPart<op::recv_exact, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;

    ESTATE_USES [[nodiscard]]
    transfer<Self> recv_exact(MutableBuffer buffer, Until until = Until::never()) const noexcept {
        const auto& handle = this->owned_handle();
        if (buffer.empty()) return Incomplete{errc::invalid_argument, 0};
        std::size_t done = 0;
        while (done < buffer.size()) {
            const auto rest = detail::behind(buffer, done);
            const auto got = until.is_never() ? T::backend::recv(handle, rest) : T::backend::recv(handle, rest, until);
            if (!got) return Incomplete{got.assume_error(), done};
            done += got.assume_value();
        }
        return success();
    }
};

}  // namespace estate
