// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/range.hpp>
#include <estate/pool/range/resting.hpp>
#include <estate/pool/range/slot_table.hpp>
#include <estate/pool/index/permutation.hpp>

namespace estate::detail {

/// A range too large for a bitmap. Addresses come in a secret order of the open ones, those that are not held;
/// only the known ones, leased or resting, cost memory.
///
/// One that is given back is forgotten, once its quarantine is over, and comes again when the order has come round.
/// But where more than half of the open ones are known, it rests and is leased again after the order's end, oldest
/// first, since going round would find few others. So a lease takes a constant number of steps on average, at any
/// fill. A change of what is held begins a new order.
template <Family F>
class SparseRange final : public Range<F> {
public:
    SparseRange(Core<F>& pool, const Rules& with, PoolRange<F>& of, const UsableAddresses<F>& addresses) noexcept
        : Range<F>{pool, with, of, addresses}, key_{with.secret}, known_{siphash(with.secret, 0, 0xFF)} {
        begin_order();
    }

    result<Slot<F>*> take(const SearchStart& start, std::int64_t now) noexcept override {
        expire_quarantine(now, this->some);
        if (!static_cast<bool>(free())) return errc::pool_exhausted;
        if (start.of_names) {
            const Uint128 number =
                open_at(Uint128{start.fraction, start.fraction} >> (static_cast<unsigned>(countl_zero(open_)) + 1));
            if (known_.find(number) == nullptr) return record(number);
        }
        for (;;) {
            for (; passed_ != open_; ++passed_) {
                const Uint128 number = open_at(Permutation(open_, round_key())(passed_));
                if (known_.find(number) != nullptr) continue;
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
        expire_quarantine(now, this->all);
        Slot<F>* const known = known_.find(number);
        if (known != nullptr && known->leased()) return errc::address_leased;
        if (this->held_.contains(number)) return errc::address_held;
        if (known == nullptr) return record(number);
        if (known->rest == Rest::cooling) return errc::address_cooling;
        resting_.erase(*known);
        return known;
    }
    Slot<F>* leased(Uint128 number) const noexcept override {
        Slot<F>* const known = known_.find(number);
        return known != nullptr && known->leased() ? known : nullptr;
    }
    Uint128 free() const noexcept override {
        return open_ + Uint128{held_leases_} - Uint128{this->in_use} - Uint128{resting_.cooling()};
    }
    std::uint64_t cooling() const noexcept override { return resting_.cooling(); }
    bool leases_any(const Span& span) const noexcept override {
        bool any = false;
        each_leased(span, [&](Slot<F>&) { any = true; });
        return any;
    }

    void expire_quarantine(std::int64_t now, std::uint32_t most) noexcept override {
        resting_.expire(this->rules.quarantine, now, most);
        for (; most != 0 && resting_.ready() != 0 && !is_crowded(); --most) erase_record(*resting_.pop());
    }
    std::int64_t cooling_since() const noexcept override { return resting_.since(); }
    result<Slot<F>*> take_oldest() noexcept override { return resting_.pop_oldest(); }
    bool prepare_quarantine() noexcept override { return true; }

private:
    /// Most open addresses have a record already, so that few of the order have none.
    [[nodiscard]] bool is_crowded() const noexcept { return Uint128{2 * known_.size()} > open_; }
    /// The open address with `rank` open ones before it.
    [[nodiscard]] Uint128 open_at(Uint128 rank) const noexcept {
        return this->held_.outside(this->usable.first.bits(), rank);
    }
    [[nodiscard]] SecretKey round_key() const noexcept {
        return {siphash(key_, orders_, 0), siphash(key_, orders_, 1)};
    }
    void begin_order() noexcept {
        open_ = this->usable.count() - this->held_.count();
        passed_ = {};
        ++orders_;
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
                if (!slots.reserve(made_ == 0 ? SlotPages<F>::per_page : 2 * made_)) return out_of_memory();
            }
            slot = slots.make(made_);
            if (slot == nullptr) return out_of_memory();
            slot->range = this;
            slot->position = made_++;
        }
        slot->address = IpAddress<F>::from_bits(number);
        slot->held = false;
        known_.insert(*slot);
        return slot;
    }
    void erase_record(Slot<F>& slot) noexcept {
        known_.erase(slot);
        blank_.push_front(slot);
    }

    void free_or_quarantine(Slot<F>& slot, std::int64_t now) noexcept override {
        expire_quarantine(now, this->some);
        if (slot.held) {
            --held_leases_;
            erase_record(slot);
        } else if (this->rules.quarantine.least != 0 || is_crowded()) {
            resting_.push(slot, this->rules.quarantine, now);
        } else {
            erase_record(slot);
        }
    }
    void on_hold(const Span& span) noexcept override {
        resting_.erase_span(span, [this](Uint128 number) { return known_.find(number); },
                            [this](Slot<F>& slot) { erase_record(slot); });
        each_leased(span, [&](Slot<F>& slot) {
            held_leases_ += slot.held ? 0 : 1;
            slot.held = true;
        });
    }
    void on_unhold(const Span& span) noexcept override {
        each_leased(span, [&](Slot<F>& slot) {
            held_leases_ -= slot.held ? 1 : 0;
            slot.held = false;
        });
    }
    void after_change() noexcept override { begin_order(); }
    /// Looks up each number of a small span, and at each lease for a large one.
    template <class Visit>
    void each_leased(const Span& span, Visit visit) const noexcept {
        if (span.last - span.first < Uint128{this->in_use}) {
            for (Uint128 at = span.first;; ++at) {
                if (Slot<F>* const slot = leased(at)) visit(*slot);
                if (at == span.last) return;
            }
        }
        const SlotPages<F>& slots = this->slots_;
        for (Slot<F>* at = slots.next_leased(0, made_); at != nullptr;
             at = slots.next_leased(at->position + 1, made_)) {
            if (span.contains(at->address.bits())) visit(*at);
        }
    }

    SecretKey key_;
    std::uint64_t orders_ = 0;      // begun
    Uint128 open_;                  // addresses that are not held
    Uint128 passed_;                // of the order
    std::uint64_t held_leases_ = 0;
    SlotTable<F> known_;
    Resting<F> resting_;   // known, not leased
    SlotList<F> blank_;    // without an address
    std::uint32_t made_ = 0;
};

}  // namespace estate::detail
