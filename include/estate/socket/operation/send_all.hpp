// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// send_all(): sends every byte, in as many calls as it takes.
///
/// From      Connected, ReceiveClosed; stays.
/// Errors    as send(); Incomplete::transferred says how many bytes were taken before.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::send_all, Socket<S, T, H>>
    : detail::SocketPart<op::send_all, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;

    ESTATE_USES [[nodiscard]]
    transfer<Self> send_all(ConstBuffer bytes, Until until = Until::never()) const noexcept {
        const auto& handle = this->owned_handle();
        std::size_t done = 0;
        do {  // once for nothing too: a moved-from or reset socket says so
            const auto rest = detail::behind(bytes, done);
            const auto sent = until.is_never() ? T::backend::send(handle, rest) : T::backend::send(handle, rest, until);
            if (!sent) return Incomplete{sent.assume_error(), done};
            done += sent.assume_value();
        } while (done < bytes.size());
        return success();
    }
    ESTATE_USES [[nodiscard]]
    transfer<Self> send_all(std::string_view text, Until until = Until::never()) const noexcept {
        return send_all(as_buffer(text), until);
    }
    void send_all(std::nullptr_t, Until = Until::never()) const = delete;  // no text
    template <std::size_t Size>
    void send_all(char (&)[Size], Until = Until::never()) const = delete;  // std::string_view(array, length)
};

}  // namespace estate
