// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/cooling.hpp>
#include <estate/pool/index/heap_words.hpp>
#include <estate/pool/range/range.hpp>
#include <estate/pool/range/resting.hpp>

namespace estate::detail {

/// Fewer than 2^32 addresses: a FreeIndex over them, and a slot for each at its number. Untouched pages
/// are not committed: an empty /0 reserves 814 MB of address space and takes no memory.
template <Family F>
class DenseRange final : public Range<F> {
public:
    static constexpr Uint128 most_addresses{~std::uint32_t{0}};

    /// Null where memory is short.
    [[nodiscard]] static DenseRange* make(Core<F>& pool, const Rules& with, PoolRange<F>& extent,
                                          const UsableAddresses<F>& addresses) noexcept {
        HeapWords words{static_cast<std::uint32_t>(addresses.count().low())};
        if (words.missing()) return nullptr;
        auto* const made =
            new (std::nothrow) DenseRange{pool, with, extent, addresses, static_cast<HeapWords&&>(words)};
        if (made == nullptr) return nullptr;
        const std::uint32_t size = made->index_.size();
        // what fits in one page is made now, so that leasing from it never asks for memory
        if (made->slots_.reserve(size) && (size > SlotPages<F>::per_page || made->slots_.make(0) != nullptr))
            return made;
        delete made;
        return nullptr;
    }

    result<Slot<F>*> take(const SearchStart& start, std::int64_t now) noexcept override {
        expire_quarantine(now, this->some);
        const std::uint32_t before = index_.cursor();
        // where all rest, the index has nothing to look for
        const std::uint32_t position =
            index_.free() != 0 ? index_.allocate_from(start.where_it_stopped ? before : start.of(index_.size()))
                               : index_.none;
        this->came_round = position < before || index_.cursor() == index_.size();
        if (position != index_.none) return prepare(position);
        if (Slot<F>* const oldest = resting_.pop()) return oldest;
        return errc::pool_exhausted;
    }
    result<Slot<F>*> take(Uint128 number, std::int64_t now) noexcept override {
        expire_quarantine(now, this->all);
        const std::uint32_t position = position_of(number);
        if (index_.claim(position)) return prepare(position);
        if (this->slots_.leased(position) != nullptr) return errc::address_leased;
        if (this->held_.contains(number)) return errc::address_held;
        Slot<F>* const slot = this->slots_.find(position);
        if (slot == nullptr || slot->rest != Rest::ready) return errc::address_cooling;
        resting_.erase(*slot);
        return slot;
    }
    Slot<F>* leased(Uint128 number) const noexcept override { return this->slots_.leased(position_of(number)); }
    Uint128 free() const noexcept override { return Uint128{index_.free()} + Uint128{resting_.ready()}; }
    std::uint64_t cooling() const noexcept override {
        return resting_.cooling() + cooling_.count();
    }
    bool leases_any(const Span& span) const noexcept override {
        return this->slots_.next_leased(position_of(span.first), position_of(span.last) + 1) != nullptr;
    }

    void expire_quarantine(std::int64_t now, std::uint32_t most) noexcept override {
        if (cooling() == 0) return;
        const Quarantine& rule = this->rules.quarantine;
        resting_.expire(rule, now, most);
        cooling_.expire(rule, now, most,
                       [this](std::uint32_t word, std::uint64_t bits) { index_.release_word(word, bits); });
    }
    std::int64_t cooling_since() const noexcept override {
        return resting_.cooling() != 0 ? resting_.since() : cooling_.since();
    }
    result<Slot<F>*> take_oldest() noexcept override {
        if (Slot<F>* const oldest = resting_.pop_oldest()) return oldest;
        return prepare(cooling_.take_oldest());
    }
    bool prepare_quarantine() noexcept override {
        return this->rules.by_release || cooling_.prepare(index_.size());
    }

private:
    DenseRange(Core<F>& pool, const Rules& with, PoolRange<F>& of, const UsableAddresses<F>& addresses,
               HeapWords&& words) noexcept
        : Range<F>{pool, with, of, addresses}, index_{static_cast<HeapWords&&>(words)} {}

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

    void free_or_quarantine(Slot<F>& slot, std::int64_t now) noexcept override {
        if (this->held_.contains(slot.address.bits())) return;
        if (this->rules.by_release) return resting_.push(slot, this->rules.quarantine, now);
        if (this->rules.quarantine.least == 0) {
            index_.release(slot.position);
        } else {
            expire_quarantine(now, this->some);
            cooling_.insert(slot.position, now);
        }
    }
    void on_hold(const Span& span) noexcept override {
        const std::uint32_t first = position_of(span.first);
        const std::uint32_t last = position_of(span.last);
        index_.claim_span(first, last);
        cooling_.erase_span(first, last);
        resting_.erase_span(span, [&](Uint128 number) { return this->slots_.find(position_of(number)); },
                            [](Slot<F>&) {});
    }
    void on_unhold(const Span& span) noexcept override {
        const std::uint32_t first = position_of(span.first);
        const std::uint32_t last = position_of(span.last);
        // nobody knows when they were leased last, so a quarantine begins
        const bool cools = this->rules.quarantine.least != 0 && !this->rules.by_release;
        if (cools) {
            expire_quarantine(this->rules.now(), this->some);
            cooling_.insert_span(first, last, this->rules.now());
        } else {
            index_.release_span(first, last);
        }
        const SlotPages<F>& slots = this->slots_;
        for (Slot<F>* at = slots.next_leased(first, last + 1); at != nullptr;
             at = slots.next_leased(at->position + 1, last + 1)) {
            if (cools) {
                cooling_.erase_span(at->position, at->position);
            } else {
                static_cast<void>(index_.claim(at->position));
            }
        }
        if (!this->rules.by_release || this->rules.quarantine.least == 0) return;
        for (std::uint32_t position = first; position <= last; ++position) {  // what was leased before rests
            Slot<F>* const slot = slots.find(position);
            if (slot == nullptr || slot->range == nullptr || slot->leased()) continue;
            static_cast<void>(index_.claim(position));
            resting_.push(*slot, this->rules.quarantine, this->rules.now());
        }
    }

    FreeIndex<HeapWords> index_;  // taken: leased, held, resting, cooling
    Cooling cooling_;
    Resting<F> resting_;          // where leasing goes by release
};

}  // namespace estate::detail
