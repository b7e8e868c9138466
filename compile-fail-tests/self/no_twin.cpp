// SPDX-License-Identifier: BSL-1.0
// rule:   a rule without a legal twin proves nothing.
// remedy: none.
// expect: handle
// fault: header
struct Door {};
void probe(Door& door) {
#if defined(ESTATE_ILLEGAL)
    door.handle();
#endif
    static_cast<void>(door);
}
