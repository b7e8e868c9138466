// SPDX-License-Identifier: BSL-1.0
// rule:   a limit of one version has a reason too.
// remedy: none.
// expect: missing
// lines-gcc-16+: 40
// fault: header
struct Door {};
void probe(Door& door) {
#if defined(ESTATE_ILLEGAL)
    door.missing();
#else
    static_cast<void>(door);
#endif
}
