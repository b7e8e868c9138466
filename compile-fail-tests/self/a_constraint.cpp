// SPDX-License-Identifier: BSL-1.0
// rule:   a constraint may be told in 8 lines.
// remedy: none.
// expect: constraints not satisfied
// expect: sizeof
// lines-gcc: 20 because GCC shows each step to what the constraint lacks
// fault: none
template <class T>
    requires(sizeof(T) == 1)
struct Box {};
#if defined(ESTATE_ILLEGAL)
using Wrong = Box<int>;
#else
using Right = Box<char>;
#endif
