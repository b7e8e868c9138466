// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/range.hpp>

namespace estate::detail {

// Parts in a Tree that have something to give. Logarithmic time.

/// The first one at or below this node, or null.
template <Family F>
[[nodiscard]] Range<F>* first_open(Range<F>* at) noexcept {
    while (at != nullptr) {
        Range<F>* const left = at->links.left;
        if (left != nullptr && left->is_open_below) {
            at = left;
        } else if (at->is_open) {
            return at;
        } else {
            at = at->links.right != nullptr && at->links.right->is_open_below ? at->links.right : nullptr;
        }
    }
    return nullptr;
}

/// The first open part after this one, around the end if need be, or null.
template <Family F>
[[nodiscard]] Range<F>* next_open(const Range<F>& part, Range<F>* root) noexcept {
    for (const Range<F>* at = &part;;) {
        if (at->links.right != nullptr && at->links.right->is_open_below) return first_open(at->links.right);
        while (at->links.up != nullptr && at->links.up->links.right == at) at = at->links.up;
        Range<F>* const up = at->links.up;
        if (up == nullptr) return first_open(root);
        if (up->is_open) return up;
        at = up;
    }
}

}  // namespace estate::detail
