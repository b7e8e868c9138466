// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/hash.hpp>
#include <estate/pool/detail/range.hpp>

namespace estate::detail {

/// A range too large for a bitmap. Fresh addresses come from a counter, and given ones wait in a queue; a
/// hash table knows both the leased and the waiting ones. Memory follows the largest number of leases.
///
/// Invariant  every usable address below the counter is known, or held.
/// An address is fresh, and a given one rests, until `rest` others wait before it. One that was leased by its
/// number ahead of the counter is stepped over once, when the counter comes by.
template <Family F>
class SparseRange final : public Range<F> {
public:
    /// So many given addresses wait while there are fresh ones.
    static constexpr std::size_t rest = 1024;

    SparseRange(Core<F>& owner, const CidrRange<F>& of) noexcept
        : Range<F>{owner, of}, fresh_{this->usable.first.bits()}, free_{this->usable.count()} {}
    ~SparseRange() override { delete[] table_; }

    result<Slot<F>*> take() noexcept override {
        if (resting_.count > rest || !find_fresh()) return reuse();
        auto slot = know(fresh_);
        if (!slot) return resting_.count != 0 ? reuse() : slot;
        step();
        free_ -= Uint128{1};
        return slot;
    }
    result<Slot<F>*> take(Uint128 number) noexcept override {
        Slot<F>* const known = find(number);
        if (known != nullptr && known->leased()) return errc::address_leased;
        if (this->held_.find(number) != nullptr) return errc::address_held;
        if (known != nullptr) {
            resting_.erase(*known);
        } else if (auto made = know(number); !made) {
            return made;
        }
        free_ -= Uint128{1};
        return find(number);
    }
    Slot<F>* leased(Uint128 number) const noexcept override {
        Slot<F>* const known = find(number);
        return known != nullptr && known->leased() ? known : nullptr;
    }
    Uint128 free() const noexcept override { return free_; }

private:
    [[nodiscard]] std::size_t home(Uint128 number) const noexcept { return hash_of(number, 0) & (table_size_ - 1); }

    [[nodiscard]] Slot<F>* find(Uint128 number) const noexcept {
        if (table_size_ == 0) return nullptr;
        for (std::size_t i = home(number); table_[i] != nullptr; i = (i + 1) & (table_size_ - 1)) {
            if (table_[i]->address.bits() == number) return table_[i];
        }
        return nullptr;
    }
    void insert(Slot<F>& slot) noexcept {
        std::size_t i = home(slot.address.bits());
        while (table_[i] != nullptr) i = (i + 1) & (table_size_ - 1);
        table_[i] = &slot;
        ++known_;
    }
    void forget(Slot<F>& slot) noexcept {
        std::size_t gap = home(slot.address.bits());
        while (table_[gap] != &slot) gap = (gap + 1) & (table_size_ - 1);
        // those behind move up, unless that would bring one before its home
        for (std::size_t i = (gap + 1) & (table_size_ - 1); table_[i] != nullptr; i = (i + 1) & (table_size_ - 1)) {
            const std::size_t from_home = (i - home(table_[i]->address.bits())) & (table_size_ - 1);
            if (from_home < ((i - gap) & (table_size_ - 1))) continue;
            table_[gap] = table_[i];
            gap = i;
        }
        table_[gap] = nullptr;
        --known_;
        blank_.push_front(slot);
    }
    /// At most half full.
    [[nodiscard]] bool make_room() noexcept {
        if (2 * (known_ + 1) <= table_size_) return true;
        const std::size_t wanted = table_size_ == 0 ? 64 : 2 * table_size_;
        auto** const wide = new (std::nothrow) Slot<F>*[wanted]{};
        if (wide == nullptr) return false;
        Slot<F>** const old = table_;
        const std::size_t old_size = table_size_;
        table_ = wide;
        table_size_ = wanted;
        known_ = 0;
        for (std::size_t i = 0; i < old_size; ++i) {
            if (old[i] != nullptr) insert(*old[i]);
        }
        delete[] old;
        return true;
    }
    /// A slot for an address that is not known. Errors  system ENOMEM, errc::capacity_exceeded.
    result<Slot<F>*> know(Uint128 number) noexcept {
        if (!make_room()) return out_of_memory();
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
        insert(*slot);
        return slot;
    }

    void step() noexcept {
        fresh_left_ = fresh_ != this->usable.last.bits();
        if (fresh_left_) ++fresh_;
    }
    /// Moves the counter to the next address that is neither known nor held.
    [[nodiscard]] bool find_fresh() noexcept {
        while (fresh_left_) {
            if (const Span* const span = this->held_.find(fresh_)) {
                fresh_ = span->last;
            } else if (find(fresh_) == nullptr) {
                return true;
            }
            step();
        }
        return false;
    }
    result<Slot<F>*> reuse() noexcept {
        Slot<F>* const slot = resting_.first;
        if (slot == nullptr) return errc::pool_exhausted;
        resting_.erase(*slot);
        free_ -= Uint128{1};
        return slot;
    }

    void put_back(Slot<F>& slot, bool held) noexcept override {
        if (held) return forget(slot);
        resting_.push_back(slot);
        free_ += Uint128{1};
    }
    void changed(const Span& span, bool held) noexcept override {
        if (held) {
            for (Slot<F>* at = resting_.first; at != nullptr;) {
                Slot<F>* const later = at->next;
                if (span.contains(at->address.bits())) {
                    resting_.erase(*at);
                    forget(*at);
                }
                at = later;
            }
        } else if (!fresh_left_ || span.first < fresh_) {
            fresh_ = span.first;
            fresh_left_ = true;
        }
        free_ = this->usable.count() - this->held_.count() - Uint128{this->in_use};
        for (Slot<F>* at = this->next_leased(0); at != nullptr; at = this->next_leased(at->position + 1)) {
            if (this->held_.find(at->address.bits()) != nullptr) ++free_;
        }
    }
    std::uint32_t first_position(const Span&) const noexcept override { return 0; }

    Uint128 fresh_;
    bool fresh_left_ = true;
    Uint128 free_;
    SlotList<F> resting_;  // known, not leased: oldest first
    SlotList<F> blank_;    // without an address
    Slot<F>** table_ = nullptr;
    std::size_t table_size_ = 0;  // a power of two, or 0
    std::size_t known_ = 0;
    std::uint32_t made_ = 0;
};

}  // namespace estate::detail
