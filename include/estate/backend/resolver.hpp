// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstdint>
#include <estate/backend/context.hpp>
#include <estate/error/result.hpp>
#include <estate/net/any_address.hpp>

namespace estate {

/// A question for names, checked and with its own copy of them, so that it can outlive the call.
struct NameQuery {
    static constexpr std::size_t max_host = 253;    // RFC 1035 section 2.3.4, as text
    static constexpr std::size_t max_service = 63;  // RFC 6335 section 5.1 allows 15

    char host[max_host + 1] = {};
    char service[max_service + 1] = {};  ///< empty: the port is known
    Port port{};
    bool is_stream = true;
    bool is_address = false;     ///< a strict one, whose service is asked for
    bool looks_numeric = false;  ///< no strict one, though its last part is a number
};

/// What a backend's `resolver` gives; `until` is that of the backend whose waker can end a lookup, `context` where the
/// names are known: NoContext where there is one place only.
template <class R, class F>
concept ResolverBackend =
    Family<F> && requires(const NameQuery& query, typename R::until until, typename R::context where) {
        { R::template lookup<F>(query, until, where) } noexcept -> std::same_as<result<AddressList<F>>>;
    };

/// It also looks for both families at once, in the order of RFC 6724.
template <class R>
concept AnyResolverBackend = requires(const NameQuery& query, typename R::until until, typename R::context where) {
    { R::lookup_any(query, until, where) } noexcept -> std::same_as<result<AnyAddressList>>;
};

/// Network interfaces have names. WASI knows none.
template <class R>
concept InterfaceBackend = requires(const char* name) {
    { R::interface_index(name) } noexcept -> std::same_as<result<std::uint32_t>>;
};

}  // namespace estate
