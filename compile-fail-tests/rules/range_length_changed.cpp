// SPDX-License-Identifier: BSL-1.0
// rule:   the length of a range goes with its address, so it is not changed alone.
// remedy: CidrRange::masked(address, length), or parent(), lower_half(), subnet().
// expect: private
// lines:  10 because the declarations are shown
#include <estate/net/cidr_range.hpp>

void probe(estate::CidrRange<estate::V4>& range) {
#if defined(ESTATE_ILLEGAL)
    range.length_ = 8;
#else
    range = estate::CidrRange<estate::V4>::masked(range.first(), 8).assume_value();
#endif
}
