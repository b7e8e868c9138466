// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <type_traits>

namespace estate::lifecycle {

/// A list of types; never an object.
template <class... Ts>
struct list {
    template <class... Us>
    constexpr list<Ts..., Us...> operator+(list<Us...>) const noexcept {
        return {};
    }
};

namespace machinery {

template <class List, class T>
inline constexpr bool contains = false;
template <class... Ts, class T>
inline constexpr bool contains<list<Ts...>, T> = (std::is_same_v<Ts, T> || ...);

template <class List, class T>
struct append_once;
template <class... Ts, class T>
struct append_once<list<Ts...>, T> {
    using type = std::conditional_t<contains<list<Ts...>, T>, list<Ts...>, list<Ts..., T>>;
};

// A fold over operator| adds each type once and keeps the order.
template <class List>
struct unique_types {
    using type = List;
    template <class T>
    constexpr unique_types<typename append_once<List, T>::type> operator|(std::type_identity<T>) const noexcept {
        return {};
    }
};

}  // namespace machinery

}  // namespace estate::lifecycle
