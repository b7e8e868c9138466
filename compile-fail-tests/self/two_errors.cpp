// SPDX-License-Identifier: BSL-1.0
// rule:   a door has no handle.
// remedy: none.
// expect: handle
// fault: errors
struct Door {};
void probe(Door& door) {
#if defined(ESTATE_ILLEGAL)
    door.handle();
    door.hinge();
#else
    static_cast<void>(door);
#endif
}
