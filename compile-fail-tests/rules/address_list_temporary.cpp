// SPDX-License-Identifier: BSL-1.0
// rule:   a list of addresses that nobody holds has no pointer to give.
// remedy: give the list a name, or take a copy of an address by its index.
// expect: deleted
// expect: begin
// lines:  10 because the declarations are shown
// lines-gcc-16+: 11 because the declaration is shown, and a hint
#include <estate/net/address_list.hpp>

estate::AddressList<estate::V4> addresses();

void probe() {
#if defined(ESTATE_ILLEGAL)
    const auto* const first = addresses().begin();
#else
    const auto first = addresses()[0];
#endif
    static_cast<void>(first);
}
