// SPDX-License-Identifier: BSL-1.0
// rule:   the error must be at the illegal line.
// remedy: none.
// expect: handle
// fault: elsewhere
#if defined(ESTATE_ILLEGAL)
struct Door {};
#else
struct Door {
    void handle();
};
#endif
void probe(Door& door) { door.handle(); }
