// SPDX-License-Identifier: BSL-1.0
// rule:   a mistake may be told in two errors for a reason.
// remedy: none.
// expect: missing
// lines:  8 because there are two errors
// errors: 2 because there are two mistakes
// fault: none
struct Door {};
void probe(Door& door) {
#if defined(ESTATE_ILLEGAL)
    door.missing();
    door.missing();
#else
    static_cast<void>(door);
#endif
}
