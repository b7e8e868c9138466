// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/cidr_range.hpp>

namespace estate {

/// Calls visit(CidrRange) for the ranges that make up the addresses first to last, as few as can be and by address, as
/// long as it says true. At most two for each bit of an address. Says whether all were visited.
/// Pre  first <= last
template <Family F, class Visit>
constexpr bool for_each_cidr_range(IpAddress<F> first, const IpAddress<F>& last, Visit visit) {
    for (;;) {
        // as wide as the place of `first` allows and the end permits
        const int zeros = countr_zero(first.bits());
        int length = F::bits - (zeros < F::bits ? zeros : F::bits);
        while (CidrRange<F>::masked(first, length).assume_value().last() > last) ++length;
        const CidrRange<F> widest = CidrRange<F>::masked(first, length).assume_value();
        if (!visit(widest)) return false;
        if (widest.last() == last) return true;
        first = IpAddress<F>::from_bits(widest.last().bits() + Uint128{1});
    }
}

}  // namespace estate
