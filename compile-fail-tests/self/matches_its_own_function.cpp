// SPDX-License-Identifier: BSL-1.0
// rule:   the function around the line is no diagnostic.
// remedy: none.
// expect: surrounding
// fault: message
struct Door {};
void surrounding(Door& door) {
#if defined(ESTATE_ILLEGAL)
    door.handle();
#else
    static_cast<void>(door);
#endif
}
