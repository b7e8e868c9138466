// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// recv(), TCP: receives what has arrived, waiting for the first byte.
///
/// From      Connected, SendClosed; stays.
/// Returns   how many bytes were written into the buffer, 1 at least.
/// Errors    errc::end_of_stream once the peer has closed and all was read; errc::invalid_argument for
///           an empty buffer; connection_reset; errc::deadline_exceeded, errc::stopped. The first call, send() too,
///           reports a reset; later receives report end_of_stream, which then is no clean end.
/// Source    POSIX recv(); wasi:io/streams input-stream read.
template <class S, Stream T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::recv, Socket<S, T, H>> : detail::SocketPart<op::recv, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;

    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<std::size_t> recv(MutableBuffer buffer) const noexcept {
        if (buffer.empty()) [[unlikely]]
            return errc::invalid_argument;
        return T::backend::recv(this->owned_handle(), buffer);
    }
    ESTATE_INLINE ESTATE_USES [[nodiscard]]
    result<std::size_t> recv(MutableBuffer buffer, Until until) const noexcept {
        if (buffer.empty()) [[unlikely]]
            return errc::invalid_argument;
        return T::backend::recv(this->owned_handle(), buffer, until);
    }
    /// At most max_len bytes in a container of its own. Needs <estate/socket/recv_container.hpp>.
    template <std::integral Size>
        requires(!std::same_as<Size, bool>)
    ESTATE_USES [[nodiscard]] auto recv(Size max_len, Until until = Until::never()) const {
        return recv_container(this->whole(), static_cast<std::size_t>(max_len), until);
    }
};

}  // namespace estate
