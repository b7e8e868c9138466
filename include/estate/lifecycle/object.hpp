// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/error/raise.hpp>
#include <estate/lifecycle/failure.hpp>
#include <estate/lifecycle/query.hpp>
#include <utility>

namespace estate::lifecycle {

/// What the machine must know of a class; specialised for it before the class is defined:
///
///     table             its lifecycle, as given<> makes it
///     state             its state
///     body              what goes along from state to state
///     in<Next>          the class of the object in the state Next
///     failure<Left>     what a failed transition answers with an object Left
///     enter<Next>(body&&)   the body in the state Next; a state that ends may let go of a part
///     nothing(body&)    the body of an object that was moved from, for OneOf::take() of the wrong state
///
/// object_in, below, serves most classes. The class itself has a constructor that takes the body and a data member
/// body_, and names `estate::lifecycle::machine` as its friend.
template <class Self>
struct object;

/// The lifecycle of the class S lists Op for its state, with all that is true of the object: S has the member.
template <class S, class Op>
concept Allows =
    allows<typename object<std::remove_cvref_t<S>>::table, typename object<std::remove_cvref_t<S>>::state, Op>;

/// The object trait of Class<State, Rest...>, a template whose first parameter is the state:
///
///     template <class State>
///     struct estate::lifecycle::object<Door<State>> : object_in<door_table, Frame, Door, State> {};
template <class Table, class Body, template <class...> class Class, class State, class... Rest>
struct object_in {
    using table = given<Table>;
    using state = State;
    using body = Body;
    template <class Next>
    using in = Class<Next, Rest...>;
    template <class Left>
    using failure = Failure<Left>;

    template <class Next>
    static Body&& enter(Body&& from) noexcept {
        return std::move(from);
    }
    [[noreturn]] static Body nothing(Body&) noexcept {
        estate::detail::terminate_with("estate: take() of a state in which the object is not");
    }
};

/// The only way into an object's private members, and so the only place where a state is changed.
struct machine {
    template <class Self>
    ESTATE_INLINE static auto& body(Self& self) noexcept {
        auto* const at = &self;  // Clang's consumed analysis takes a member of a reference for the whole
        return at->body_;
    }
    template <class Self>
    ESTATE_INLINE static const auto& body(const Self& self) noexcept {
        const auto* const at = &self;
        return at->body_;
    }
    template <class Self, class Body>
    ESTATE_INLINE static Self make(Body&& body) noexcept {
        return Self(std::forward<Body>(body));
    }
    /// The object in the state Next; Self is left as one that was moved from.
    template <class Next, class Self>
    ESTATE_INLINE static typename object<Self>::template in<Next> advance(Self& self) noexcept {
        return make<typename object<Self>::template in<Next>>(
            object<Self>::template enter<Next>(std::move(body(self))));
    }
};

}  // namespace estate::lifecycle
