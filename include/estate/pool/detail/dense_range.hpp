// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/detail/range.hpp>
#include <estate/pool/free_index.hpp>

namespace estate::detail {

/// The words of an index on the heap, zeroed by the system page by page when first touched.
class HeapWords {
public:
    explicit HeapWords(std::uint32_t positions) noexcept
        : layout_{positions},
          words_{static_cast<std::uint64_t*>(std::calloc(layout_.total, sizeof(std::uint64_t)))} {}
    HeapWords(HeapWords&& from) noexcept : layout_{from.layout_}, words_{from.words_} { from.words_ = nullptr; }
    ~HeapWords() { std::free(words_); }
    HeapWords& operator=(HeapWords&&) = delete;

    [[nodiscard]] bool missing() const noexcept { return words_ == nullptr; }
    [[nodiscard]] const IndexLayout& layout() const noexcept { return layout_; }
    [[nodiscard]] std::uint64_t& operator[](std::uint32_t i) noexcept { return words_[i]; }
    [[nodiscard]] std::uint64_t operator[](std::uint32_t i) const noexcept { return words_[i]; }

private:
    IndexLayout layout_;
    std::uint64_t* words_;
};

/// A range of at most 2^24 addresses: a FreeIndex over the usable ones, and a slot for each at its number.
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

    void put_back(Slot<F>& slot, bool held) noexcept override {
        if (!held) index_.release(slot.position);
    }
    void changed(const Span& span, bool held) noexcept override {
        const std::uint32_t first = position_of(span.first);
        const std::uint32_t last = position_of(span.last);
        if (held) return index_.claim_span(first, last);
        index_.release_span(first, last);
        for (Slot<F>* at = this->next_leased(first); at != nullptr && at->position <= last;
             at = this->next_leased(at->position + 1)) {
            static_cast<void>(index_.claim(at->position));
        }
    }
    std::uint32_t first_position(const Span& span) const noexcept override { return position_of(span.first); }

    FreeIndex<HeapWords> index_;
};

}  // namespace estate::detail
