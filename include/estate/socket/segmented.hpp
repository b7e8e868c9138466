// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/transport.hpp>

namespace estate {

namespace detail {
template <class Facts, class Old, class New>
struct swap_fact;
template <class... Facts, class Old, class New>
struct swap_fact<lifecycle::list<Facts...>, Old, New> {
    using type = lifecycle::list<std::conditional_t<std::is_same_v<Facts, Old>, New, Facts>...>;
};
/// Facts with New in place of Old.
template <class Facts, class Old, class New>
using swapped = typename swap_fact<Facts, Old, New>::type;
}  // namespace detail

/// A datagram transport whose sockets send and receive in segments: what with_segments() makes of one.
template <class T>
struct Segmented : T {
    using facts = detail::swapped<typename T::facts, fact::whole, fact::segments>;
};

}  // namespace estate
