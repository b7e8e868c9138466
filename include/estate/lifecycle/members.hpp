// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/object.hpp>
#include <estate/lifecycle/operation.hpp>

namespace estate::lifecycle {

namespace machinery {
template <class Self>
using operations_for = operations_of<typename object<Self>::table, typename object<Self>::state>;

template <class Operations, class Self>
class parts;
template <class... Operations, class Self>
class parts<list<Operations...>, Self> : public operation<Operations, Self>... {
protected:
    constexpr parts([[maybe_unused]] key<Self> made) noexcept : operation<Operations, Self>{{made}}... {}
    parts(const parts&) = delete;
    parts& operator=(const parts&) = delete;
};
}  // namespace machinery

/// What a class derives from to have exactly the members that its table lists for its state:
///
///     template <class State>
///     class Door : public estate::lifecycle::members<Door<State>> { ... };
///
/// An operation that the table does not list is not a member: the compiler says so in one short error, and a
/// template can ask by `requires`.
template <class Self>
class members : public machinery::parts<machinery::operations_for<Self>, Self> {
    friend Self;  // nobody else makes one
    using Parts = machinery::parts<machinery::operations_for<Self>, Self>;

    constexpr members() noexcept : Parts(key<Self>()) {}
    constexpr members(members&&) noexcept : Parts(key<Self>()) {}
    constexpr members& operator=(members&&) noexcept { return *this; }
    ~members() = default;
};

}  // namespace estate::lifecycle
