// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace estate::lifecycle {

template <class Self>
class members;

/// What only the machine can make: an operation without it would act on memory that is no Self.
template <class Self>
class key {
    friend class members<Self>;
    constexpr key() noexcept = default;
};

/// The base of an operation: a part of Self and never an object of its own.
template <class Op, class Self>
class part {
public:
    constexpr part(key<Self>) noexcept {}
    part(const part&) = delete;
    part& operator=(const part&) = delete;

protected:
    [[nodiscard]] Self& whole() noexcept { return static_cast<Self&>(*this); }
    [[nodiscard]] const Self& whole() const noexcept { return static_cast<const Self&>(*this); }
};

/// The members that an operation gives to the class Self. It is specialised once for each operation, and derives
/// from part<Op, Self>; a class takes its operations by deriving from members (members.hpp).
template <class Op, class Self>
struct operation;

}  // namespace estate::lifecycle
