// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <type_traits>

namespace estate {

/// The context of a backend that needs none: there is one kernel, or one host, and nothing to tell apart.
/// A simulated network is an object, and its sockets are made in it: new_socket<Transport>(context).
struct NoContext {};

/// Transports of whose descriptors a number means the same: contexts without state are all about the one kernel, and of
/// a world that is an object there is one kind of context.
template <class One, class Other, class A = typename One::backend::context, class B = typename Other::backend::context>
inline constexpr bool of_the_same_world = std::is_same_v<A, B> || (std::is_empty_v<A> && std::is_empty_v<B>);

}  // namespace estate
