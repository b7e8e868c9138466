// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/result.hpp>
#include <estate/lifecycle/one_of.hpp>

namespace estate::lifecycle {

namespace machinery {
template <class Self, class States>
struct found_of;
template <class Self, class... States>
struct found_of<Self, list<States...>> {
    using type = OneOf<typename object<Self>::template in<States>...>;

    template <class First, class... Rest, class IsIn>
    static type pick(typename object<Self>::body&& body, IsIn is_in) {
        using Object = typename object<Self>::template in<First>;
        if constexpr (sizeof...(Rest) == 0) {
            return type(machine::make<Object>(std::move(body)));
        } else {
            if (is_in(std::type_identity<First>{})) return type(machine::make<Object>(std::move(body)));
            return pick<Rest...>(std::move(body), is_in);
        }
    }
    template <class IsIn>
    static type make(typename object<Self>::body&& body, IsIn is_in) {
        return pick<States...>(std::move(body), is_in);
    }
};
template <class Self>
using found_for = found_of<Self, found_in<typename object<Self>::table>>;
}  // namespace machinery

/// A foreign object in one of the states that the table of Self finds.
template <class Self>
using Found = typename machinery::found_for<Self>::type;

/// Makes a Found of a body that somebody else made. is_in(std::type_identity<State>) says whether it is in State; it
/// is asked in the order of the table's finds<>, and the last state is taken for what is in none before it.
template <class Self, class IsIn>
[[nodiscard]] Found<Self> find(typename object<Self>::body&& body, IsIn is_in) {
    return machinery::found_for<Self>::make(std::move(body), is_in);
}

}  // namespace estate::lifecycle
