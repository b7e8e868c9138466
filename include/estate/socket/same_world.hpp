// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <type_traits>

namespace estate::detail {

/// Transports of whose descriptors a number means the same: contexts without state are all about the one kernel, and of
/// a world that is an object there is one kind of context.
template <class One, class Other, class A = typename One::backend::context, class B = typename Other::backend::context>
inline constexpr bool of_the_same_world = std::is_same_v<A, B> || (std::is_empty_v<A> && std::is_empty_v<B>);

}  // namespace estate::detail
