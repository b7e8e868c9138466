// SPDX-License-Identifier: BSL-1.0
// rule:   what holds from a version on replaces what holds of all, up to a newer one.
// remedy: none.
// expect: what no compiler says
// expect-gcc-2+: missing
// expect-clang-2+: missing
// expect-gcc-1+: what an older one said
// expect-clang-1+: what an older one said
// expect-gcc-999+: what a newer one says
// expect-clang-999+: what a newer one says
// lines:  1 because one line is too few
// lines-gcc-2+: 4 because this is what counts
// lines-clang-2+: 4 because this is what counts
// fault: none
struct Door {};
void probe(Door& door) {
#if defined(ESTATE_ILLEGAL)
    door.missing();
#else
    static_cast<void>(door);
#endif
}
