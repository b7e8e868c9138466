// SPDX-License-Identifier: BSL-1.0
// rule:   a source excerpt is no diagnostic.
// remedy: none.
// expect: a remark beside the line
// fault: message
struct Door {};
void probe(Door& door) {
#if defined(ESTATE_ILLEGAL)
    door.handle();  // a remark beside the line
#else
    static_cast<void>(door);
#endif
}
