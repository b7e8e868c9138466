// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// A backend that can look at what a receive would give and leave it there.
template <class B>
concept PeekingBackend = requires(const typename B::handle& same, MutableBuffer in, typename B::until until) {
    { B::peek(same, in, until) } noexcept -> std::same_as<result<std::size_t>>;
};

/// peek(), TCP: receives what recv() would, and leaves it to be received.
///
/// From      Connected, SendClosed; stays.
/// Returns   how many bytes came, 1 at least. A second peek may see no more than the first: what waits for more
///           receives.
/// Errors    as recv().
/// Source    POSIX recv(MSG_PEEK). Absent on WASI.
template <class S, Stream T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::peek, Socket<S, T, H>> : detail::SocketPart<op::peek, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;

    ESTATE_USES [[nodiscard]] result<std::size_t> peek(MutableBuffer buffer,
                                                       Until until = Until::never()) const noexcept {
        if (buffer.empty()) return errc::invalid_argument;
        return T::backend::peek(this->owned_handle(), buffer, until);
    }
};

}  // namespace estate
