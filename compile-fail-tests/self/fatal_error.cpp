// SPDX-License-Identifier: BSL-1.0
// rule:   a missing header proves nothing.
// remedy: none.
// expect: no_such_header
// fault: crash
#if defined(ESTATE_ILLEGAL)
#include <no_such_header.hpp>
#else
int legal();
#endif
