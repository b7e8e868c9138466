// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/base/attributes.hpp>
#include <estate/lifecycle/object.hpp>

namespace estate::lifecycle {

/// An object whose state is known at run time only: it is one of Objects, which differ in their state. Move-only.
///
///     std::move(any).visit([](auto socket) { ... });          // called with the object in its real state
///     if (any.template is<Bound>()) use(std::move(any).template take<Bound>());
template <class... Objects>
class [[nodiscard]] ESTATE_CONSUMABLE OneOf {
    using States = typename decltype((machinery::unique_types<list<>>{} | ... |
                                      std::type_identity<typename object<Objects>::state>{}))::type;
    static constexpr bool states_differ = std::is_same_v<States, list<typename object<Objects>::state...>>;
    static_assert(states_differ, "estate: a state stands twice in a OneOf; remove one");

    template <class State>
    static constexpr bool has = machinery::contains<States, State>;
    template <class First, class...>
    struct first {
        using type = First;
    };
    using First = typename first<Objects...>::type;
    using Body = typename object<First>::body;
    template <class State>
    using In = typename object<First>::template in<State>;

public:
    template <class Object>
        requires(std::is_same_v<Object, Objects> || ...)
    OneOf(Object&& one) noexcept
        : body_{std::move(machine::body(one))}, index_{index_of<typename object<Object>::state>()} {}

    /// It is in State.
    template <class State>
        requires has<State>
    [[nodiscard]] bool is() const noexcept {
        return index_ == index_of<State>();
    }

    OneOf(OneOf&&) noexcept = default;
    ESTATE_FILLS OneOf& operator=(OneOf&& other) noexcept {
        if (this == &other) return *this;
        body_ = std::move(other.body_);
        index_ = other.index_;
        return *this;
    }
    ~OneOf() = default;

    /// Pre  is<State>(); otherwise the object stays here, and the one given is as if moved from. A socket then
    ///      answers errc::moved_from and has a share of the hold; a class without such a form ends the program.
    template <class State>
        requires has<State>
    ESTATE_CONSUMES [[nodiscard]] In<State> take() && noexcept {
        if (!is<State>()) return machine::make<In<State>>(object<First>::nothing(body_));
        return machine::make<In<State>>(std::move(body_));
    }

    /// Calls visitor with the object, moved, as the type of its state. All branches return one type.
    template <class Visitor>
    ESTATE_CONSUMES decltype(auto) visit(Visitor&& visitor) && {
        return pick<Visitor, typename object<Objects>::state...>(visitor);
    }

    /// The name of the state.
    [[nodiscard]] const char* state_name() const noexcept {
        const char* names[] = {object<Objects>::state::name...};
        return names[index_];
    }

private:
    template <class State>
    static constexpr std::uint8_t index_of() noexcept {
        std::uint8_t index = 0;
        (void)((std::is_same_v<State, typename object<Objects>::state> || (++index, false)) || ...);
        return index;
    }
    template <class Visitor, class State, class... Rest>
    decltype(auto) pick(Visitor& visitor) {
        if constexpr (sizeof...(Rest) == 0) {
            return visitor(std::move(*this).template take<State>());
        } else {
            if (is<State>()) return visitor(std::move(*this).template take<State>());
            return pick<Visitor, Rest...>(visitor);
        }
    }

    Body body_;
    std::uint8_t index_;
};

}  // namespace estate::lifecycle
