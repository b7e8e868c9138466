// SPDX-License-Identifier: BSL-1.0
// rule:   an rvalue is not forwarded as an lvalue.
// remedy: forward it as what it is.
// expect: std::forward
// lines:  20 because standard libraries differ
// fault: none
#include <utility>

void probe() {
#if defined(ESTATE_ILLEGAL)
    (void)std::forward<int&>(1);
#else
    (void)std::forward<int>(1);
#endif
}
