// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <estate/base/deadline.hpp>
#include <estate/error/result.hpp>
#include <estate/net/buffer.hpp>
#include <new>
#include <type_traits>
#include <utility>

namespace estate {

/// What one attempt of a socket that never waits gave: a T, or that it would have blocked. Move-only where T is.
template <class T>
class [[nodiscard]] Attempt {
public:
    /// It would have blocked.
    static Attempt blocked() noexcept { return Attempt(); }
    Attempt(T&& given) noexcept : value_{std::move(given)}, has_value_{true} {}
    Attempt(Attempt&& other) noexcept : nothing_{}, has_value_{other.has_value_} {
        if (has_value_) ::new (static_cast<void*>(&value_)) T(std::move(other.value_));
    }
    Attempt& operator=(Attempt&&) = delete;
    ~Attempt() {
        if (has_value_) value_.~T();
    }

    [[nodiscard]] bool would_block() const noexcept { return !has_value_; }
    /// Pre  !would_block()
    [[nodiscard]] T& value() & noexcept { return value_; }
    [[nodiscard]] const T& value() const& noexcept { return value_; }
    [[nodiscard]] T value() && noexcept { return std::move(value_); }

private:
    Attempt() noexcept : nothing_{}, has_value_{false} {}

    union {
        T value_;
        char nothing_;
    };
    bool has_value_;
};

/// A count of bytes, in as many bits.
template <>
class [[nodiscard]] Attempt<std::size_t> {
public:
    static constexpr Attempt blocked() noexcept { return Attempt(); }
    constexpr Attempt(std::size_t count) noexcept : count_{count} {
        if (count == none) __builtin_unreachable();
    }

    [[nodiscard]] constexpr bool would_block() const noexcept { return count_ == none; }
    /// Pre  !would_block()
    [[nodiscard]] constexpr std::size_t value() const noexcept { return count_; }

private:
    constexpr Attempt() noexcept : count_{none} {}

    static constexpr std::size_t none = SIZE_MAX;  // no buffer is as large
    std::size_t count_;
};

namespace detail {
/// Of a call whose deadline has passed already: a result that says so would have blocked.
template <class T>
ESTATE_INLINE [[nodiscard]] inline result<Attempt<T>> as_attempt(result<T>&& outcome) noexcept {
    if (outcome) [[likely]]
        return Attempt<T>(std::move(outcome).assume_value());
    if (outcome.assume_error() == errc::deadline_exceeded) return Attempt<T>::blocked();
    return outcome.assume_error();
}

/// The backend's own attempt where it has one, else a call whose deadline has passed.
template <class B>
ESTATE_INLINE [[nodiscard]] inline auto recv_at_once(const typename B::handle& handle, MutableBuffer buffer) noexcept {
    if constexpr (requires { B::recv_at_once(handle, buffer); }) {
        return B::recv_at_once(handle, buffer);
    } else {
        return B::recv(handle, buffer, Deadline::at_once());
    }
}
template <class B>
ESTATE_INLINE [[nodiscard]] inline auto send_at_once(const typename B::handle& handle, ConstBuffer bytes) noexcept {
    if constexpr (requires { B::send_at_once(handle, bytes); }) {
        return B::send_at_once(handle, bytes);
    } else {
        return B::send(handle, bytes, Deadline::at_once());
    }
}
}  // namespace detail

}  // namespace estate
