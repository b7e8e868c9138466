// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace estate::detail {

template <class T, class>
struct lazy_type {
    using type = T;
};

/// T, for a member template whose only parameter is its own class. It makes each use of T depend on that parameter, so
/// that only a program that calls the member compiles what it calls: one that reads no text compiles no parser.
template <class T, class Self>
using lazy = typename lazy_type<T, Self>::type;

}  // namespace estate::detail
