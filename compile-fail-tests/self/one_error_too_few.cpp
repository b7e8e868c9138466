// SPDX-License-Identifier: BSL-1.0
// rule:   as many errors as the file says, not fewer.
// remedy: none.
// expect: missing
// errors: 2 because somebody miscounted
// fault: errors
struct Door {};
void probe(Door& door) {
#if defined(ESTATE_ILLEGAL)
    door.missing();
#else
    static_cast<void>(door);
#endif
}
