// SPDX-License-Identifier: BSL-1.0
// rule:   nothing is wrong here.
// remedy: none.
// expect: no member
// fault: accepted
int probe(int value) {
#if defined(ESTATE_ILLEGAL)
    return value + 1;
#else
    return value;
#endif
}
