// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/index/heap_words.hpp>
#include <estate/pool/range/cooling.hpp>
#include <estate/pool/range/range.hpp>
#include <estate/pool/range/resting.hpp>

namespace estate::detail {

/// Fewer than 2^32 addresses: a FreeIndex over them, and a slot for each at its number. Untouched pages are not
/// committed: an empty /0 reserves 580 MB of address space and takes no memory.
template <Family F>
class DenseRange final : public Range<F> {
public:
    static constexpr Uint128 most_addresses{~std::uint32_t{0}};

    /// Null where memory is short.
    [[nodiscard]] static DenseRange* make(Core<F>& pool, const Rules& with, Extent<F>& extent,
                                          const UsableAddresses<F>& addresses) noexcept {
        HeapWords words{static_cast<std::uint32_t>(addresses.count().low())};
        if (words.missing()) return nullptr;
        auto* const made =
            new (std::nothrow) DenseRange{pool, with, extent, addresses, static_cast<HeapWords&&>(words)};
        if (made == nullptr) return nullptr;
        if (made->slots_.reserve(made->index_.size())) return made;
        delete made;
        return nullptr;
    }

    /// The next free address after the one taken last, where that is simple; null where take() must look.
    /// Pre  goes_by_index, and all that is free can be leased
    ESTATE_INLINE [[nodiscard]] Slot<F>* take_next() noexcept {
        std::uint32_t position = index_.allocate_ahead();
        if (position == index_.none) [[unlikely]] {
            // around the end, where no other part comes before it
            const TreeLinks<Range<F>>& in = this->links;
            const bool is_alone = in.up == nullptr && in.left == nullptr && in.right == nullptr;
            if (is_alone) position = index_.allocate_in_rest(0);
            if (position == index_.none) return nullptr;
        }
        Slot<F>* const slot = this->slots_.find(position);
        if (slot != nullptr && slot->range != nullptr) [[likely]] return slot;
        const auto made = prepare(position);
        return made ? made.assume_value() : nullptr;
    }
    result<Slot<F>*> take(Uint128 from, const SearchStart&, std::int64_t now) noexcept override {
        if (this->rules.quarantine.least != 0) expire_quarantine(now, this->some);
        const std::uint32_t start = this->rules.by_release ? 0 : static_cast<std::uint32_t>(from.low());
        // where all rest, the index has nothing to look for
        std::uint32_t position = index_.free() != 0 ? index_.allocate_in_rest(start) : index_.none;
        while (position != index_.none && this->extent->closing != 0 && !this->extent->is_leasable(number_of(position)))
            position = index_.allocate_in_rest(after_held(position));  // what was found is about to be taken anyway
        if (position != index_.none) return prepare(position);
        if (Slot<F>* const oldest = resting_.pop()) return oldest;
        return errc::pool_exhausted;
    }
    result<Slot<F>*> take(Uint128 number, std::int64_t now) noexcept override {
        const std::uint32_t position = position_of(number);
        const bool closing = this->extent->closing != 0 && !this->extent->is_leasable(number);
        if (!closing && index_.claim(position)) return prepare(position);
        if (this->slots_.leased(position) != nullptr) return errc::address_leased;
        if (!this->extent->is_leasable(number))
            return this->extent->is_held(number) ? errc::address_held : errc::address_cooling;
        Slot<F>* const slot = this->slots_.find(position);  // it was leased before
        if (slot->rest != Rest::none) {
            if (!resting_.is_over(*slot, this->rules.quarantine, now)) return errc::address_cooling;
            resting_.erase(*slot);
            return slot;
        }
        if (!cooling_.take(position, this->rules.quarantine, now)) return errc::address_cooling;
        return prepare(position);
    }
    Uint128 cursor() const noexcept override { return Uint128{index_.cursor()}; }
    Slot<F>* leased(Uint128 number) const noexcept override { return this->slots_.leased(position_of(number)); }
    Uint128 free() const noexcept override { return Uint128{index_.free()} + Uint128{resting_.ready()}; }
    bool has_free() const noexcept override { return index_.free() != 0 || resting_.ready() != 0; }
    std::uint64_t cooling() const noexcept override { return resting_.cooling() + cooling_.count(); }
    std::uint64_t over(std::int64_t now) const noexcept override {
        return resting_.over(this->rules.quarantine, now) + cooling_.over(this->rules.quarantine, now);
    }

    void expire_quarantine(std::int64_t now, std::uint32_t most) noexcept override {
        if (cooling() == 0) return;
        const Quarantine& rule = this->rules.quarantine;
        resting_.expire(rule, now, most);
        cooling_.expire(rule, now, most,
                        [this](std::uint32_t word, std::uint64_t bits) { index_.release_word(word, bits); });
    }
    bool has_due(std::int64_t now) const noexcept override {
        return resting_.has_due(this->rules.quarantine, now) || cooling_.has_due(this->rules.quarantine, now);
    }
    std::int64_t due_since() const noexcept override {
        return resting_.cooling() != 0 ? resting_.since() : cooling_.due_since();
    }
    std::int64_t latest_cooling() const noexcept override {
        return resting_.cooling() != 0 ? resting_.latest() : cooling_.latest();
    }
    result<Slot<F>*> take_oldest() noexcept override {
        if (Slot<F>* const oldest = resting_.pop_oldest()) return oldest;
        return prepare(cooling_.take_oldest());
    }
    bool prepare_quarantine() noexcept override { return this->rules.by_release || cooling_.prepare(index_.size()); }

    void visit_leased(const Span& span, const typename Range<F>::Visit& visit) const noexcept override {
        const std::uint32_t end = position_of(span.last) + 1;
        for (Slot<F>* at = this->slots_.next_leased(position_of(span.first), end);
             at != nullptr && visit.call(visit.context, *at); at = this->slots_.next_leased(at->position + 1, end)) {
        }
    }
    std::uint64_t cooling_in(const Span& span) const noexcept override {
        std::uint64_t count = cooling_.count_in(position_of(span.first), position_of(span.last));
        resting_.for_each_in(span, find(), [&](const Slot<F>& slot) { count += slot.rest == Rest::cooling ? 1 : 0; });
        return count;
    }
    Uint128 piece() const noexcept override { return Uint128{std::uint32_t{1} << 16}; }
    bool make_room(std::size_t) noexcept override { return true; }
    void close(const Span& span) noexcept override {
        const std::uint32_t first = position_of(span.first);
        const std::uint32_t last = position_of(span.last);
        const std::int64_t now = this->rules.now();
        const std::uint64_t before = cooling() - over(now);
        index_.claim_span(first, last);
        cooling_.erase_span(first, last);
        resting_.erase_span(span, find(), [](Slot<F>&, Rest) {});
        if (cooling() - over(now) != before) this->extent->lose(now);
    }
    void open(const Span& span) noexcept override {
        const std::uint32_t first = position_of(span.first);
        const std::uint32_t last = position_of(span.last);
        for (std::uint32_t word = first / 64; word <= last / 64; ++word)
            index_.release_word(word, bits_within(word, first, last) & ~cooling_.bits(word));
        const SlotPages<F>& slots = this->slots_;
        const bool by_release = this->rules.by_release;
        const auto next = [&](std::uint32_t from) {
            return by_release ? slots.next_known(from, last + 1) : slots.next_leased(from, last + 1);
        };
        for (Slot<F>* at = next(first); at != nullptr; at = next(at->position + 1)) {
            if (at->leased() || at->rest != Rest::none) static_cast<void>(index_.claim(at->position));
        }
    }

    /// Pre  goes_by_index, there is no quarantine, and the address bears no mark
    ESTATE_INLINE void free_at_once(const Slot<F>& slot) noexcept { index_.give(slot.position); }
    ESTATE_INLINE void free_or_quarantine(Slot<F>& slot, std::int64_t now) noexcept override {
        const Quarantine& rule = this->rules.quarantine;
        if (this->extent->has_marks() && !this->extent->is_leasable(slot.address.bits())) [[unlikely]] {
            if (rule.least == 0) return;
            if (this->extent->is_held(slot.address.bits())) return this->extent->lose(now);
        }
        if (this->rules.by_release) return resting_.push(slot, rule, now);
        if (rule.least == 0) {
            index_.give(slot.position);
        } else {
            if (cooling_.has_due(rule, now)) expire_quarantine(now, this->some);
            cooling_.insert(slot.position, now);
        }
    }
    void free_unused(Slot<F>& slot) noexcept override {
        if (this->extent->has_marks() && !this->extent->is_leasable(slot.address.bits())) return;
        this->rules.by_release ? resting_.push_ready(slot) : index_.give(slot.position);
    }

private:
    DenseRange(Core<F>& pool, const Rules& with, Extent<F>& of, const UsableAddresses<F>& addresses,
               HeapWords&& words) noexcept
        : Range<F>{pool, with, of, addresses, true}, index_{static_cast<HeapWords&&>(words)} {}

    [[nodiscard]] std::uint32_t position_of(Uint128 number) const noexcept {
        return static_cast<std::uint32_t>((number - this->usable.first.bits()).low());
    }
    [[nodiscard]] Uint128 number_of(std::uint32_t position) const noexcept {
        return this->usable.first.bits() + Uint128{position};
    }
    [[nodiscard]] auto find() const noexcept {
        return [this](Uint128 number) { return this->slots_.find(position_of(number)); };
    }
    /// The position after the run that keeps this one back.
    [[nodiscard]] std::uint32_t after_held(std::uint32_t position) const noexcept {
        Span run{};
        const Span rest{number_of(position), this->usable.last.bits()};
        if (!this->extent->held.first_in(rest, run) || run.first != rest.first) return position + 1;
        return run.last == rest.last ? index_.size() : position_of(run.last) + 1;
    }
    ESTATE_COLD result<Slot<F>*> prepare(std::uint32_t position) noexcept {
        Slot<F>* const slot = this->slots_.make(position);
        if (slot == nullptr) {
            index_.release(position);
            return out_of_memory();
        }
        if (slot->range == nullptr) [[unlikely]] {
            slot->range = this;
            slot->position = position;
            slot->address = IpAddress<F>::from_bits(number_of(position));
        }
        return slot;
    }

    FreeIndex<HeapWords> index_;  // taken: leased, held, resting, cooling
    Cooling cooling_;
    Resting<F> resting_;          // where leasing goes by release
};

}  // namespace estate::detail
