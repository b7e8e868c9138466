// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/range.hpp>

namespace estate::detail {

/// visit(part) for each part of an extent, which may leave the tree then.
template <Family F, class Visit>
void for_each_part(const Extent<F>& extent, Visit& visit) noexcept {
    for (Range<F>* at = extent.first; at != nullptr && at->extent == &extent;) {
        Range<F>* const later = Tree<Range<F>>::next(*at);
        visit(*at);
        at = later;
    }
}

/// Ranges that a pool has no more. Deleting them takes time in proportion to what was ever leased of them, and needs no
/// lock.
template <Family F>
class ErasedRanges {
public:
    ErasedRanges() noexcept = default;
    ErasedRanges(const ErasedRanges&) = delete;
    ErasedRanges& operator=(const ErasedRanges&) = delete;
    ~ErasedRanges() {
        while (Range<F>* const at = trees_.first()) {
            Extent<F>* const extent = at->extent;
            const auto take_part = [this](Range<F>& part) { take(trees_, part); };
            for_each_part(*extent, take_part);
            take(*extent);
        }
        while (Extent<F>* const extent = extents_) {
            extents_ = extent->erased_next;
            while (Range<F>* const part = extent->erased_parts) {
                extent->erased_parts = part->links.up;
                delete part;
            }
            delete extent;
        }
    }

    [[nodiscard]] bool empty() const noexcept { return extents_ == nullptr && trees_.root() == nullptr; }
    /// A part of an extent that take() is given then.
    static void take(Tree<Range<F>>& from, Range<F>& part) noexcept {
        from.erase(part);
        part.links.up = part.extent->erased_parts;
        part.extent->erased_parts = &part;
    }
    void take(Extent<F>& extent) noexcept {
        extent.erased_next = extents_;
        extents_ = &extent;
    }
    /// All of a tree. Pre  this has none yet
    void take_all(Tree<Range<F>>& from) noexcept { trees_.take_all(from); }
    /// Pre  this is empty
    void take_all(ErasedRanges& from) noexcept {
        extents_ = from.extents_;
        from.extents_ = nullptr;
        trees_.take_all(from.trees_);
    }

private:
    Extent<F>* extents_ = nullptr;
    Tree<Range<F>> trees_;
};

}  // namespace estate::detail
