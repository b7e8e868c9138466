// SPDX-License-Identifier: BSL-1.0
// rule:   a door has no handle.
// remedy: push it.
// expect: handle
// expect: Door
// fault: none
struct Door {
    void push();
};
void probe(Door& door) {
#if defined(ESTATE_ILLEGAL)
    door.handle();
#else
    door.push();
#endif
}
