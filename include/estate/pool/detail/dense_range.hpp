// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/detail/range.hpp>
#include <estate/pool/detail/zeroed.hpp>
#include <estate/pool/free_index.hpp>

namespace estate::detail {

/// The words of an index on the heap.
class HeapWords {
public:
    explicit HeapWords(std::uint32_t positions) noexcept : layout_{positions}, words_{layout_.total} {}

    [[nodiscard]] bool missing() const noexcept { return words_.data() == nullptr; }
    [[nodiscard]] const IndexLayout& layout() const noexcept { return layout_; }
    [[nodiscard]] std::uint64_t& operator[](std::uint32_t i) noexcept { return words_[i]; }
    [[nodiscard]] std::uint64_t operator[](std::uint32_t i) const noexcept { return words_[i]; }

private:
    IndexLayout layout_;
    Zeroed<std::uint64_t> words_;
};

/// A range of at most 2^32 addresses: a FreeIndex over the usable ones, and a slot for each at its number.
/// Memory that nobody touched is not there: an empty /0 costs 814 MB of addresses and no memory.
template <Family F>
class DenseRange final : public Range<F> {
public:
    /// Null where memory is short.
    [[nodiscard]] static DenseRange* make(Core<F>& owner, const CidrRange<F>& of) noexcept {
        HeapWords words{static_cast<std::uint32_t>(usable_addresses(of).count().low())};
        if (words.missing()) return nullptr;
        auto* const made = new (std::nothrow) DenseRange{owner, of, static_cast<HeapWords&&>(words)};
        if (made == nullptr) return nullptr;
        const std::uint32_t size = made->index_.size();
        // what fits in one page is made now, so that leasing from it never asks for memory
        if (made->slots_.reserve(size) && (size > SlotPages<F>::per_page || made->slots_.make(0) != nullptr)) return made;
        delete made;
        return nullptr;
    }

    result<Slot<F>*> take() noexcept override {
        const std::uint32_t position = index_.allocate();
        if (position == FreeIndex<HeapWords>::none) return errc::pool_exhausted;
        return prepare(position);
    }
    result<Slot<F>*> take(Uint128 number) noexcept override {
        const std::uint32_t position = position_of(number);
        if (index_.claim(position)) return prepare(position);
        return this->slots_.leased(position) != nullptr ? errc::address_leased : errc::address_held;
    }
    Slot<F>* leased(Uint128 number) const noexcept override { return this->slots_.leased(position_of(number)); }
    Uint128 free() const noexcept override { return Uint128{index_.free()}; }
    bool leases_any(const Span& span) const noexcept override {
        return this->slots_.next_leased(position_of(span.first), position_of(span.last) + 1) != nullptr;
    }

private:
    DenseRange(Core<F>& owner, const CidrRange<F>& of, HeapWords&& words) noexcept
        : Range<F>{owner, of}, index_{static_cast<HeapWords&&>(words)} {}

    [[nodiscard]] std::uint32_t position_of(Uint128 number) const noexcept {
        return static_cast<std::uint32_t>((number - this->usable.first.bits()).low());
    }
    result<Slot<F>*> prepare(std::uint32_t position) noexcept {
        Slot<F>* const slot = this->slots_.make(position);
        if (slot == nullptr) {
            index_.release(position);
            return out_of_memory();
        }
        slot->range = this;
        slot->position = position;
        slot->address = IpAddress<F>::from_bits(this->usable.first.bits() + Uint128{position});
        return slot;
    }

    void put_back(Slot<F>& slot) noexcept override {
        if (!this->held_.contains(slot.address.bits())) index_.release(slot.position);
    }
    void changed(const Span& span, bool held) noexcept override {
        const std::uint32_t first = position_of(span.first);
        const std::uint32_t last = position_of(span.last);
        if (held) return index_.claim_span(first, last);
        index_.release_span(first, last);
        const SlotPages<F>& slots = this->slots_;
        for (Slot<F>* at = slots.next_leased(first, last + 1); at != nullptr;
             at = slots.next_leased(at->position + 1, last + 1)) {
            static_cast<void>(index_.claim(at->position));
        }
    }

    FreeIndex<HeapWords> index_;
};

}  // namespace estate::detail
