// SPDX-License-Identifier: BSL-1.0
// rule:   a diagnostic may be long for a reason.
// remedy: none.
// expect: deleted
// lines:  7 because compilers show where the function was deleted
// fault: none
struct Door {
    void handle() = delete;
};
void probe(Door& door) {
#if defined(ESTATE_ILLEGAL)
    door.handle();
#else
    static_cast<void>(door);
#endif
}
