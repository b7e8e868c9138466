// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/result.hpp>
#include <estate/transport/setting.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// An option that names a family fits that family only.
template <class Option, class F>
concept FitsFamily = !requires { typename Option::family; } || std::is_same_v<typename Option::family, F>;

/// An option that needs a fact fits sockets of which it is true.
template <class Option, class T>
concept FactsFor = !requires { typename Option::needs; } ||
                   lifecycle::machinery::contains<typename T::facts, typename Option::needs>;

/// Option can be set on a socket of transport T in the state S: the table says that it has an effect
/// there, and the platform has it for the family.
template <class Option, class T, class S>
concept EffectiveIn = has_effect<typename T::settings, S, typename Option::key> &&
                      !requires { Option::get_only; } && FactsFor<Option, T> &&
                      T::backend::template has_option<typename Option::key, typename T::family> &&
                      FitsFamily<Option, typename T::family>;

/// Option can be read on a socket of transport T in the state S: wherever the transport has it, but for what is only to
/// be read, which is known where the table says.
template <class Option, class T, class S>
concept OptionOf = has_setting<typename T::settings, typename Option::key> && !requires { Option::set_only; } &&
                   (!requires { Option::get_only; } || has_effect<typename T::settings, S, typename Option::key>) &&
                   FactsFor<Option, T> && T::backend::template has_option<typename Option::key, typename T::family>;

/// set(): sets a socket option.
///
/// From      every live state in which the table says that the option has an effect; elsewhere it would do nothing,
///           so it does not compile. The state stays.
/// Errors    errc::invalid_argument for a value that only some systems refuse; the system's own: invalid_argument,
///           permission_denied.
/// Source    POSIX setsockopt(); the option's own header names the constant.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::set, Socket<S, T, H>> : detail::SocketPart<op::set, S, T, H> {
    using Self = Socket<S, T, H>;
    template <EffectiveIn<T, S> Option>
    ESTATE_USES [[nodiscard]] result<void> set(const Option& option) noexcept {
        if constexpr (requires { option.valid(); }) {
            if (!option.valid()) return errc::invalid_argument;
        }
        return T::backend::template set<typename T::family>(
            this->owned_handle(), option);
    }
};

/// get(): reads a socket option: socket.get<option::no_delay>().
///
/// From      every live state.
/// Source    POSIX getsockopt().
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::get, Socket<S, T, H>> : detail::SocketPart<op::get, S, T, H> {
    using Self = Socket<S, T, H>;
    template <OptionOf<T, S> Option>
    ESTATE_USES [[nodiscard]] result<Option> get() const noexcept {
        return T::backend::template get<typename T::family, Option>(
            this->owned_handle());
    }
};

}  // namespace estate
