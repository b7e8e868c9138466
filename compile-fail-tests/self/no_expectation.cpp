// SPDX-License-Identifier: BSL-1.0
// rule:   a rule that expects nothing proves nothing.
// remedy: none.
// fault: header
struct Door {};
void probe(Door& door) {
#if defined(ESTATE_ILLEGAL)
    door.handle();
#else
    static_cast<void>(door);
#endif
}
