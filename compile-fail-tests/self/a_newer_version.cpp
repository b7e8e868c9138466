// SPDX-License-Identifier: BSL-1.0
// rule:   what holds from a newer version on does not hold of this one.
// remedy: none.
// expect: what no compiler says
// expect-gcc-999+: missing
// expect-clang-999+: missing
// fault: message
struct Door {};
void probe(Door& door) {
#if defined(ESTATE_ILLEGAL)
    door.missing();
#else
    static_cast<void>(door);
#endif
}
