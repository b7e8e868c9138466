// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <optional>
#include <utility>

#include "cells.hpp"

// The matrix as values: every call of every operation and option on every socket. A cell costs a compiler the call
// itself and little else, since there are tens of thousands.

namespace probes {

struct MatrixCell {
    const char* operation;
    const char* text;  // the call, behind `socket.`
    Manner manner;
    bool expected;
    bool exists;
    bool on_lvalue;
    bool is_noexcept;           // or not expected
    std::optional<bool> takes;  // whether the table says that the operation consumes; nothing where it does not allow it
};

/// A call that is written for Item, an operation or an option.
template <template <class, int, class> class Call, class Item, int Number>
struct Written {
    using item = Item;
    template <class S>
    using on = Call<Item, Number, S>;
};

namespace detail {

/// There are as many for every socket.
template <template <class, int, class> class Call, class Item, int Number = 0>
constexpr int count_written() {
    if constexpr (Call<Item, Number, estate::CreatedSocket<Tcp<V4>>>::written) {
        return count_written<Call, Item, Number + 1>();
    } else {
        static_assert(Number > 0, "estate: write the call down in probes.hpp");
        return Number;
    }
}
template <template <class, int, class> class Call, class Item, int... Numbers>
constexpr auto number(std::integer_sequence<int, Numbers...>) {
    return estate::lifecycle::list<Written<Call, Item, Numbers>...>();
}
template <template <class, int, class> class Call, class... Items>
constexpr auto written(hana::tuple<Items...>) {
    return (number<Call, typename Items::type>(
                std::make_integer_sequence<int, count_written<Call, typename Items::type>()>()) + ...);
}

template <class Item>
constexpr const char* name_of() {
    if constexpr (requires { Item::name; }) {
        return Item::name;
    } else {
        return estate::op::set::name;
    }
}
template <class S, class Item>
constexpr std::optional<bool> takes() {
    if constexpr (estate::Allows<S, Item>) {
        return estate::lifecycle::consumes<typename estate::lifecycle::object<S>::table, typename S::state, Item>;
    } else {
        return std::nullopt;
    }
}
template <class Call, bool IsExpected>
inline constexpr bool throws_nothing = true;
template <class Call>
inline constexpr bool throws_nothing<Call, true> = Call::is_noexcept;
// What gives a container allocates it.
template <class S>
inline constexpr bool throws_nothing<call<estate::op::recv, 2, S>, true> = true;

template <class S, class Item, class Call>
inline constexpr MatrixCell cell = {
    name_of<Item>(), Call::text,      Call::manner, Call::expected,
    Call::exists,    Call::on_lvalue, throws_nothing<Call, Call::expected>, takes<S, Item>()};

template <class S, class... Calls>
constexpr std::array<MatrixCell, sizeof...(Calls)> cells_of(estate::lifecycle::list<Calls...>) {
    return {cell<S, typename Calls::item, typename Calls::template on<S>>...};
}

}  // namespace detail

/// The cells of a socket.
template <class S>
inline constexpr auto matrix_of =
    detail::cells_of<S>(detail::written<call>(operations) + detail::written<setting_call>(options));

}  // namespace probes
