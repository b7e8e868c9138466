// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/lifecycle/row.hpp>
#include <estate/socket/access.hpp>

namespace estate {

/// A socket whose state only the run knows: one of States. Move-only.
///
///     std::move(any).visit([](auto socket) { ... });          // called with the socket in its real state
///     if (any.template is<Bound>()) use(std::move(any).template take<Bound>());
template <class Transport, class Hold, class... States>
class [[nodiscard]] ESTATE_CONSUMABLE OneOf {
public:
    template <class State>
        requires(std::is_same_v<State, States> || ...)
    OneOf(Socket<State, Transport, Hold>&& socket) noexcept
        : hold_{std::move(detail::socket_access::hold(socket))},
          handle_{std::move(detail::socket_access::handle(socket))},
          index_{index_of<State>()} {}

    /// It is in State.
    template <class State>
        requires(std::is_same_v<State, States> || ...)
    [[nodiscard]] bool is() const noexcept {
        return index_ == index_of<State>();
    }

    OneOf(OneOf&&) noexcept = default;
    ESTATE_FILLS OneOf& operator=(OneOf&& other) noexcept {
        if (this == &other) return *this;
        handle_ = std::move(other.handle_);  // first, as in Socket
        hold_ = std::move(other.hold_);
        index_ = other.index_;
        return *this;
    }
    ~OneOf() = default;

    /// Pre  is<State>(); otherwise the socket stays here, and the one given answers errc::moved_from. Where
    ///      there is a hold, that one has a share of it.
    template <class State>
        requires(std::is_same_v<State, States> || ...)
    ESTATE_CONSUMES [[nodiscard]] Socket<State, Transport, Hold> take() && noexcept {
        const bool right = is<State>();
        return detail::socket_access::make<State, Transport, Hold>(right ? std::move(handle_) : Handle(),
                                                                   right ? std::move(hold_) : hold_.share());
    }

    /// Calls visitor with the socket, moved, as the type of its state. All branches return one type.
    template <class Visitor>
    ESTATE_CONSUMES decltype(auto) visit(Visitor&& visitor) && {
        return pick<Visitor, States...>(visitor);
    }

    /// The name of the state.
    [[nodiscard]] const char* state_name() const noexcept {
        const char* names[] = {States::name...};
        return names[index_];
    }

private:
    using Handle = typename Transport::backend::handle;

    template <class State>
    static constexpr std::uint8_t index_of() noexcept {
        std::uint8_t index = 0;
        (void)((std::is_same_v<State, States> || (++index, false)) || ...);
        return index;
    }
    template <class Visitor, class First, class... Rest>
    decltype(auto) pick(Visitor& visitor) {
        if constexpr (sizeof...(Rest) == 0) {
            return visitor(std::move(*this).template take<First>());
        } else {
            if (is<First>()) return visitor(std::move(*this).template take<First>());
            return pick<Visitor, Rest...>(visitor);
        }
    }

    [[no_unique_address]] Hold hold_;  // before the handle, so that it is destroyed after it
    Handle handle_;
    std::uint8_t index_;
};

}  // namespace estate
