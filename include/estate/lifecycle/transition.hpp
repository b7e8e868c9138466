// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/result.hpp>
#include <estate/lifecycle/one_of.hpp>

namespace estate::lifecycle {

namespace machinery {

/// The class of Self in a place: a state, a state with a fact, one of several, or a state of another lifecycle.
template <class Self, class Place>
struct in_place {
    using type = typename object<Self>::template in<Place>;
};
template <class Self, class... States>
struct in_place<Self, either<States...>> {
    using type = OneOf<typename object<Self>::template in<States>...>;
};
template <class Self>
struct in_place<Self, never> {
    using type = void;
};

template <class Op, class Self>
struct transition_of {
    using table = typename object<Self>::table;
    using state = typename object<Self>::state;
    using next = lifecycle::next<table, state, Op>;
    using left = lifecycle::left<table, state, Op>;
    using failure = typename object<Self>::template failure<typename in_place<Self, left>::type>;
    using type = transition_result<typename in_place<Self, next>::type, failure>;
};

template <class Left, class State>
inline constexpr bool may_leave = std::is_same_v<Left, State>;
template <class... States, class State>
inline constexpr bool may_leave<either<States...>, State> = (std::is_same_v<States, State> || ...);

}  // namespace machinery

/// What Op on a Self answers: the object in its next state, or the reason with what is left.
template <class Op, class Self>
using transition = typename machinery::transition_of<Op, Self>::type;

/// Answers that Op succeeded: the object goes into the state that the table names.
template <class Op, class Self>
ESTATE_INLINE [[nodiscard]] inline transition<Op, Self> succeed(Self& self) noexcept {
    return machine::advance<typename machinery::transition_of<Op, Self>::next>(self);
}

/// The same where the table says either<...>: this time it is State.
template <class Op, class State, class Self>
[[nodiscard]] transition<Op, Self> succeed_in(Self& self) noexcept {
    using Next = typename machinery::in_place<Self, typename machinery::transition_of<Op, Self>::next>::type;
    return Next(machine::advance<State>(self));
}

/// Answers that Op failed: the object goes into the one state that the table leaves.
template <class Op, class Self>
ESTATE_INLINE_FOR_GCC [[nodiscard]] inline transition<Op, Self> fail(Self& self, Error error) noexcept {
    using Row = machinery::transition_of<Op, Self>;
    return typename Row::failure{error, machine::advance<typename Row::left>(self)};
}

/// The same where the table leaves either<...>: this time it is State.
template <class Op, class State, class Self>
[[nodiscard]] transition<Op, Self> fail_in(Self& self, Error error) noexcept {
    using Row = machinery::transition_of<Op, Self>;
    constexpr bool is_in_the_row = machinery::may_leave<typename Row::left, State>;
    static_assert(is_in_the_row,
                  "estate: the table does not leave this state when the operation fails; write it into the row");
    if constexpr (is_in_the_row) {
        return typename Row::failure{error, machine::advance<State>(self)};
    } else {
        __builtin_unreachable();
    }
}

/// Answers what a call's outcome says.
template <class Op, class Self>
ESTATE_INLINE [[nodiscard]] inline transition<Op, Self> conclude(Self& self, const result<void>& outcome) noexcept {
    if (outcome) [[likely]]
        return succeed<Op>(self);
    return fail<Op>(self, outcome.assume_error());
}

/// The class of the object after Op on a Self succeeds.
template <class Op, class Self>
using next_of = typename machinery::in_place<Self, typename machinery::transition_of<Op, Self>::next>::type;

/// The class of the further object that Op on a Self gives.
template <class Op, class Self>
using yield_of = typename object<Self>::template in<
    yielded<typename object<Self>::table, typename object<Self>::state, Op>>;

}  // namespace estate::lifecycle
