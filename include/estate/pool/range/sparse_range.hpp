// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/index/hash_table.hpp>
#include <estate/pool/index/permutation.hpp>
#include <estate/pool/range/range.hpp>
#include <estate/pool/range/resting.hpp>

namespace estate::detail {

/// A range too large for a bitmap. Addresses come in a secret order of the open ones, those that are not closed;
/// only the known ones, leased or resting, cost memory.
///
/// One that is given back is forgotten, once its quarantine is over, and comes again when the order has come round.
/// But where more than half of the open ones are known, it rests and is leased again after the order's end, oldest
/// first, since going round would find few others. So a lease takes a constant number of steps on average, at any
/// fill. A change of what is closed begins a new order. No two orders of a pool are the same, whatever the range.
template <Family F>
class SparseRange final : public Range<F> {
public:
    SparseRange(Core<F>& pool, const Rules& with, Extent<F>& of, const UsableAddresses<F>& addresses) noexcept
        : Range<F>{pool, with, of, addresses, false} {
        begin_order();
    }

    result<Slot<F>*> take(Uint128, const SearchStart& start, std::int64_t now) noexcept override {
        expire_quarantine(now, this->some);
        if (!static_cast<bool>(free())) return errc::pool_exhausted;
        if (start.of_names) {
            const Uint128 number =
                open_at(Uint128{start.fraction, start.fraction} >> (static_cast<unsigned>(countl_zero(open_)) + 1));
            if (find(number) == nullptr) return record(number);
        }
        for (;;) {
            for (; passed_ != open_; ++passed_) {
                const Uint128 number = open_at(Permutation(open_, order_)(passed_));
                if (find(number) != nullptr) continue;
                auto made = record(number);
                if (made) {
                    ++passed_;
                } else if (Slot<F>* const oldest = resting_.pop()) {
                    return oldest;
                }
                return made;
            }
            if (Slot<F>* const oldest = resting_.pop()) return oldest;
            begin_order();
        }
    }
    result<Slot<F>*> take(Uint128 number, std::int64_t now) noexcept override {
        Slot<F>* const known = find(number);
        if (known != nullptr && known->leased()) return errc::address_leased;
        if (!this->extent->is_leasable(number))
            return this->extent->is_held(number) ? errc::address_held : errc::address_cooling;
        if (known == nullptr) return record(number);
        if (!resting_.is_over(*known, this->rules.quarantine, now)) return errc::address_cooling;
        resting_.erase(*known);
        return known;
    }
    Uint128 cursor() const noexcept override { return {}; }
    Slot<F>* leased(Uint128 number) const noexcept override {
        Slot<F>* const known = find(number);
        return known != nullptr && known->leased() ? known : nullptr;
    }
    Uint128 free() const noexcept override {
        return open_ + Uint128{closed_leases_} + Uint128{closed_cooling_} - Uint128{this->in_use} -
               Uint128{resting_.cooling()};
    }
    bool has_free() const noexcept override { return static_cast<bool>(free()); }
    std::uint64_t cooling() const noexcept override { return resting_.cooling(); }
    std::uint64_t over(std::int64_t now) const noexcept override {
        return resting_.over(this->rules.quarantine, now);
    }

    void expire_quarantine(std::int64_t now, std::uint32_t most) noexcept override {
        resting_.expire(this->rules.quarantine, now, most, [this](Slot<F>& slot) {
            if (!slot.closed) return;
            --closed_cooling_;
            resting_.erase(slot);
            erase_record(slot);
        });
        for (; most != 0 && resting_.ready() != 0 && !is_crowded(); --most) erase_record(*resting_.pop());
    }
    bool has_due(std::int64_t now) const noexcept override { return resting_.has_due(this->rules.quarantine, now); }
    std::int64_t due_since() const noexcept override { return resting_.since(); }
    std::int64_t latest_cooling() const noexcept override { return resting_.latest(); }
    result<Slot<F>*> take_oldest() noexcept override {
        Slot<F>* const slot = resting_.pop_oldest();
        if (slot->closed) {
            --closed_cooling_;
            ++closed_leases_;
        }
        return slot;
    }
    bool prepare_quarantine() noexcept override { return true; }

    /// Looks up each number of a small span, and at each lease for a large one.
    void visit_leased(const Span& span, const typename Range<F>::Visit& visit) const noexcept override {
        if (span.last - span.first < Uint128{this->in_use}) {
            for (Uint128 at = span.first;; ++at) {
                Slot<F>* const slot = leased(at);
                if ((slot != nullptr && !visit.call(visit.context, *slot)) || at == span.last) return;
            }
        }
        if (this->in_use == 0) return;
        const SlotPages<F>& slots = this->slots_;
        for (Slot<F>* at = slots.next_leased(0, made_); at != nullptr;
             at = slots.next_leased(at->position + 1, made_)) {
            if (span.contains(at->address.bits()) && !visit.call(visit.context, *at)) return;
        }
    }
    std::uint64_t cooling_in(const Span& span) const noexcept override {
        std::uint64_t count = 0;
        resting_.for_each_in(span, finder(), [&](const Slot<F>& slot) { count += slot.rest == Rest::cooling ? 1 : 0; });
        return count;
    }
    Uint128 piece() const noexcept override { return (Uint128::max)(); }
    bool make_room(std::size_t calls) noexcept override { return closed_.make_room(calls); }
    void close(const Span& span) noexcept override {
        closed_.add(span);
        const std::int64_t now = this->rules.now();
        const std::uint64_t before = cooling() - over(now);
        resting_.erase_span(span, finder(), [this](Slot<F>& slot, Rest) {
            closed_cooling_ -= slot.closed ? 1 : 0;
            erase_record(slot);
        });
        if (cooling() - over(now) != before) this->extent->lose(now);
        this->each_leased(span, [&](Slot<F>& slot) {
            closed_leases_ += slot.closed ? 0 : 1;
            return slot.closed = true;
        });
        begin_order();
    }
    void open(const Span& span) noexcept override {
        closed_.remove(span);
        if (closed_leases_ != 0) {
            this->each_leased(span, [&](Slot<F>& slot) {
                closed_leases_ -= slot.closed ? 1 : 0;
                slot.closed = false;
                return true;
            });
        }
        if (closed_cooling_ != 0) {
            resting_.for_each_in(span, finder(), [&](Slot<F>& slot) {
                closed_cooling_ -= slot.closed ? 1 : 0;
                slot.closed = false;
            });
        }
        begin_order();
    }

private:
    /// Most open addresses have a record already, so that few of the order have none.
    [[nodiscard]] bool is_crowded() const noexcept { return Uint128{2 * known_.size()} > open_; }
    /// The open address with `rank` open ones before it.
    [[nodiscard]] Uint128 open_at(Uint128 rank) const noexcept {
        return closed_.outside(this->usable.first.bits(), rank);
    }
    void begin_order() noexcept {
        open_ = this->usable.count() - closed_.count();
        passed_ = {};
        const std::uint64_t order = this->rules.next_order();
        const auto part = [&](std::uint64_t which) {
            Sip<2, 4> hash{this->rules.secret};
            for (const std::uint64_t block :
                 {this->usable.first.bits().high(), this->usable.first.bits().low(), order, which})
                hash.add(block);
            return hash.end();
        };
        order_ = {part(0), part(1)};
    }
    [[nodiscard]] Slot<F>* find(Uint128 number) const noexcept {
        return known_.find(keyed_hash(this->rules.secret, number),
                           [&](const Slot<F>& slot) { return slot.address.bits() == number; });
    }
    [[nodiscard]] auto finder() const noexcept {
        return [this](Uint128 number) { return find(number); };
    }

    /// A slot for an address that is not known. Errors  system ENOMEM, errc::capacity_exceeded.
    result<Slot<F>*> record(Uint128 number) noexcept {
        if (!known_.make_room()) return out_of_memory();
        Slot<F>* slot = blank_.first;
        if (slot != nullptr) {
            blank_.erase(*slot);
        } else {
            SlotPages<F>& slots = this->slots_;
            if (made_ == slots.positions()) {
                if (made_ > ~std::uint32_t{0} / 2) return errc::capacity_exceeded;
                if (!slots.reserve(made_ == 0 ? SlotPages<F>::per_folder : 2 * made_)) return out_of_memory();
            }
            slot = slots.make(made_);
            if (slot == nullptr) return out_of_memory();
            slot->range = this;
            slot->position = made_++;
        }
        slot->address = IpAddress<F>::from_bits(number);
        slot->number_hash = keyed_hash(this->rules.secret, number);
        slot->closed = false;
        known_.insert(*slot);
        return slot;
    }
    void erase_record(Slot<F>& slot) noexcept {
        known_.erase(slot);
        blank_.push_front(slot);
    }

    void free_or_quarantine(Slot<F>& slot, std::int64_t now) noexcept override {
        expire_quarantine(now, this->some);
        const Quarantine& rule = this->rules.quarantine;
        if (slot.closed) {
            --closed_leases_;
            if (rule.least == 0 || this->extent->is_held(slot.address.bits())) {
                if (rule.least != 0) this->extent->lose(now);
                return erase_record(slot);
            }
            ++closed_cooling_;
            resting_.push(slot, rule, now);
        } else if (rule.least != 0 || is_crowded()) {
            resting_.push(slot, rule, now);
        } else {
            erase_record(slot);
        }
    }
    void free_unused(Slot<F>& slot) noexcept override {
        if (slot.closed) --closed_leases_;
        !slot.closed && is_crowded() ? resting_.push_ready(slot) : erase_record(slot);
    }

    SecretKey order_{};
    Uint128 open_;    // addresses that are not closed
    Uint128 passed_;  // of the order
    Spans closed_;
    std::uint64_t closed_leases_ = 0;
    std::uint64_t closed_cooling_ = 0;
    HashTable<Slot<F>, &Slot<F>::number_hash> known_;
    Resting<F> resting_;  // known, not leased
    SlotList<F> blank_;   // without an address
    std::uint32_t made_ = 0;
};

}  // namespace estate::detail
