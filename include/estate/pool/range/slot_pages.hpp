// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstring>
#include <estate/pool/index/zeroed.hpp>
#include <estate/pool/range/slot.hpp>
#include <new>

namespace estate::detail {

/// Slots by position, made 16 at a time when one of them is first needed, and never moved. Pages lie in folders of 64,
/// which are made so too; the directory of folders costs 8 bytes for 1,024 positions.
template <Family F>
class SlotPages {
public:
    static constexpr std::uint32_t per_page = 16;
    static constexpr std::uint32_t per_folder = 64 * per_page;

    SlotPages() noexcept = default;
    ~SlotPages() {
        for (std::uint32_t i = 0; i < folders_for(positions_); ++i) {
            if (folders_[i] == nullptr) continue;
            for (Page* const page : folders_[i]->pages) delete page;
            delete folders_[i];
        }
    }
    SlotPages(const SlotPages&) = delete;
    SlotPages& operator=(const SlotPages&) = delete;

    [[nodiscard]] std::uint32_t positions() const noexcept { return positions_; }

    /// Makes positions 0 to wanted - 1 known. False, and unchanged, where memory is short. Pre  more than before
    [[nodiscard]] bool reserve(std::uint32_t wanted) noexcept {
        const std::uint32_t have = folders_for(positions_);
        Zeroed<Folder*> wide{folders_for(wanted)};
        if (wide.data() == nullptr) return false;
        if (have != 0) std::memcpy(wide.data(), folders_.data(), have * sizeof(Folder*));
        folders_ = static_cast<Zeroed<Folder*>&&>(wide);
        positions_ = wanted;
        return true;
    }
    /// Null where memory is short. Pre  position < positions()
    [[nodiscard]] Slot<F>* make(std::uint32_t position) noexcept {
        Folder*& folder = folders_[position / per_folder];
        if (folder == nullptr) {
            folder = new (std::nothrow) Folder{};
            if (folder == nullptr) return nullptr;
        }
        Page*& page = folder->pages[position / per_page % 64];
        if (page == nullptr) {
            page = new (std::nothrow) Page;
            if (page == nullptr) return nullptr;
        }
        return &page->slots[position % per_page];
    }
    /// The slot at this position, or null where there was none yet.
    ESTATE_INLINE [[nodiscard]] Slot<F>* find(std::uint32_t position) const noexcept {
        const Folder* const folder = folders_[position / per_folder];
        Page* const page = folder != nullptr ? folder->pages[position / per_page % 64] : nullptr;
        return page != nullptr ? &page->slots[position % per_page] : nullptr;
    }
    /// The lease at this position, or null.
    [[nodiscard]] Slot<F>* leased(std::uint32_t position) const noexcept {
        Slot<F>* const found = find(position);
        return found != nullptr && found->leased() ? found : nullptr;
    }
    /// The first lease at `from` or later and before `end`, or null. Steps over folders without leases.
    /// Pre  end <= positions()
    [[nodiscard]] Slot<F>* next_leased(std::uint32_t from, std::uint32_t end) const noexcept {
        return next(from, end, [](const Folder& folder) { return folder.leased != 0; },
                    [](const Slot<F>& slot) { return slot.leased(); });
    }
    /// The first slot there that was ever leased, or null.
    [[nodiscard]] Slot<F>* next_known(std::uint32_t from, std::uint32_t end) const noexcept {
        return next(from, end, [](const Folder&) { return true; },
                    [](const Slot<F>& slot) { return slot.range != nullptr; });
    }
    void count_lease(std::uint32_t position) noexcept { ++folders_[position / per_folder]->leased; }
    void uncount_lease(std::uint32_t position) noexcept { --folders_[position / per_folder]->leased; }

private:
    struct Page {
        Slot<F> slots[per_page];
    };
    struct Folder {
        Page* pages[64]{};
        std::uint32_t leased = 0;
    };
    template <class May, class Is>
    [[nodiscard]] Slot<F>* next(std::uint32_t from, std::uint32_t end, May may, Is is) const noexcept {
        while (from < end) {
            const Folder* const folder = folders_[from / per_folder];
            if (folder == nullptr || !may(*folder)) {
                from = after(from, per_folder, end);
                continue;
            }
            Page* const page = folder->pages[from / per_page % 64];
            const std::uint32_t stop = after(from, per_page, end);
            if (page == nullptr) from = stop;
            for (; from < stop; ++from) {
                if (is(page->slots[from % per_page])) return &page->slots[from % per_page];
            }
        }
        return nullptr;
    }
    /// The end of the block of this size that `from` lies in, or `end`.
    static constexpr std::uint32_t after(std::uint32_t from, std::uint32_t size, std::uint32_t end) noexcept {
        const std::uint32_t block_end = from / size * size + size;
        return block_end < end && block_end != 0 ? block_end : end;
    }
    static constexpr std::uint32_t folders_for(std::uint32_t positions) noexcept {
        return positions / per_folder + (positions % per_folder != 0 ? 1 : 0);
    }

    Zeroed<Folder*> folders_;
    std::uint32_t positions_ = 0;
};

}  // namespace estate::detail
