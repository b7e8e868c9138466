// SPDX-License-Identifier: BSL-1.0
// rule:   a diagnostic is short.
// remedy: none.
// expect: deleted
// fault: long
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
