// SPDX-License-Identifier: BSL-1.0
// rule:   the path of a file is no diagnostic.
// remedy: none.
// expect: matches_its_own_name
// fault: message
struct Door {};
void probe(Door& door) {
#if defined(ESTATE_ILLEGAL)
    door.handle();
#else
    static_cast<void>(door);
#endif
}
