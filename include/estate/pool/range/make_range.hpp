// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/dense_range.hpp>
#include <estate/pool/range/sparse_range.hpp>

namespace estate::detail {

/// A part of an extent, of the kind that suits its size. Null where memory is short.
template <Family F>
[[nodiscard]] Range<F>* make_range(Core<F>& core, const Rules& rules, Extent<F>& extent,
                                   const UsableAddresses<F>& addresses) noexcept {
    Range<F>* made = nullptr;
    if (addresses.count() <= DenseRange<F>::most_addresses) {
        made = DenseRange<F>::make(core, rules, extent, addresses);
    } else {
        made = new (std::nothrow) SparseRange<F>{core, rules, extent, addresses};
    }
    if (made == nullptr || !rules.has_quarantine() || made->prepare_quarantine()) return made;
    delete made;
    return nullptr;
}

}  // namespace estate::detail
