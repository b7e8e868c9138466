// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstring>
#include <estate/pool/range/slot.hpp>
#include <estate/pool/index/zeroed.hpp>
#include <new>

namespace estate::detail {

/// Slots by position, made a page at a time when one is first needed, and never moved. The directory costs
/// 16 bytes for 256 positions.
template <Family F>
class SlotPages {
public:
    static constexpr std::uint32_t per_page = 256;

    SlotPages() noexcept = default;
    ~SlotPages() {
        for (std::uint32_t i = 0; i < count(); ++i) delete[] pages_[i].slots;
    }
    SlotPages(const SlotPages&) = delete;
    SlotPages& operator=(const SlotPages&) = delete;

    [[nodiscard]] std::uint32_t positions() const noexcept { return positions_; }

    /// Makes positions 0 to wanted - 1 known. False, and unchanged, where memory is short.
    [[nodiscard]] bool reserve(std::uint32_t wanted) noexcept {
        Zeroed<Page> wide{pages_for(wanted)};
        if (wide.data() == nullptr) return false;
        if (positions_ != 0) std::memcpy(wide.data(), pages_.data(), count() * sizeof(Page));
        pages_ = static_cast<Zeroed<Page>&&>(wide);
        positions_ = wanted;
        return true;
    }
    /// Null where memory is short. Pre  position < positions()
    [[nodiscard]] Slot<F>* make(std::uint32_t position) noexcept {
        Page& page = pages_[position / per_page];
        if (page.slots == nullptr) {
            const std::uint32_t rest = positions_ - position / per_page * per_page;
            page.slots = new (std::nothrow) Slot<F>[rest < per_page ? rest : per_page];
            if (page.slots == nullptr) return nullptr;
        }
        return &page.slots[position % per_page];
    }
    /// The slot at this position, or null where there was none yet.
    [[nodiscard]] Slot<F>* find(std::uint32_t position) const noexcept {
        const Page& page = pages_[position / per_page];
        return page.slots != nullptr ? &page.slots[position % per_page] : nullptr;
    }
    /// The lease at this position, or null.
    [[nodiscard]] Slot<F>* leased(std::uint32_t position) const noexcept {
        const Page& page = pages_[position / per_page];
        if (page.leased == 0 || !page.slots[position % per_page].leased()) return nullptr;
        return &page.slots[position % per_page];
    }
    /// The first lease at `from` or later and before `end`, or null. Steps over pages without leases.
    /// Pre  end <= positions()
    [[nodiscard]] Slot<F>* next_leased(std::uint32_t from, std::uint32_t end) const noexcept {
        while (from < end) {
            const std::uint32_t page = from / per_page;
            const std::uint32_t page_end = end - page * per_page < per_page ? end : (page + 1) * per_page;
            if (pages_[page].leased == 0) {
                from = page_end;
                continue;
            }
            for (; from < page_end; ++from) {
                if (Slot<F>* const found = leased(from)) return found;
            }
        }
        return nullptr;
    }
    void count_lease(std::uint32_t position) noexcept { ++pages_[position / per_page].leased; }
    void uncount_lease(std::uint32_t position) noexcept { --pages_[position / per_page].leased; }

private:
    struct Page {
        Slot<F>* slots;
        std::uint32_t leased;
    };
    static constexpr std::uint32_t pages_for(std::uint32_t positions) noexcept {
        return positions / per_page + (positions % per_page != 0 ? 1 : 0);
    }
    [[nodiscard]] std::uint32_t count() const noexcept { return pages_for(positions_); }

    Zeroed<Page> pages_;
    std::uint32_t positions_ = 0;
};

}  // namespace estate::detail
